"""What emoji are called, and which may be a reaction."""

import re

import emoji as unicode_emoji

from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import WorkspaceId

NAME = re.compile(r"[a-z0-9_+-]{1,32}")
NAMED = re.compile(r":([a-z0-9_+-]{1,32}):")


def unicode_named(name: str) -> str | None:
    """Return the emoji of Unicode that has a name."""
    shown: str = unicode_emoji.emojize(f":{name}:", language="alias")
    return None if shown == f":{name}:" else shown


def checked_unicode(given: str) -> str:
    """Return an emoji of Unicode as its character, given by that or as `:name:`.

    Raises:
        InvalidError: `not_an_emoji`.
    """
    if named := NAMED.fullmatch(given):
        if shown := unicode_named(named.group(1)):
            return shown
    elif unicode_emoji.purely_emoji(given) and unicode_emoji.emoji_count(given) == 1:
        return given
    raise InvalidError.field("emoji", "This is not an emoji.", "not_an_emoji")


async def checked_emoji(house: House, workspace_id: WorkspaceId, given: str) -> str:
    """Return an emoji in the one form it is stored in: a character of Unicode, or `:name:` of the workspace's own.

    Raises:
        InvalidError: `not_an_emoji`.
    """
    named = NAMED.fullmatch(given)
    if named and not unicode_named(named.group(1)) and await house.emoji.has(workspace_id, named.group(1)):
        return given
    return checked_unicode(given)
