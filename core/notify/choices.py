"""What may be chosen of notifications: each choice is checked, and brought into one form."""

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict, replace

from parlour.core.errors import InvalidError
from parlour.core.later.recurrence import WEEKDAYS
from parlour.core.model.notifications import (
    Badge,
    EmailPace,
    Level,
    NotificationKind,
    QuietHours,
    Way,
)
from parlour.core.notify.quiet import is_endless
from parlour.core.search.tokens import words
from parlour.core.settings import Settings
from parlour.core.store.mongo import Document

CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class PreferencesPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is absent stays, null is as the workspace says. Of `ways`, kinds left out stay, too."""

    level: Level | UnsetType | None = UNSET
    keywords: list[str] | UnsetType | None = UNSET
    ways: dict[NotificationKind, list[Way] | None] | UnsetType | None = UNSET
    quiet: QuietHours | Literal["none"] | UnsetType | None = UNSET
    push_after: int | UnsetType | None = UNSET
    email: EmailPace | UnsetType | None = UNSET
    email_after: int | UnsetType | None = UNSET
    email_at: str | UnsetType | None = UNSET
    sound: bool | UnsetType | None = UNSET
    badge: Badge | UnsetType | None = UNSET


def checked(patch: PreferencesPatch, settings: Settings) -> Document:
    """Return the fields to store, none for those that are given back.

    Raises:
        InvalidError: a choice cannot be taken; it says why, and which setting says so.
    """
    fields = {name: value for name, value in asdict(patch).items() if value is not UNSET}
    if patch.keywords:
        fields["keywords"] = checked_keywords(patch.keywords, settings)
    if isinstance(patch.ways, dict):
        del fields["ways"]
        fields |= {f"ways.{kind}": _once(ways) for kind, ways in patch.ways.items()}
    if isinstance(patch.quiet, QuietHours):
        fields["quiet"] = _quiet(patch.quiet)
    for name in ("push_after", "email_after"):
        if fields.get(name) is not None:
            fields[name] = _seconds(name, fields[name], settings)
    if isinstance(patch.email_at, str):
        fields["email_at"] = _clock("email_at", patch.email_at)
    return fields


def checked_keywords(given: Iterable[str], settings: Settings) -> list[str]:
    """Return keywords as they are kept: trimmed, and those that are compared alike once.

    Raises:
        InvalidError: `too_many_keywords`, or one is too long or has no word.
    """
    kept: dict[tuple[str, ...], str] = {}
    for keyword in (" ".join(raw.split()) for raw in given):
        if len(keyword) > settings.keyword_max_length:
            longest = settings.keyword_max_length
            raise InvalidError.field(
                "keywords", f"A keyword has at most {longest} characters (keyword_max_length)."
            )
        if not words(keyword):
            raise InvalidError.field("keywords", f"“{keyword}” has no letter or digit to listen for.")
        kept.setdefault(tuple(words(keyword)), keyword)
    if len(kept) > settings.keywords_per_person:
        most = settings.keywords_per_person
        raise InvalidError.field(
            "keywords",
            f"A person has at most {most} keywords in a workspace (keywords_per_person).",
            "too_many_keywords",
        )
    return list(kept.values())


def first_words(keywords: Iterable[str]) -> list[str]:
    """Return the folded words by which keywords are found: the first of each."""
    return sorted({words(keyword)[0] for keyword in keywords})


def _once(ways: list[Way] | None) -> list[Way] | None:
    return None if ways is None else list(dict.fromkeys(ways))


def _quiet(quiet: QuietHours) -> Document:
    _clock("quiet.begins", quiet.begins)
    _clock("quiet.ends", quiet.ends)
    if is_endless(quiet):
        raise InvalidError.field(
            "quiet",
            "These quiet hours would never end. Leave some time of the week, or choose nothing at all.",
        )
    days = [day for day in WEEKDAYS if day in quiet.days]
    return asdict(replace(quiet, days=[] if len(days) == len(WEEKDAYS) else days))


def _seconds(name: str, seconds: int, settings: Settings) -> int:
    least, most = settings.notify_after_min, settings.notify_after_max
    if not least <= seconds <= most:
        raise InvalidError.field(
            name, f"{name} is between {least} and {most} seconds (notify_after_min, notify_after_max)."
        )
    return seconds


def _clock(name: str, given: str) -> str:
    if not CLOCK.fullmatch(given):
        raise InvalidError.field(name, f"{name} is a time of the day as 22:00, from 00:00 to 23:59.")
    return given
