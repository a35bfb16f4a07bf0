"""Histories of runs that are alive somewhere replay on today's code: no change breaks a running promise."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from parlour.workflows.main import WORKFLOWS

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def test_there_is_a_history_of_every_workflow() -> None:
    assert {path.name.split("-")[0] for path in HISTORIES} == {workflow.__name__ for workflow in WORKFLOWS}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    """If this fails, guard the change with `workflow.patched` instead of altering what old runs did."""
    history = WorkflowHistory.from_json("delivery/replayed", path.read_text())
    replayer = Replayer(workflows=WORKFLOWS)
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert result.replay_failure is None, f"{path.name}: {result.replay_failure}"
