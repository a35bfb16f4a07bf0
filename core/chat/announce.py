"""What happens after a commit: the sockets hear of it live, and the bus learns how far the channel is."""

from collections.abc import Callable, Sequence

from parlour.core.bus import Publisher, Reached, merge
from parlour.core.ids import ChannelId
from parlour.core.live import Live, LiveBus, channel_topic, packet
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.store.channel_log import Committed


def announcer(live: LiveBus, publisher: Publisher) -> Callable[[Sequence[Committed]], None]:
    """Return what the channel log calls with every batch that became durable."""

    def announce(batch: Sequence[Committed]) -> None:
        reached: dict[ChannelId, Reached] = {}
        for entry, origin in batch:
            live.publish(live_entry(entry))
            event = Reached(
                channel_id=entry.channel_id,
                workspace_id=origin.workspace_id,
                seq=entry.seq,
                correlation_ids=[origin.correlation_id],
            )
            earlier = reached.get(entry.channel_id)
            reached[entry.channel_id] = merge(earlier, event) if earlier else event
        for event in reached.values():
            publisher.reached(event)

    return announce


def live_entry(entry: Entry) -> Live:
    """Return a log entry as the event its channel's sockets hear."""
    payload = {"message" if entry.kind == MESSAGE else "entry": entry}
    return Live(
        channel_topic(entry.channel_id),
        entry.kind,
        packet(entry.kind, payload),
        entry.seq,
        entry.n,
        entry.user_id,
    )
