"""What is stored of a workspace and of people, to see that nothing of it changes."""

from collections.abc import AsyncIterator, Iterable

import msgspec
from bson import decode, decode_all
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from parlour.core.house import House
from tests.person import eventually

Stored = dict[str, dict[str, str]]
"""Each document's fields, by its collection and id."""

FOLLOWING = ("deliveries", "pending_members", "search_")
"""Collections that follow the log of channels, or what people are notified of, after a while."""
MOVING = {
    "workflow_runs.looked_at": "a sweep looks at runs now and then",
    "channels.active_at": "it follows the log, too",
    "workspace_members.stay": "the workflow of a guest says that it heard of them",
}
"""What changes by itself."""
AS_IT_IS = CodecOptions(document_class=RawBSONDocument)
A_BATCH = 500


async def stored(house: House, ids: Iterable[str]) -> Stored:
    """Return every document in which one of the ids stands."""
    needles, found = [one.encode() for one in ids], {}
    for name in await house.database.list_collection_names():
        if name.startswith(("system.", *FOLLOWING)):
            continue
        async for raw in _holding(house, name, needles):
            fields = {f: _text(value) for f, value in decode(raw).items()}
            key = f"{name} {fields['_id']}"
            found[key] = {f: text for f, text in fields.items() if f"{name}.{f}" not in MOVING}
    return found


async def _holding(house: House, name: str, needles: list[bytes]) -> AsyncIterator[bytes | memoryview]:
    """Yield a collection's documents in which a needle stands.

    The whole suite leaves much behind: where there is none, a batch is passed over at once.
    """
    async for batch in house.database[name].find_raw_batches(batch_size=A_BATCH).hint("_id_"):
        if any(needle in batch for needle in needles):
            for document in decode_all(batch, AS_IT_IS):
                if any(needle in document.raw for needle in needles):
                    yield document.raw


async def settled(house: House, ids: Iterable[str]) -> Stored:
    """Return it once two looks at it are the same."""
    last: list[Stored] = [{}]
    wanted = list(ids)

    async def is_still() -> Stored | None:
        before, last[0] = last[0], await stored(house, wanted)
        return last[0] if before == last[0] else None

    return dict(await eventually(is_still, within_s=60))


def changes(before: Stored, after: Stored) -> list[str]:
    """Return what was added, taken away and changed, in words."""
    told = [f"{key} is new" for key in after.keys() - before.keys()]
    told += [f"{key} is gone" for key in before.keys() - after.keys()]
    for key in before.keys() & after.keys():
        told += [f"{key}: {f}" for f, text in after[key].items() if before[key].get(f) != text]
    return sorted(told)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return msgspec.json.encode(value, enc_hook=repr).decode()
