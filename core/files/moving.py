"""How a file moves from state to state: stored first, then told to whoever sees it."""

from collections.abc import Sequence

from parlour.core.files.telling import tell_changed
from parlour.core.house import House
from parlour.core.ids import FileId
from parlour.core.model.file_promises import IntakeStage, IntakeStep
from parlour.core.model.files import Content, FileRecord, FileState

UNDER_WAY: tuple[FileState, ...] = ("scanning", "processing")
LOST = "The content of this file is lost. Upload it again."
STANDING: dict[FileState, tuple[IntakeStage, str]] = {
    "uploading": ("over", "The upload is not finished."),
    "scanning": ("scanning", "Put together; to be scanned."),
    "processing": ("processing", "Clean; to be previewed."),
    "ready": ("over", "Clean and ready."),
    "quarantined": ("over", "In quarantine."),
    "failed": ("over", "Not taken."),
    "deleted": ("over", "Deleted."),
}


async def move_file(
    house: House,
    file_id: FileId,
    *,
    states: Sequence[FileState],
    content: Content | None = None,
    **fields: object,
) -> FileRecord | None:
    """Change a file that is in one of `states`, and tell so; return it as it is then, none if it was in another."""
    record = await house.files.change(file_id, states=states, **fields)
    if record:
        tell_changed(house, record, content)
    return record


def standing(record: FileRecord | None) -> IntakeStep:
    """Return what is to be done with a file as it stands."""
    if record is None:
        return IntakeStep("over", "deleted", "There is no such file any more.")
    stage, words = STANDING[record.state]
    return IntakeStep(stage, record.state, words)


async def fail_file(house: House, record: FileRecord, words: str) -> IntakeStep:
    """Let a file fail, for a reason in words that everyone who sees it may read."""
    changed = await move_file(house, record.id, states=UNDER_WAY, state="failed", detail=words, waiting=False)
    return standing(changed or await house.files.get(record.id))


async def let_wait(house: House, record: FileRecord, words: str, waits_for: str) -> IntakeStep:
    """Let a file wait, visibly; told once, however often it is tried again."""
    detail = f"Waiting for {waits_for}."
    if not record.waiting or record.detail != detail:
        await move_file(house, record.id, states=UNDER_WAY, waiting=True, detail=detail)
    stage = standing(record).stage
    if stage == "scanning" and record.content_id is None:
        stage = "assembling"
    return IntakeStep(stage, "waiting", words, waits_for)
