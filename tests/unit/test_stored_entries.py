"""What is stored of an entry is all of it, and what is read is what was stored."""

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec.structs import asdict, fields, replace

from parlour.core.model.chat import Entry
from parlour.core.store.entries import document_of, entry_of

THEN = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = msgspec.convert(
    {
        "id": "e1",
        "channel_id": "c",
        "seq": 1,
        "n": 1,
        "kind": "message.sent",
        "author_id": "ada",
        "created_at": THEN,
    },
    Entry,
)
FULL = msgspec.convert(
    asdict(PLAIN)
    | {
        "client_id": "mine",
        "text": "hello",
        "user_id": "ben",
        "thread_root_id": "e0",
        "message_id": "e0",
        "emoji": "👍",
        "mentions": {"user_ids": ["ben"], "channel": True},
        "changes": {"topic": "tea"},
        "style": "me",
        "urgent": True,
        "via": "webhook",
        "late_for": THEN,
        "previews": [{"url": "/a", "title": "A"}],
        "file_ids": ["f"],
        "actions": [{"id": "yes", "label": "Yes"}],
        "action": "yes",
        "approval": {
            "id": "a",
            "version": 1,
            "state": "open",
            "needed": 1,
            "rejections": 1,
            "deadline_at": THEN,
        },
        "cards": [{"parts": [{"kind": "text", "text": "Built"}]}],
        "shown_as": {"name": "CI"},
    },
    Entry,
)
FOLDED = {
    *("updated_seq", "edited_at", "deleted_at", "pinned_by", "reactions"),
    *("reply_count", "last_reply_at", "replier_ids", "clicks"),
}
"""What later entries make of a message, which is never new."""
STORED = sorted({field.name for field in fields(Entry)} - FOLDED)


OTHERS = {"action", "changes", "emoji", "message_id", "previews", "user_id"}
"""What plain messages are never sent with."""


@pytest.mark.parametrize("name", STORED)
def test_every_field_of_an_entry_is_kept(name: str) -> None:
    kind = "message.edited" if name in OTHERS else "message.sent"
    entry = replace(PLAIN, **{"kind": kind, name: getattr(FULL, name)})
    assert entry_of(document_of(entry)) == entry


def test_the_fields_that_are_tried_all_say_something() -> None:
    silent = {field.name for field in fields(Entry) if getattr(FULL, field.name) == field.default}
    assert not silent & set(STORED)


def test_a_plain_message_takes_no_room_for_what_it_has_not() -> None:
    plain = replace(PLAIN, text="hello", client_id="mine")
    given = {"channel_id", "seq", "n", "kind", "author_id", "created_at", "text", "client_id"}
    assert set(document_of(plain)) == {"_id", *given}
