"""The API's description with ids of things that are there among what it allows, so that not every case is a 404."""

import copy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from parlour.api import openapi
from parlour.api.main import all_routes
from tests.person import Json, Person
from tests.uploading import form

Ids = dict[str, list[str]]


class Grounds:
    """A workspace to play in: its owner, who calls, a colleague, and the ids of what is there, by their names."""

    def __init__(self, owner: Person, colleague: Person) -> None:
        self.owner = owner
        self.colleague = colleague
        self.ids: Ids = {}

    @classmethod
    async def laid_out(cls, owner: Person, colleague: Person) -> Self:
        """Return a new workspace with one of each thing in it."""
        await owner.make_workspace("Playground")
        await colleague.join(owner)
        grounds = cls(owner, colleague)
        await grounds.lay_out()
        return grounds

    async def lay_out(self) -> None:
        """Make one of each thing that routes are about."""
        owner, workspace = self.owner, self.owner.workspace["id"]
        of_workspace = f"/api/v1/workspaces/{workspace}"
        channel = await owner.make_channel("public", self.colleague)
        message = (await owner.send(channel, "Something to play with"))["id"]
        theirs = (await self.colleague.send(channel, "Somebody else's"))["id"]
        group = await owner.post(f"{of_workspace}/groups", {"name": "Crew", "handle": "crew"})
        section = await owner.post(f"{of_workspace}/sections", {"name": "Work"})
        invitation = await owner.post(f"{of_workspace}/invites")
        at = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        later = await owner.post(f"/api/v1/channels/{channel}/scheduled", {"text": "later", "at": at})
        reminder = await owner.post(f"{of_workspace}/reminders", {"text": "look", "at": at})
        file = await form(owner, b"A file to play with")
        device = await owner.post(
            "/api/v1/me/devices", {"kind": "unifiedpush", "endpoint": "http://127.0.0.1:9/never"}
        )
        upload = await owner.ask("POST", f"{of_workspace}/uploads", Tus_Resumable="1.0.0", Upload_Length="9")
        self.ids = {
            "file": [file.body["id"]],
            "device": [device["id"]],
            "upload": [upload.headers["Location"].rpartition("/")[2]],
            "emoji": ["thumbsup"],
            "name": ["256"],
            "workspace": [workspace],
            "channel": [channel],
            "message": [message, theirs],
            "user": [self.colleague.id, owner.id],
            "group": [group["id"]],
            "section": [section["id"]],
            "token": [invitation["token"]],
            "scheduled": [later["id"]],
            "reminder": [reminder["id"]],
        }


def description(ids: Ids, *, address: str) -> Json:
    """Return the description in which ids, in paths and in bodies, are as often those that are there as any text."""
    document = copy.deepcopy(_document(address))
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ids:
                    parameter["schema"] = _one_of(ids[parameter["name"]], parameter["schema"])
    name_ids(document["components"], ids)
    return document


@cache
def _document(address: str) -> Json:
    return openapi.document(all_routes(), address=address, version="test")


def name_ids(schema: Any, ids: Ids) -> None:
    """Let fields of a schema that hold ids be those that are there."""
    if isinstance(schema, list):
        for part in schema:
            name_ids(part, ids)
    elif isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            known = ids.get(name.removesuffix("_id")) or ids.get(name.removesuffix("_ids"))
            if known and name.endswith("_id") and part.get("type") == "string":
                schema["properties"][name] = _one_of(known, part)
            elif known and name.endswith("_ids") and part.get("type") == "array":
                part["items"] = _one_of(known, part["items"])
        for part in schema.values():
            name_ids(part, ids)


def _one_of(known: list[str], schema: Json) -> Json:
    return {"anyOf": [{"enum": known}, schema]}
