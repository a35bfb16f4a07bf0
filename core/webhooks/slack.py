"""Slack's payload of incoming webhooks, as a message of Parlour's.

https://api.slack.com/messaging/webhooks: `text`, `attachments` and `blocks`. Senders are free with it (numbers where
words are meant, fields nobody knows), so that everything is looked at and nothing is trusted: what has the wrong type
is left out, what is too long is cut. Only what is no payload at all is refused, with the words that Slack has for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from parlour.core.chat.text import FORBIDDEN
from parlour.core.model.cards import Card, ShownAs
from parlour.core.webhooks.attachments import card_of
from parlour.core.webhooks.blocks import parts_of
from parlour.core.webhooks.given import Given, listed, words
from parlour.core.webhooks.limits import Limits, Room
from parlour.core.webhooks.mrkdwn import EMOJI, markdown

FORM = "application/x-www-form-urlencoded"


class PayloadError(Exception):
    """What cannot be taken; `code` is what Slack calls it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Incoming(Struct, frozen=True, kw_only=True):
    """A message as an integrator wants it: its words, its cards, and how and where it asks to be shown."""

    text: str
    cards: list[Card]
    shown_as: ShownAs | None
    channel: str
    thread: str


def incoming(body: bytes, content_type: str, limits: Limits) -> Incoming:
    """Return the message of a payload: JSON, or a form whose field `payload` is JSON.

    Raises:
        PayloadError: `invalid_payload`, `invalid_blocks`, or `no_text`.
    """
    payload = _payload(body, content_type)
    blocks, attachments = _array(payload, "blocks"), _array(payload, "attachments")
    given = words(payload.get("text"))
    text = markdown(given[: limits.text], marks=payload.get("mrkdwn") is not False)
    room = Room(limits)
    cards = [*_of_blocks(blocks, text, room), *_of_attachments(attachments, room)]
    shown = "" if blocks and cards else room.cut(_clean(text), limits.text)
    if not shown.strip() and not cards:
        raise PayloadError("no_text")
    return Incoming(
        text=shown,
        cards=cards,
        shown_as=_shown_as(payload),
        channel=words(payload.get("channel")).strip()[:100],
        thread=words(payload.get("thread_ts")).strip()[:100],
    )


def _payload(body: bytes, content_type: str) -> Given:
    """Return the payload, whatever the sender says that it is: many name no type, or the wrong one."""
    raw = body.strip()
    if content_type.partition(";")[0].strip().lower() == FORM or raw[:8] == b"payload=":
        try:
            fields = parse_qs(raw.decode(), keep_blank_values=True, max_num_fields=20)
        except ValueError:
            raise PayloadError("invalid_payload") from None
        raw = fields.get("payload", [""])[-1].encode()
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise PayloadError("invalid_payload") from None
    if not isinstance(found, Mapping):
        raise PayloadError("invalid_payload")
    return found


def _array(payload: Given, name: str) -> Sequence[object]:
    """Return a list of the payload. Some send it as JSON within the JSON."""
    found = payload.get(name)
    if isinstance(found, str) and found.strip():
        try:
            found = msgspec.json.decode(found)
        except (msgspec.DecodeError, RecursionError):
            raise PayloadError(f"invalid_{name}") from None
    if found in (None, ""):
        return ()
    if not isinstance(found, list):
        raise PayloadError(f"invalid_{name}")
    return found


def _of_blocks(blocks: Iterable[object], summary: str, room: Room) -> list[Card]:
    parts = parts_of(blocks, room)
    return [Card(parts=parts, summary=room.cut(_clean(summary), room.limits.summary))] if parts else []


def _of_attachments(attachments: Iterable[object], room: Room) -> list[Card]:
    cards = (card for one in listed(attachments) if not room.is_full for card in card_of(one, room))
    return list(islice(cards, room.limits.cards))


def _shown_as(payload: Given) -> ShownAs | None:
    name = " ".join(FORBIDDEN.sub("", words(payload.get("username"))).split())[:80]
    emoji = words(payload.get("icon_emoji")).strip()
    emoji = f":{emoji.strip(':')}:" if emoji else ""
    shown = ShownAs(name=name, emoji=emoji if EMOJI.fullmatch(emoji) else "")
    return shown if shown != ShownAs() else None


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text)
