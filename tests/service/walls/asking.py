"""Requests that are whole but for their ids: what each route, event and workflow takes besides."""

import json
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.person import PASSWORD, Json, Person
from tests.service.test_access import PICTURE
from tests.service.walls.places import PATH_IDS, Place
from tests.service.walls.things import Things

HOOK: Json = {"name": "CI", "url": "https://hooks.example.com/", "events": ["member.joined"]}
LATER = {"text": "Later.", "when": "tomorrow 9:00"}
PROOF = {"password": PASSWORD}
SIGNED = {"signature": "1.aa"}
TUS = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": "application/offset+octet-stream"}
OVERRIDDEN = TUS | {"X_HTTP_Method_Override": "HEAD"}
WAYS = {"name": "CI", "help": "Tells it", "url": "https://hooks.example.com/"}
BODIES: dict[str, Any] = {
    "PATCH /api/v1/me/passkeys/{passkey}": {"name": "Ring"},
    "POST /api/v1/me/passkeys/{passkey}/remove": PROOF,
    "PATCH /api/v1/me/devices/{device}": {"name": "Desk"},
    "PATCH /api/v1/workspaces/{workspace}": {"name": "Another name"},
    "POST /api/v1/workspaces/{workspace}/invitations": {"invitations": [{"email": "friend@example.com"}]},
    "POST /api/v1/workflow-runs": {"type": "search.rebuild", "workspace_id": "WorkspaceId"},
    "POST /api/v1/workflow-runs/{run}/signal": {"name": "send_now"},
    "PUT /api/v1/workspaces/{workspace}/audit/retention": {"days": 90},
    "POST /api/v1/workspaces/{workspace}/roles": {"name": "Helpers", "rights": []},
    "PATCH /api/v1/workspaces/{workspace}/roles/{role}": {"name": "Helping"},
    "PATCH /api/v1/workspaces/{workspace}/members/{user}": {"role": "member"},
    "POST /api/v1/workspaces/{workspace}/transfer": {"user_id": "UserId", "proof": PROOF},
    "PUT /api/v1/workspaces/{workspace}/members/{user}/stay": {"ends_at": None},
    "POST /api/v1/files/{file}/release": {"reason": "A test.", "confirm": True},
    "POST /api/v1/workspaces/{workspace}/groups": {"name": "Others", "handle": "others"},
    "PATCH /api/v1/workspaces/{workspace}/groups/{group}": {"name": "Others"},
    "POST /api/v1/workspaces/{workspace}/channels": {"kind": "private", "name": "new"},
    "PATCH /api/v1/channels/{channel}": {"topic": "Talk"},
    "POST /api/v1/channels/{channel}/members": {"user_id": "UserId"},
    "PATCH /api/v1/channels/{channel}/membership": {"starred": True},
    "POST /api/v1/channels/{channel}/commands": {"text": "/me waves"},
    "POST /api/v1/channels/{channel}/messages": {"text": "Hi."},
    "POST /api/v1/channels/{channel}/read": {"n": 0},
    "POST /api/v1/channels/{channel}/received": {"n": 0},
    "POST /api/v1/channels/{channel}/unread": {"n": 1},
    "PATCH /api/v1/messages/{message}": {"text": "Edited."},
    "POST /api/v1/workspaces/{workspace}/approvals": {
        "channel_id": "ChannelId",
        "text": "May I?",
        "user_ids": ["UserId"],
        "escalate_after": 3600,
        "escalate_to": ["UserId"],
    },
    "POST /api/v1/approvals/{approval}/answer": {"decision": "approve"},
    "POST /api/v1/workspaces/{workspace}/slash-commands": WAYS,
    "PATCH /api/v1/workspaces/{workspace}/slash-commands/{command}": {"help": "Tells it well"},
    "POST /api/v1/command-answers/{run}/{secret}": {"text": "Done."},
    "POST /api/v1/workspaces/{workspace}/bots": {"name": "Helper", "scopes": ["messages:read"]},
    "PATCH /api/v1/workspaces/{workspace}/bots/{bot}": {"description": "Helps"},
    "POST /api/v1/workspaces/{workspace}/bots/{bot}/token": {},
    "POST /api/v1/workspaces/{workspace}/emoji": {"name": "waving", "image": PICTURE},
    "POST /api/v1/workspaces/{workspace}/sections": {"name": "Play"},
    "PATCH /api/v1/workspaces/{workspace}/sections/{section}": {"collapsed": True},
    "POST /api/v1/channels/{channel}/scheduled": LATER,
    "PATCH /api/v1/scheduled/{scheduled}": {"text": "Later still."},
    "POST /api/v1/workspaces/{workspace}/searches": {"q": "plan"},
    "POST /api/v1/workspaces/{workspace}/reminders": LATER,
    "PATCH /api/v1/reminders/{reminder}": {"text": "Coffee."},
    "POST /api/v1/reminders/{reminder}/snooze": {"when": "in 1 hour"},
    "PUT /api/v1/channels/{channel}/draft": {"text": "Begun."},
    "POST /api/v1/messages/{message}/thread/read": {"seq": 1},
    "PATCH /api/v1/workspaces/{workspace}/notification-preferences": {"level": "all"},
    "PATCH /api/v1/workspaces/{workspace}/notification-defaults": {"level": "all"},
    "POST /api/v1/workspaces/{workspace}/notifications/read": {"ids": ["NotificationId"]},
    "POST /api/v1/workspaces/{workspace}/notifications/unread": {"ids": ["NotificationId"]},
    "POST /api/v1/workspaces/{workspace}/dispatches/redrive": {"ids": ["DispatchId"]},
    "POST /api/v1/workspaces/{workspace}/webhooks/{webhook}/redrive": {"ids": ["WebhookDeliveryId"]},
    "POST /api/v1/workspaces/{workspace}/incoming-webhooks": {"name": "Alerts", "channel_id": "ChannelId"},
    "PATCH /api/v1/workspaces/{workspace}/incoming-webhooks/{webhook}": {"name": "Alarms"},
    "POST /api/v1/workspaces/{workspace}/webhooks": HOOK,
    "PATCH /api/v1/workspaces/{workspace}/webhooks/{webhook}": {"name": "Build"},
    "PATCH /api/v1/workspaces/{workspace}/channel-summaries/{channel}": {"topic": "Talk"},
    "POST /hooks/{hook}/{secret}": {"text": "Hi."},
    "RUN message.send": {"channel_id": "ChannelId", "text": "Hi."},
    "RUN announce": {"channel_ids": ["ChannelId"], "text": "Hi."},
    "RUN remind": LATER,
    "RUN approval.ask": {
        "channel_id": "ChannelId",
        "text": "May I?",
        "user_ids": ["UserId"],
        "escalate_after": 3600,
        "escalate_to": ["UserId"],
    },
    "RUN members.invite": {"invitations": [{"email": "friend@example.com"}]},
    "RUN file.scan": {"file_id": "FileId"},
    **{
        f"EVENT {name}": {"message_id": "EntryId"}
        for name in ("message.delete", "message.pin", "message.unpin")
    },
    **{f"EVENT {name}": {"channel_id": "ChannelId"} for name in ("typing.start", "typing.list")},
    "EVENT presence.list": {"workspace_id": "WorkspaceId"},
    "EVENT message.send": {"channel_id": "ChannelId", "text": "Hi."},
    "EVENT message.edit": {"message_id": "EntryId", "text": "Edited."},
    "EVENT message.act": {"message_id": "EntryId", "action": "go"},
    "EVENT reaction.add": {"message_id": "EntryId", "emoji": "👍"},
    "EVENT reaction.remove": {"message_id": "EntryId", "emoji": "👍"},
    "EVENT channel.sync": {"channel_id": "ChannelId", "since_seq": 0},
    "EVENT channel.read": {"channel_id": "ChannelId", "n": 0},
    "EVENT channel.received": {"channel_id": "ChannelId", "n": 0},
    "EVENT command.run": {"channel_id": "ChannelId", "text": "/me waves"},
    "EVENT presence.watch": {"workspace_id": "WorkspaceId", "user_ids": []},
    "EVENT workflow.follow": {"workspace_id": "WorkspaceId"},
    "EVENT workflow.unfollow": {"workspace_id": "WorkspaceId"},
}
"""What is sent besides: an id is named by its kind. Nothing, unless it stands here."""
INSTEAD: dict[str, Any] = {
    "PATCH /api/v1/workspaces/{workspace}/members/{user} role_id": {},
    "POST /api/v1/channels/{channel}/members user_ids[]": {},
    "POST /api/v1/workspaces/{workspace}/dispatches/redrive filter.user": {"filter": {}},
    "GET /api/v1/exports/{export} reader": SIGNED,
    "GET /api/v1/files/{file}/content reader": SIGNED,
    "HEAD /api/v1/files/{file}/content reader": SIGNED,
    "GET /api/v1/files/{file}/previews/{name} reader": SIGNED,
    "HEAD /api/v1/files/{file}/previews/{name} reader": SIGNED,
}
"""What is sent besides with one field, where another would not go with it."""
QUERIES = {
    "GET /api/v1/workspaces/{workspace}/search": {"q": "plan"},
    "GET /api/v1/workflow-runs": {"workspace_id": "WorkspaceId"},
    "GET /api/v1/workspaces/{workspace}/emoji/{name}/image": {"version": "1", "signature": "1.aa"},
}
PATHS = {"emoji": "%F0%9F%91%8D", "action": "go", "side": "64", "name": "thumb"}
"""What is no id in a path; else `x`."""
REFUSED = {"not_found": 404, "missing_right": 403, "invalid": 422}
"""What HTTP answers with the codes of a refused event; else 409."""


