"""All who fold a message come to the same: server and browser, before and after what was deleted is erased."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from parlour.core.chat.fold import STEPS, folded_all
from parlour.core.ids import ApprovalId, ChannelId, EntryId, UserId
from parlour.core.model.actions import ApprovalAnswer, ApprovalMark, MessageAction
from parlour.core.model.chat import Entry, EntryKind, Mentions, Preview

ROOT = Path(__file__).parents[2]
SCRIPT = """
import { folded } from './ui/static/js/state/fold.js';
let given = '';
for await (const part of process.stdin) given += part;
const ends = JSON.parse(given).map(({ message, changes }) => changes.reduce(folded, message));
console.log(JSON.stringify(ends));
"""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ROOT_ID = EntryId("root")
BUTTONS = [MessageAction(id="yes", label="Yes", style="primary"), MessageAction(id="no", label="No")]


def message(seq: int, **fields: object) -> Entry:
    given = {"id": f"e{seq}", "kind": "message.sent", "author_id": "ada"} | fields
    return msgspec.convert(
        {"channel_id": "c", "seq": seq, "n": seq, "created_at": BEGAN + timedelta(seconds=seq)} | given, Entry
    )


@st.composite
def changes(draw: st.DrawFn) -> list[Entry]:
    """Entries that concern the root, some of them told twice."""
    kinds: list[EntryKind] = draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=25))
    made = [_change(draw, seq, kind) for seq, kind in enumerate(kinds, 2)]
    again = draw(st.lists(st.sampled_from(made), max_size=3)) if made else []
    return [*made, *again]


def _change(draw: st.DrawFn, seq: int, kind: EntryKind) -> Entry:
    who = UserId(draw(st.sampled_from(["ada", "ben", "cy", "di", "ed", "flo", "gus"])))
    if kind in ("message.sent", "message.replied"):
        return message(seq, kind=kind, author_id=who, thread_root_id=ROOT_ID)
    own = kind != "message.deleted" or draw(st.booleans())
    text = draw(st.sampled_from(["edited", "sent"])) if kind == "message.edited" else None
    return Entry(
        id=EntryId(f"e{seq}"),
        channel_id=ChannelId("c"),
        seq=seq,
        n=1,
        kind=kind,
        author_id=who,
        created_at=BEGAN + timedelta(seconds=seq),
        message_id=ROOT_ID if own else EntryId("a-reply"),
        thread_root_id=None if own else ROOT_ID,
        text=text,
        mentions=Mentions(user_ids=[who]) if text and draw(st.booleans()) else None,
        previews=[Preview(url=draw(st.sampled_from(["edited", "sent", "gone"])), title="t")]
        if kind == "message.unfurled"
        else None,
        emoji=draw(st.sampled_from(["👍", "🎉"])) if kind.startswith("reaction.") else None,
        actions=draw(st.sampled_from([None, [], BUTTONS[:1], BUTTONS])) if text else None,
        action=draw(st.sampled_from(["yes", "no", "gone"])) if kind == "message.acted" else None,
        approval=_mark(draw(st.integers(1, 5)), who) if kind == "approval.changed" else None,
    )


def _mark(version: int, *answered: UserId) -> ApprovalMark:
    answers = [ApprovalAnswer(user_id=who, decision="approve", at=BEGAN) for who in answered]
    return ApprovalMark(
        id=ApprovalId("a"),
        version=version,
        state="open",
        needed=2,
        rejections=1,
        deadline_at=BEGAN,
        answers=answers,
    )


@settings(max_examples=4, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(st.lists(changes(), min_size=40, max_size=40))
def test_the_browser_folds_as_the_server_does(histories: list[list[Entry]]) -> None:
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    root = message(1, id=ROOT_ID, text="as it was sent", client_id="x", actions=BUTTONS, approval=_mark(1))
    given_to_node = [{"message": root, "changes": history} for history in histories]
    ran = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT],
        input=msgspec.json.encode(given_to_node),
        capture_output=True,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    in_browser = [msgspec.convert(_plain(end), Entry) for end in json.loads(ran.stdout)]
    assert in_browser == [folded_all(root, history) for history in histories]


@settings(max_examples=300, deadline=None)
@given(changes())
def test_of_a_deleted_message_it_does_not_matter_when_its_text_is_erased(history: list[Entry]) -> None:
    root = message(1, id=ROOT_ID, text="as it was sent", actions=BUTTONS, shown_as={"name": "CI"}, cards=[])
    gone = message(100, kind="message.deleted", message_id=ROOT_ID)
    assert folded_all(_erased(root), [*map(_erased, history), gone]) == folded_all(root, [*history, gone])


def _erased(entry: Entry) -> Entry:
    """Return an entry as `Entries.erase_text` leaves it."""
    if entry.kind not in ("message.edited", "message.sent") or entry.thread_root_id:
        return entry
    return replace(entry, text=None, mentions=None, cards=None, shown_as=None)


def _plain(end: dict[str, object]) -> dict[str, object]:
    """JSON has no `undefined`: what the browser set to that is absent, as what the server leaves out."""
    return {name: value for name, value in end.items() if value is not None}
