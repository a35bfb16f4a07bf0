"""The language of searches: words, `"phrases"`, `-without`, `from: in: before: after: on: has: is: kind:`.

Whatever is no operator is words; nothing but a wrong date, an unknown `has:`, `is:` or `kind:`, or a limit is an error.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from parlour.core.errors import InvalidError
from parlour.core.model.files import FileKind
from parlour.core.search.tokens import is_spaceless, words
from parlour.core.settings import Settings

Mark = Literal["link", "file", "reaction", "pin", "thread", "saved"]
HAS: tuple[Mark, ...] = ("link", "file", "reaction", "pin")
IS: tuple[Mark, ...] = ("thread", "saved")
assert {*HAS, *IS} == set(get_args(Mark))  # noqa: S101 - the two spellings of one list


KINDS: tuple[FileKind, ...] = get_args(FileKind)


class Term(Struct, frozen=True):
    """A word, or several that have to follow each other. With `open_end` the last may go on."""

    words: tuple[str, ...]
    open_end: bool = False


class Conditions(Struct, frozen=True):
    """What a message has to meet, or must not: every term and mark, one of the people, one of the places.

    `kinds` are of files, of which one has to be met.
    """

    terms: list[Term] = []
    people: list[str] = []
    places: list[str] = []
    marks: list[Mark] = []
    kinds: list[FileKind] = []


class Query(Struct, frozen=True):
    """A search as it was meant. `since` is inclusive, `until` is not."""

    wanted: Conditions = Conditions()
    unwanted: Conditions = Conditions()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self == Query()

    @property
    def is_of_files(self) -> bool:
        """Whether it asks for what files alone have."""
        return bool(self.wanted.kinds or self.unwanted.kinds)

    @property
    def is_plain(self) -> bool:
        """Whether it is of words alone, and so may mean a channel or a person."""
        return bool(self.wanted.terms) and self == Query(wanted=Conditions(terms=self.wanted.terms))


class Asked(Struct, frozen=True, kw_only=True):
    """The query and the parameters that mean the same as operators in it; `tz` is the zone of its days."""

    q: str = ""
    in_: str | None = msgspec.field(default=None, name="in")
    from_: str | None = msgspec.field(default=None, name="from")
    before: str | None = None
    after: str | None = None
    tz: str = "UTC"


OPERATORS = ("from", "in", "before", "after", "on", "has", "is", "kind")
PIECE = re.compile(
    rf"""(?P<minus>-?)
         (?:(?P<operator>{"|".join(OPERATORS)}):)?
         (?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))""",
    re.IGNORECASE | re.VERBOSE,
)
QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
BEING_TYPED = tuple(f"{name}:" for name in OPERATORS)


def parse(asked: Asked, settings: Settings) -> Query:
    """Return what is asked.

    Raises:
        InvalidError: of the field at fault: a wrong date, zone, `has:`, `is:` or `kind:`; longer than the setting
            `search_query_max_length`, or of more parts than `search_terms_max`.
    """
    if len(asked.q) > settings.search_query_max_length:
        raise InvalidError.field(
            "q",
            f"A search has at most {settings.search_query_max_length} characters (search_query_max_length).",
        )
    reading = _Reading(_zone(asked.tz))
    pieces = list(PIECE.finditer(asked.q.translate(QUOTES)))
    if len(pieces) > settings.search_terms_max:
        raise InvalidError.field(
            "q", f"A search has at most {settings.search_terms_max} parts (search_terms_max)."
        )
    for piece in pieces:
        reading.take(piece, ends_query=piece.end() == len(asked.q), prefix_min=settings.search_prefix_min)
    for name in ("in", "from", "before", "after"):
        value = asked.in_ if name == "in" else asked.from_ if name == "from" else getattr(asked, name)
        if value:
            reading.condition(name, value.strip(), unwanted=False, field=name)
    return reading.query()


class _Reading:
    """What was read of a query so far."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._wanted = Conditions([], [], [], [], [])
        self._unwanted = Conditions([], [], [], [], [])
        self._since: list[datetime] = []
        self._until: list[datetime] = []

    def query(self) -> Query:
        """Return it all."""
        since, until = max(self._since, default=None), min(self._until, default=None)
        return Query(self._wanted, self._unwanted, since, until)

    def take(self, piece: re.Match[str], *, ends_query: bool, prefix_min: int) -> None:
        """Take the next piece."""
        unwanted, operator = bool(piece["minus"]), piece["operator"]
        plain, quoted = piece["plain"], piece["quoted"]
        if operator:
            self.condition(operator.lower(), (quoted or plain or "").strip(), unwanted=unwanted, field="q")
        elif plain and plain.lower().endswith(BEING_TYPED):
            return
        elif found := tuple(words(quoted if plain is None else plain)):
            typing = ends_query and plain is not None and not unwanted and plain[-1].isalnum()
            open_end = bool(plain and plain.endswith("*")) or typing
            long_enough = len(found[-1]) >= prefix_min and not is_spaceless(found[-1])
            self._of(unwanted=unwanted).terms.append(Term(found, open_end and long_enough))

    def condition(self, name: str, value: str, *, unwanted: bool, field: str) -> None:
        """Take an operator."""
        if not value:
            return
        into = self._of(unwanted=unwanted)
        if name == "from":
            into.people.append(value)
        elif name == "in":
            into.places.append(value)
        elif name in ("has", "is"):
            into.marks.append(_mark(name, value))
        elif name == "kind":
            into.kinds.append(_kind(value))
        elif unwanted:
            raise InvalidError.field(field, f"-{name}: has no meaning: use before: and after:.")
        else:
            self._date(name, value, field)

    def _of(self, *, unwanted: bool) -> Conditions:
        return self._unwanted if unwanted else self._wanted

    def _date(self, name: str, value: str, field: str) -> None:
        begins, ends = _span(value, self._zone, field)
        if name in ("before", "on"):
            self._until.append(begins if name == "before" else ends)
        if name in ("after", "on"):
            self._since.append(ends if name == "after" else begins)


