"""The buttons at what the welcome bot says: a step is left out, or the tour ends; and what pressing them means."""

from collections.abc import Sequence

from parlour.core.model.actions import MessageAction
from parlour.core.model.chat import Entry
from parlour.core.model.onboarding import FirstStep

SKIP: dict[FirstStep, str] = {
    "profile": "Skip the profile",
    "message": "Skip the first message",
    "invite": "Skip inviting",
    "push": "Skip notifications",
}
STOP = MessageAction(id="welcome.stop", label="Stop the tour")
STOP_WORDS = frozenset({"stop", "stop.", "stop!", "please stop", "no more", "quiet"})
"""What somebody writes to the bot who wants no more of it."""
_STEPS: dict[str, FirstStep] = {f"welcome.skip.{step}": step for step in SKIP}


def buttons(left: Sequence[FirstStep]) -> list[MessageAction]:
    """Return a button for each step that is left, and one that ends the tour; none when nothing is left."""
    skips = [MessageAction(id=each, label=SKIP[step]) for each, step in _STEPS.items() if step in left]
    return [*skips, STOP] if skips else []


def is_stop(entry: Entry) -> bool:
    """Return whether somebody wants no more of it: by the button, or in words."""
    return entry.action == STOP.id or (entry.text or "").strip().casefold() in STOP_WORDS


def skipped_by(entry: Entry) -> FirstStep | None:
    """Return the step that an entry leaves out."""
    return _STEPS.get(entry.action or "")
