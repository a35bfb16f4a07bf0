"""Every place in the API and on the socket where an id is given, as routes, events and workflow types declare them.

What kind of id is meant is told by its type (core/ids.py); where that is plain text, by the tables here. A new place
that neither tells fails a test until it is entered.
"""

import itertools
from collections.abc import Iterator
from typing import Any, Literal, NewType, get_args, get_origin

import msgspec
from msgspec import Struct

from parlour.api.main import all_routes
from parlour.core.runs.registry import TYPES
from parlour.socket.gateway import HANDLERS
from parlour.socket.messages import SEND, Draft

Where = Literal["path", "query", "body"]

PATH_IDS = {
    "sessions/{session}": "SessionId",
    "passkeys/{passkey}": "Passkey",
    "tokens/{token}": "Token",
    "devices/{device}": "DeviceId",
    "dispatches/{dispatch}": "DispatchId",
    "workspaces/{workspace}": "WorkspaceId",
    "members/{user}": "UserId",
    "invitations/{invitation}": "InvitationId",
    "onboardings/{onboarding}": "Onboarding",
    "workflow-runs/{run}": "RunId",
    "exports/{export}": "RunKey",
    "workflows/{workflow}": "Workflow",
    "roles/{role}": "RoleId",
    "groups/{group}": "GroupId",
    "channels/{channel}": "ChannelId",
    "channel-summaries/{channel}": "ChannelId",
    "messages/{message}": "EntryId",
    "approvals/{approval}": "ApprovalId",
    "slash-commands/{command}": "SlashCommandId",
    "command-answers/{run}": "CommandRun",
    "bots/{bot}": "Bot",
    "emoji/{name}": "Emoji",
    "uploads/{upload}": "Upload",
    "files/{file}": "FileId",
    "sections/{section}": "SectionId",
    "scheduled/{scheduled}": "ScheduledId",
    "reminders/{reminder}": "ReminderId",
    "notifications/{notification}": "NotificationId",
    "hooks/{hook}": "IncomingHookId",
    "incoming-webhooks/{webhook}": "IncomingHookId",
    "webhooks/{webhook}": "WebhookId",
    "erasures/{erasure}": "ErasureId",
}
"""The kind of id in a path, by the part before it."""
PATH_WORDS = {
    "oidc/{provider}": "a sign-in server of the settings",
    "linked-accounts/{provider}": "a sign-in server of the settings",
    "workspace-addresses/{slug}": "whether it is free is for everybody to know",
    "invites/{token}": "whoever has it is invited",
    "reactions/{emoji}": "a character, or the name of an emoji of the message's own workspace",
    "actions/{action}": "a button of the message before it",
    "{hook}/{secret}": "the secret of the webhook before it",
    "{run}/{secret}": "the secret of the run before it",
    "previews/{name}": "a preview of the file before it",
    "avatars/{version}": "pictures of people are for whoever has their address",
    "{version}/{side}": "a size",
}
TEXT_IDS = {
    "GET /api/v1/workflow-runs subject": "ChannelId",
    "GET /api/v1/workspaces/{workspace}/audit subject": "EntryId",
    "GET /api/v1/workspaces/{workspace}/audit/export subject": "EntryId",
    "GET /api/v1/files ids": "FileId",
    "GET /api/v1/workspaces/{workspace}/search in": "ChannelId",
    "GET /api/v1/workspaces/{workspace}/search from": "UserId",
}
"""The kind of id in a field that is plain text."""
WORDS = {
    *("email", "password", "present", "name", "handle", "title", "pronouns", "language", "timezone", "tz"),
    *("text", "topic", "purpose", "description", "reason", "comment", "usage", "help", "label", "confirm"),
    *(
        "keywords",
        "domains",
        "quiet.begins",
        "quiet.ends",
        "email_at",
        "when",
        "q",
        "before",
        "after",
        "words",
    ),
    *("type", "kind", "state", "action", "world", "filter.world", "template", "slug", "emoji", "channels"),
    *("url", "next", "version", "error", "iss", "status.text"),
    # What only its holder knows, or what only narrows down what is one's own.
    *(
        "token",
        "code",
        "recovery_code",
        "passkey",
        "challenge",
        "signature",
        "cursor",
        "keys.p256dh",
        "keys.auth",
    ),
    *("endpoint", "replaces"),
    # Of the caller's own choosing.
    *("client_id", "actions.id"),
}
"""Fields of plain text that name nothing of anybody's."""
TEXT_WORDS = {
    "POST /api/v1/auth/verify id": "what a mail says, and its code with it",
    "POST /api/v1/workflow-runs id": "a name of the caller's own choosing, given once in a workspace",
}
"""Fields whose name says that they are ids, and that name nothing of anybody's nevertheless."""


class Place(Struct, frozen=True):
    """Where an id is given: of which kind, and in which part of which request."""

    what: str
    where: Where
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.what} {self.where} {self.name}"


class UnknownError(Exception):
    """A place of which nobody said what is given there."""


def places() -> list[Place]:
    """Return all of them.

    Raises:
        UnknownError: one is in no table.
    """
    found: list[Place] = []
    for route in all_routes():
        what = f"{route.method} {route.path}"
        found += _in_path(what, route.path)
        found += _in_type(what, "query", route.query)
        found += _in_type(what, "body", route.body)
    for name, kind in TYPES.items():
        found += _in_type(f"RUN {name}", "body", kind.input, prefix="input.")
        for signal, known in kind.signals.items():
            found += _in_type(f"SIGNAL {name} {signal}", "body", known.payload, prefix="payload.")
    for name, payload in payloads().items():
        found += _in_type(f"EVENT {name}", "body", payload)
    return found


def payloads() -> dict[str, type[Struct]]:
    """Return what is sent with each socket event."""
    return {SEND: Draft} | {name: handler.payload for name, handler in HANDLERS.items()}


def _in_path(what: str, path: str) -> Iterator[Place]:
    parts = path.split("/")
    for before, part in itertools.pairwise(parts):
        if not part.startswith("{"):
            continue
        key = f"{before}/{part}"
        if key in PATH_IDS:
            yield Place(what, "path", part[1:-1], PATH_IDS[key])
        elif key not in PATH_WORDS:
            raise UnknownError(f"{what}: which kind of id is {part}? Enter it in PATH_IDS or PATH_WORDS.")


def _in_type(what: str, where: Where, model: Any, *, prefix: str = "") -> Iterator[Place]:
    for name, told in _leaves(model):
        kind = told if told != "str" else _kind_of_text(what, name.replace("[]", ""))
        if kind:
            yield Place(what, where, prefix + name, kind)


def _kind_of_text(what: str, field: str) -> str:
    key, last = f"{what} {field}", field.rpartition(".")[2]
    if key in TEXT_IDS:
        return TEXT_IDS[key]
    if key in TEXT_WORDS or field in WORDS or last in WORDS:
        return ""
    raise UnknownError(f"{what}: is {field} an id? Enter it in TEXT_IDS or WORDS.")


def _leaves(model: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field of text in a type, by its path (`[]`: in a list), and the name of its type."""
    if isinstance(model, NewType):
        yield name, model.__name__
    elif model is str:
        yield name, "str"
    elif isinstance(model, type) and issubclass(model, Struct):
        for field in msgspec.structs.fields(model):
            yield from _leaves(field.type, f"{name}.{field.encode_name}" if name else field.encode_name)
    elif (origin := get_origin(model)) is not Literal:
        mark = "[]" if origin in (list, set, tuple, frozenset) else ""
        for inner in get_args(model):
            yield from _leaves(inner, name + mark)