def _mark(name: str, value: str) -> Mark:
    known: Iterable[Mark] = HAS if name == "has" else IS
    for mark in known:
        if value.lower() in (mark, f"{mark}s"):
            return mark
    raise InvalidError.field("q", f"{name}: knows {', '.join(known)}; not {value[:40]}.")


def _kind(value: str) -> FileKind:
    for kind in KINDS:
        if value.lower() in (kind, f"{kind}s"):
            return kind
    raise InvalidError.field("q", f"kind: knows {', '.join(KINDS)}; not {value[:40]}.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidError.field("tz", "tz is the name of a time zone, such as Europe/Berlin.") from None


def _span(value: str, zone: ZoneInfo, field: str) -> tuple[datetime, datetime]:
    """Return the first moment of a day, month, year or moment, and the first behind it."""
    today = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if value.lower() in ("today", "yesterday"):
        begins = today - timedelta(days=value.lower() == "yesterday")
        return begins, begins + timedelta(days=1)
    try:
        return _calendar(value, zone) or _moment(value, zone)
    except (ValueError, OverflowError):
        shown = value[:40]
        raise InvalidError.field(
            field, f"{shown} is no date: write 2024-05-17, 2024-05, 2024, today or yesterday."
        ) from None


def _calendar(value: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    found = DAY.fullmatch(value)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year or year >= 9999:
        raise ValueError(value)
    begins = datetime(year, month or 1, day or 1, tzinfo=zone)
    if day:
        return begins, begins + timedelta(days=1)
    if month:
        return begins, begins.replace(year=year + month // 12, month=month % 12 + 1)
    return begins, begins.replace(year=year + 1)


def _moment(value: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    at = datetime.fromisoformat(value)
    at = at.replace(tzinfo=zone) if at.tzinfo is None else at
    at = at.astimezone(UTC)
    return at, at + timedelta(milliseconds=1)
