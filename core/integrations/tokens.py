"""Tokens: what lets programs in, for somebody or as a bot. Shown once, stored as a hash, opening its scopes alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import SessionId, UserId, new_id
from parlour.core.model.integrations import MadeToken, Token
from parlour.core.model.page import Page
from parlour.core.model.people import Entrance
from parlour.core.model.rights import SCOPES, Family, Scope
from parlour.core.people import account_notes, sessions
from parlour.core.people.names import checked_name
from parlour.core.people.rights import missing
from parlour.core.people.tokens import Lasting, hash_of, lasting_token, new_secret

FAMILIES: dict[Family, str] = {
    "messages": "messages, threads, reactions, reminders and drafts; connecting by Socket.IO",
    "channels": "channels, who is in them, and the sidebar",
    "people": "people, groups and one's own profile",
    "files": "files and uploads",
    "search": "search, and what was searched for lately",
    "notifications": "notifications and what one wants of them",
    "workspaces": "workspaces, their settings, emoji and audit",
    "integrations": "integrations: bots, webhooks, slash commands",
    "workflows": "workflows: approvals, runs, what they promise",
}
"""What each family of scopes is about, in words."""


class ScopeView(Struct, frozen=True):
    """A scope that a token may open, and what that lets it do."""

    scope: Scope
    words: str


class NewToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to make: what for, what it opens, and for how many days (the longest: setting `token_days_max`)."""

    name: str
    scopes: list[Scope]
    days: int | None = None


async def make(house: House, who: UserId, given: NewToken) -> MadeToken:
    """Make a token that acts for somebody, within their rights and its scopes.

    Raises:
        ForbiddenError: `missing_right`: in none of their workspaces they may make tokens.
        ConflictError: `too_many_tokens` (setting `tokens_per_person`).
        InvalidError: the name, a scope or the time cannot be taken.
    """
    mine = await house.workspaces.of(who)
    if mine and not any("token.make" in workspace.rights for workspace in mine):
        raise missing("token.make")
    name = checked_name(given.name, house.settings)
    scopes = checked_scopes(given.scopes)
    most, longest = house.settings.tokens_per_person, house.settings.token_days_max
    if len(await _of(house, who)) >= most:
        raise ConflictError("too_many_tokens", f"A person has at most {most} tokens (tokens_per_person).")
    expires_at = _expiry(given.days if given.days is not None else longest, longest)
    made = await issue(house, who, "personal", name=name, scopes=scopes, expires_at=expires_at)
    await account_notes.note(house, who, "token.made", f"made the token {name} with {', '.join(scopes)}")
    return made


async def issue(
    house: House,
    user_id: UserId,
    kind: Lasting,
    *,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
) -> MadeToken:
    """Store a fresh token for whoever was checked to be given one, and return it with its secret."""
    token_id, secret = SessionId(new_id()), new_secret()
    entrance = Entrance(
        id=token_id,
        user_id=user_id,
        kind=kind,
        name=name,
        scopes=frozenset(scopes),
        created_at=now(),
        expires_at=expires_at,
    )
    await house.sessions.add_token(entrance, token_hash=hash_of(secret))
    return MadeToken(secret=lasting_token(kind, token_id, secret), token=shown(entrance))


async def mine(house: House, who: UserId) -> Page[Token]:
    """Return somebody's own tokens that last, the newest first."""
    return Page([shown(entrance) for entrance in await _of(house, who)])


async def revoke(house: House, who: UserId, token_id: SessionId) -> None:
    """End a token of one's own at once: what it is connected with is cut.

    Raises:
        NotFoundError: there is no such token of theirs.
    """
    entrance = await house.sessions.get(token_id)
    if entrance is None or entrance.user_id != who or entrance.kind != "personal":
        raise NotFoundError.of("token")
    await sessions.end(house, token_id, reason="revoked")
    await account_notes.note(house, who, "token.revoked", f"revoked the token {entrance.name}")


def scopes() -> Page[ScopeView]:
    """Return every scope, those of one family behind each other."""
    return Page(
        [
            ScopeView(SCOPES[f"{family}:{access}"], f"{verb} {about}")
            for family, about in FAMILIES.items()
            for access, verb in (("read", "Read"), ("write", "Change"))
        ]
    )


def checked_scopes(given: Sequence[Scope]) -> list[Scope]:
    """Return scopes in their order, each once.

    Raises:
        InvalidError: there is none.
    """
    if not given:
        raise InvalidError.field("scopes", "Choose at least one scope: a token without any opens nothing.")
    return [scope for scope in SCOPES.values() if scope in given]


def shown(entrance: Entrance) -> Token:
    """Return a token as whoever runs it sees it."""
    return Token(
        id=entrance.id,
        name=entrance.name,
        scopes=[scope for scope in SCOPES.values() if scope in (entrance.scopes or ())],
        created_at=entrance.created_at,
        expires_at=entrance.expires_at,
        last_used_at=entrance.last_used_at,
        address=entrance.address,
        agent=entrance.agent,
    )


async def _of(house: House, who: UserId) -> list[Entrance]:
    at = now()
    found = await house.sessions.of(who, kinds=["personal"])
    return [entrance for entrance in found if entrance.expires_at is None or entrance.expires_at > at]


def _expiry(days: int, longest: int) -> datetime:
    if not 1 <= days <= longest:
        raise InvalidError.field("days", f"A token lasts between 1 and {longest} days (token_days_max).")
    return now() + timedelta(days=days)
