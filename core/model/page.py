"""Pages: how every list is answered."""

from typing import Generic, TypeVar

from msgspec import Struct

Item = TypeVar("Item")


class Page(Struct, Generic[Item], frozen=True):
    """Some items and the cursor of the next page, or none when this is the last."""

    items: list[Item]
    next: str | None = None