class Asked(NamedTuple):
    """A request or an event, its ids in it."""

    method: str
    path: str
    body: Any

    async def of(self, person: Person) -> tuple[int, str]:
        """Ask it as somebody; return the status and what was answered. An event that was taken is 200."""
        if self.method == "EVENT":
            device = person.devices[0] if person.devices else await person.device()
            answer = await device.call(self.path, self.body)
            return (200 if answer["ok"] else REFUSED.get(answer["error"]["code"], 409)), json.dumps(answer)
        if self.method in ("GET", "HEAD") and "/uploads/" not in self.path:
            loaded = await person.load(self.path, self.method)
            return loaded.status, loaded.data.decode(errors="replace")
        headers = {} if "/uploads/" not in self.path else OVERRIDDEN if self.method == "POST" else TUS
        told = await person.ask(self.method, self.path, self.body, **headers)
        return told.status, told.body if isinstance(told.body, str) else json.dumps(told.body)


def at(place: Place, own: Things, other: Things) -> Asked:
    """Return a request with one id of somebody else's, and one's own everywhere else."""
    what, given, instead = place.what, other[place.kind], INSTEAD.get(f"{place.what} {place.name}")
    body, query, path_ids = BODIES.get(what), QUERIES.get(what, {}), own
    if instead is not None:
        body, query = (body, instead) if place.where == "query" else (instead, query)
    body, query = _filled(body, own), _filled(query, own)
    if place.where == "path":
        path_ids = own | {place.kind: given}
    elif place.where == "query":
        query = query | {place.name: given}
    else:
        body = _put(body or {}, place.name.removeprefix("input.").split("."), given)
    return _asked(what, own, path_ids, query, body)


