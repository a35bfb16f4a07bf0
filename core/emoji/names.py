"""What may be a reaction: one emoji of Unicode, itself or by its name, as `:name:`."""

import re

import emoji as unicode_emoji

from parlour.core.errors import InvalidError

NAMED = re.compile(r":([a-z0-9][a-z0-9_+-]{0,31}):")


def checked_emoji(given: str) -> str:
    """Return an emoji in the one form it is stored in.

    Raises:
        InvalidError: `not_an_emoji`.
    """
    if NAMED.fullmatch(given):
        shown: str = unicode_emoji.emojize(given, language="alias")
        if shown != given:
            return shown
    elif unicode_emoji.purely_emoji(given) and unicode_emoji.emoji_count(given) == 1:
        return given
    raise InvalidError.field("emoji", "This is not an emoji.", "not_an_emoji")
