"""Arranging one's channels: sections of one's own, in one's own order. Told to one's other devices."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import SectionId, UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.sidebar import BuiltIn, Section, Sidebar
from parlour.core.people.names import checked_name

BUILT_IN: set[BuiltIn] = {"starred", "channels", "direct"}
TRIES = 5
Edit = Callable[[Sidebar], Sidebar]


class SectionPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change of a section; what is absent stays. `position` counts from 0."""

    name: str | None = None
    collapsed: bool | None = None
    position: int | None = None


async def get(house: House, user_id: UserId, workspace_id: WorkspaceId) -> Sidebar:
    """Return how the caller arranges a workspace's channels.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    await _in_workspace(house, user_id, workspace_id)
    return (await house.sidebars.get(user_id, workspace_id))[0]


async def add_section(house: House, user_id: UserId, workspace_id: WorkspaceId, name: str) -> Section:
    """Make a section, behind those that are there.

    Raises:
        NotFoundError: the workspace is not theirs.
        InvalidError: the name cannot be taken.
        ConflictError: `too_many_sections` (setting `sections_per_person`).
    """
    await _in_workspace(house, user_id, workspace_id)
    section = Section(SectionId(new_id()), checked_name(name, house.settings))
    most = house.settings.sections_per_person

    def add(sidebar: Sidebar) -> Sidebar:
        if len(sidebar.sections) >= most:
            raise ConflictError(
                "too_many_sections", f"You have at most {most} sections (sections_per_person)."
            )
        return replace(sidebar, sections=[*sidebar.sections, section])

    await _change(house, user_id, workspace_id, add)
    return section


async def change_section(
    house: House, user_id: UserId, workspace_id: WorkspaceId, section_id: SectionId, patch: SectionPatch
) -> Sidebar:
    """Rename, move or collapse a section; the built-in ones are collapsed only.

    Raises:
        NotFoundError: there is no such section, or the workspace is not theirs.
        ForbiddenError: `section_is_fixed`: it is built in.
        InvalidError: the name cannot be taken.
    """
    await _in_workspace(house, user_id, workspace_id)
    name = checked_name(patch.name, house.settings) if patch.name is not None else None
    if patch.position is not None and patch.position < 0:
        raise InvalidError.field("position", "A position counts from 0.")
    if section_id in BUILT_IN and (name or patch.position is not None):
        raise ForbiddenError("section_is_fixed", "This section can be collapsed only.")

    def edit(sidebar: Sidebar) -> Sidebar:
        found = _section(sidebar, section_id)
        if found and name:
            sidebar = _renamed(sidebar, found, name)
        if found and patch.position is not None:
            sidebar = _moved(sidebar, section_id, patch.position)
        if patch.collapsed is None:
            return sidebar
        return _collapsed(sidebar, section_id, collapsed=patch.collapsed)

    return await _change(house, user_id, workspace_id, edit)


async def remove_section(
    house: House, user_id: UserId, workspace_id: WorkspaceId, section_id: SectionId
) -> None:
    """Delete a section; its channels go back to where they would be without it.

    Raises:
        NotFoundError: there is no such section, or the workspace is not theirs.
        ForbiddenError: `section_is_fixed`: it is built in.
    """
    await _in_workspace(house, user_id, workspace_id)
    if section_id in BUILT_IN:
        raise ForbiddenError("section_is_fixed", "This section cannot be deleted.")

    def remove(sidebar: Sidebar) -> Sidebar:
        _section(sidebar, section_id)
        others = [section for section in sidebar.sections if section.id != section_id]
        return replace(_collapsed(sidebar, section_id, collapsed=False), sections=others)

    await _change(house, user_id, workspace_id, remove)
    await house.channels.clear_section(user_id, workspace_id, section_id)


def _section(sidebar: Sidebar, section_id: SectionId) -> Section | None:
    """Return a section one made; none for a built-in one."""
    found = next((section for section in sidebar.sections if section.id == section_id), None)
    if found is None and section_id not in BUILT_IN:
        raise NotFoundError.of("section")
    return found


def _renamed(sidebar: Sidebar, section: Section, name: str) -> Sidebar:
    renamed = Section(section.id, name)
    return replace(sidebar, sections=[renamed if s == section else s for s in sidebar.sections])


def _moved(sidebar: Sidebar, section_id: SectionId, position: int) -> Sidebar:
    others = [section for section in sidebar.sections if section.id != section_id]
    moved = [section for section in sidebar.sections if section.id == section_id]
    return replace(sidebar, sections=[*others[:position], *moved, *others[position:]])


def _collapsed(sidebar: Sidebar, section_id: SectionId, *, collapsed: bool) -> Sidebar:
    others = [known for known in sidebar.collapsed if known != section_id]
    return replace(sidebar, collapsed=[*others, section_id] if collapsed else others)


async def _change(house: House, user_id: UserId, workspace_id: WorkspaceId, edit: Edit) -> Sidebar:
    """Apply an edit to the last version, whatever another device does meanwhile, and tell all devices."""
    for _ in range(TRIES):
        before, version = await house.sidebars.get(user_id, workspace_id)
        after = edit(before)
        if await house.sidebars.put(user_id, after, was=version):
            changed = packet("sidebar.changed", {"sidebar": after})
            house.live.publish(Live(user_topic(user_id), "sidebar.changed", changed, user_id=user_id))
            return after
    raise UnavailableError("busy", "Another device changes the same at once. Try again.", retry_after=1)


async def _in_workspace(house: House, user_id: UserId, workspace_id: WorkspaceId) -> None:
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")
