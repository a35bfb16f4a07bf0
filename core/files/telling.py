"""Live news of files: to every channel that shows one, and to who uploaded it."""

from parlour.core.house import House
from parlour.core.live import Live, channel_topic, packet, user_topic
from parlour.core.model.files import Content, File, FileRecord

CHANGED = "file.changed"


def shown(record: FileRecord, content: Content | None = None) -> File:
    """Return a file as anyone who may see it is shown it, without the links of one reader."""
    return File(
        id=record.id,
        workspace_id=record.workspace_id,
        uploader_id=record.uploader_id,
        name=record.name,
        size=record.size,
        mime_type=record.mime_type,
        kind=record.kind,
        state=record.state,
        created_at=record.created_at,
        version=record.version,
        detail=record.detail,
        waiting=record.waiting,
        media=content.media if content else None,
        preview_failed=content.preview_failed if content else "",
    )


def tell_changed(house: House, record: FileRecord, content: Content | None = None) -> None:
    """Tell `file.changed {file}` to the channels that show a file, and to its uploader's devices."""
    told = packet(CHANGED, {"file": shown(record, content)})
    topics = {channel_topic(use.channel_id) for use in record.uses} | {user_topic(record.uploader_id)}
    for topic in topics:
        house.live.publish(Live(topic, CHANGED, told))
    house.moved(f"file/{record.id}")
