"""Commands about oneself: one's status, do not disturb, being away."""

import re
from datetime import timedelta

from parlour.core.chat.command_registry import Called, Commands, Outcome
from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.model.people import Status, User
from parlour.core.people import profiles
from parlour.core.people.accounts import me

commands = Commands()
SPAN = re.compile(r"(\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?)")
DND_UNLESS_SAID = timedelta(hours=1)
SPEECH = "💬"


@commands.add("status", "[emoji] [text] | clear", "Set your status: /status 🌴 On holiday; or clear it")
async def status(called: Called) -> Outcome:
    """Set, clear or tell the caller's status."""
    if not called.words:
        shown = (await me(called.house, called.user_id)).status
        return Outcome(
            notice=_words(shown) if shown else "You have no status. Set one: /status 🌴 On holiday"
        )
    if called.words.lower() == "clear":
        await profiles.clear_status(called.house, called.user_id)
        return Outcome(notice="Your status is cleared.")
    set_to = (await _set_status(called)).status
    return Outcome(notice=f"Your status is now {_words(set_to)}" if set_to else None)


@commands.add("dnd", "[30m | 2h | 1d | off]", "Do not disturb for a while, an hour unless you say how long")
async def dnd(called: Called) -> Outcome:
    """Begin or end do not disturb."""
    words = called.words.lower()
    if words in ("off", "end"):
        await profiles.set_dnd(called.house, called.user_id, None)
        return Outcome(notice="You can be disturbed again.")
    span = _span(words) if words else DND_UNLESS_SAID
    await profiles.set_dnd(called.house, called.user_id, now() + span)
    return Outcome(notice=f"Nothing disturbs you for {_spoken(span)}. /dnd off ends it.")


@commands.add("away", "", "Show yourself as away, or as your devices say again")
async def away(called: Called) -> Outcome:
    """Turn being away by hand on or off."""
    is_away = (await me(called.house, called.user_id)).set_away
    await profiles.set_away(called.house, called.user_id, away=not is_away)
    if is_away:
        return Outcome(notice="You are shown as your devices say.")
    return Outcome(notice="You are shown as away until you say /away again.")


async def _set_status(called: Called) -> User:
    """Take the first word for the emoji if it is one, else all words for the text."""
    first, _, rest = called.words.partition(" ")
    try:
        return await profiles.set_status(called.house, called.user_id, Status(emoji=first, text=rest))
    except InvalidError as error:
        if error.code != "not_an_emoji":
            raise
    return await profiles.set_status(called.house, called.user_id, Status(emoji=SPEECH, text=called.words))


def _words(status: Status) -> str:
    return f"{status.emoji} {status.text}".strip()


def _span(words: str) -> timedelta:
    found = SPAN.fullmatch(words)
    if not found or not int(found[1]):
        raise InvalidError.field("text", "Say how long: /dnd 30m, /dnd 2h, /dnd 1d, or /dnd off.")
    unit = {"m": "minutes", "h": "hours", "d": "days"}[found[2][0]]
    return timedelta(**{unit: int(found[1])})


def _spoken(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return f"{minutes // size} {word}{'' if minutes == size else 's'}"
    return f"{minutes} minutes"