def whole(what: str, ids: Things) -> Asked:
    """Return a request with all its ids of one set."""
    return _asked(what, ids, ids, _filled(QUERIES.get(what, {}), ids), _filled(BODIES.get(what), ids))


def _asked(what: str, own: Things, path_ids: Things, query: Json, body: Any) -> Asked:
    kind, _, name = what.partition(" ")
    if kind == "EVENT":
        return Asked(kind, name, body)
    if kind == "RUN":
        run = {"type": name, "workspace_id": own["WorkspaceId"], "input": body}
        return Asked("POST", "/api/v1/workflow-runs", run)
    path = _path(name, path_ids) + (f"?{urlencode(query)}" if query else "")
    return Asked(kind, path, body)


def _path(template: str, ids: Things) -> str:
    parts = template.split("/")
    for index, part in enumerate(parts):
        if part.startswith("{"):
            kind = PATH_IDS.get(f"{template.split('/')[index - 1]}/{part}")
            parts[index] = ids[kind] if kind else PATHS.get(part[1:-1], "x")
    return "/".join(parts)


def _filled(given: Any, ids: Things) -> Any:
    """Return what is to be sent with ids in the place of their kinds."""
    if isinstance(given, dict):
        return {name: _filled(inner, ids) for name, inner in given.items()}
    if isinstance(given, list):
        return [_filled(inner, ids) for inner in given]
    return ids.get(given, given) if isinstance(given, str) else given


def _put(body: Any, names: list[str], given: str) -> Any:
    """Return a body with an id put where a path of names leads (`[]`: into a list)."""
    name, rest = names[0].removesuffix("[]"), names[1:]
    inner = body.get(name)
    if names[0].endswith("[]"):
        first = (inner or [{}])[0]
        return body | {name: [_put(first, rest, given) if rest else given]}
    return body | {name: _put(inner or {}, rest, given) if rest else given}
