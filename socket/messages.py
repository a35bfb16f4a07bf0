"""Sending. The hot path: checked and handed to the channel log without a task of its own."""

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from parlour.core.chat import send as rule
from parlour.core.chat.access import enter
from parlour.core.errors import TooManyError
from parlour.core.files.attach import bind_files
from parlour.core.ids import ChannelId
from parlour.core.people.scopes import check_scope
from parlour.core.store.channel_log import Appended
from parlour.core.telemetry import SOCKET_REQUESTS, correlation_id
from parlour.socket.connections import Connection

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

SEND = "message.send"
_sent = SOCKET_REQUESTS.labels(SEND, "ok")
_refused = SOCKET_REQUESTS.labels(SEND, "refused")
_encode = msgspec.json.Encoder().encode


class Draft(rule.Draft, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to send, and where."""

    channel_id: ChannelId


def send(gateway: "Gateway", connection: Connection, ack_id: int | None, payload: object) -> None:
    """Send a message; acknowledged with `{ok, message}` once it is durable."""
    try:
        draft = msgspec.convert(payload, Draft)
        check_scope(connection.identity, "messages:write")
        _check_rate(gateway, connection)
        if not _send_at_once(gateway, connection, ack_id, draft):
            connection.asking += 1
            gateway.tasks.start(_send_after_asking(gateway, connection, ack_id, draft), SEND)
    except Exception as error:
        _answer(gateway, connection, ack_id, error)


def _send_at_once(gateway: "Gateway", connection: Connection, ack_id: int | None, draft: Draft) -> bool:
    """Send if everything it takes is known here, and nothing of the same sender still waits to be asked for."""
    house = gateway.house
    access = house.access.known(draft.channel_id, connection.user_id)
    if access is None or connection.asking or not draft.is_plain:
        return False
    if not connection.hears(draft.channel_id) or not house.open_channels.knows(draft.channel_id):
        return False
    correlation_id.set(draft.client_id)
    entry, origin = rule.compose_plain(house, connection.user_id, access, draft)
    house.log.append_then(entry, origin, partial(_answer, gateway, connection, ack_id))
    return True


async def _send_after_asking(
    gateway: "Gateway", connection: Connection, ack_id: int | None, draft: Draft
) -> None:
    try:
        async with connection.in_order:
            correlation_id.set(draft.client_id)
            access = await enter(gateway.house, draft.channel_id, connection.user_id)
            entry, origin = await rule.compose(gateway.house, connection.user_id, access, draft)
            await bind_files(gateway.house, entry)
            gateway.house.log.append_then(entry, origin, partial(_answer, gateway, connection, ack_id))
    except Exception as error:
        _answer(gateway, connection, ack_id, error)
    finally:
        connection.asking -= 1


def _check_rate(gateway: "Gateway", connection: Connection) -> None:
    if not connection.sends.take():
        settings, name = gateway.house.settings, "sends_per_second"
        limit = settings.sends_per_second
        if not connection.is_persons:
            limit, name = settings.token_sends_per_second, "token_sends_per_second"
        raise TooManyError("too_many_requests", f"At most {limit} messages a second ({name}).", retry_after=1)


def _answer(
    gateway: "Gateway", connection: Connection, ack_id: int | None, outcome: Appended | Exception
) -> None:
    if isinstance(outcome, Exception):
        _refused.inc()
        connection.acknowledge(ack_id, gateway.refused(connection, SEND, outcome))
    else:
        _sent.inc()
        connection.acknowledge(ack_id, b'{"ok":true,"message":' + _encode(outcome.entry) + b"}")
