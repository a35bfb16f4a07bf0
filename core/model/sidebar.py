"""How a person arranges the channels of a workspace."""

from typing import Literal

from msgspec import Struct

from parlour.core.ids import SectionId, WorkspaceId

BuiltIn = Literal["starred", "channels", "direct"]
"""The sections that everyone has; they can be collapsed, and that is all."""


class Section(Struct, frozen=True):
    """A section that a person made."""

    id: SectionId
    name: str


class Sidebar(Struct, frozen=True, kw_only=True):
    """A person's sections in their order, and the ids of those that are collapsed, built-in ones among them."""

    workspace_id: WorkspaceId
    sections: list[Section] = []
    collapsed: list[SectionId | BuiltIn] = []
