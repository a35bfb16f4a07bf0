"""What happens after a commit: the sockets hear of it live, and the bus learns how far the channel is."""

from collections.abc import Callable, Sequence

from parlour.core.bus import MERGED_IDS, Publisher, Reached
from parlour.core.ids import ChannelId
from parlour.core.live import Live, LiveBus, channel_topic, packet
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.store.channel_log import Committed
from parlour.core.telemetry import ENTRIES_COMMITTED


def announcer(live: LiveBus, publisher: Publisher) -> Callable[[Sequence[Committed]], None]:
    """Return what the channel log calls with every batch that became durable."""

    def announce(batch: Sequence[Committed]) -> None:
        last: dict[ChannelId, Committed] = {}
        ids: dict[ChannelId, list[str]] = {}
        calling: set[ChannelId] = set()
        for committed in batch:
            entry, origin = committed
            live.publish(live_entry(entry))
            last[entry.channel_id] = committed
            ids.setdefault(entry.channel_id, []).append(origin.correlation_id)
            if entry.mentions or entry.urgent:
                calling.add(entry.channel_id)
        ENTRIES_COMMITTED.inc(len(batch))
        for channel_id, (entry, origin) in last.items():
            publish = publisher.calling if channel_id in calling else publisher.reached
            publish(
                Reached(
                    channel_id=channel_id,
                    workspace_id=origin.workspace_id,
                    seq=entry.seq,
                    correlation_ids=ids[channel_id][-MERGED_IDS:],
                )
            )

    return announce


RETOLD = ("message.edited", "message.deleted")


def _retold(change: Entry) -> dict[str, object]:
    """Return what an edit or a deletion makes of its message, for listeners that keep no log."""
    told = {"id": change.message_id, "channel_id": change.channel_id, "updated_seq": change.seq}
    when = "edited_at" if change.kind == "message.edited" else "deleted_at"
    return told | {"text": change.text or "", when: change.created_at}


def live_entry(entry: Entry) -> Live:
    """Return a log entry as the event its channel's sockets hear: replies, too, as `message.sent`."""
    name = MESSAGE if entry.kind == REPLY else entry.kind
    payload: dict[str, object] = {"message" if name == MESSAGE else "entry": entry}
    if entry.kind in RETOLD:
        payload["message"] = _retold(entry)
    return Live(
        channel_topic(entry.channel_id),
        name,
        packet(name, payload),
        entry.seq,
        entry.n,
        entry.user_id,
    )
