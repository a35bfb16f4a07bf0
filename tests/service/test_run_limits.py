"""How many workflow runs, and how many exports among them, one person may have open; the error names the setting."""

import msgspec
import pytest

from parlour.core.errors import ConflictError
from parlour.core.house import House, open_house
from parlour.core.ids import SessionId, UserId, WorkspaceId
from parlour.core.model.people import Identity
from parlour.core.model.runs import NewRun
from parlour.core.runs.start import start
from parlour.core.settings import Settings
from parlour.core.store.runs import RunRecord
from tests.person import Json, Person, eventually


async def started(house: House, person: Person, name: str, given: Json) -> RunRecord:
    asked = NewRun(
        type=name,
        workspace_id=WorkspaceId(person.workspace["id"]),
        input=msgspec.Raw(msgspec.json.encode(given)),
    )
    return await start(house, Identity(UserId(person.id), SessionId("")), asked)


async def test_so_many_runs_of_one_person_are_open_in_a_workspace(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    later = {"channel_id": await ada.general(), "text": "later", "when": "tomorrow 9:00"}
    async with open_house(stack_settings.model_copy(update={"runs_open_per_person": 2})) as house:
        first, _ = [await started(house, ada, "message.send", later) for _ in range(2)]
        with pytest.raises(ConflictError) as refused:
            await started(house, ada, "message.send", later)
        assert (refused.value.code, "runs_open_per_person" in refused.value.detail) == ("too_many_runs", True)
        await started(house, ben, "message.send", later)
        over = await ada.ask("POST", f"/api/v1/workflow-runs/{first.id}/cancel")
        assert over.status == 200, over.body
        await started(house, ada, "message.send", later)


async def test_so_many_exports_of_one_person_are_under_way(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    async with open_house(stack_settings.model_copy(update={"exports_open_per_person": 1})) as house:
        first = await started(house, ada, "export", {})
        with pytest.raises(ConflictError) as refused:
            await started(house, ada, "export", {})
        assert (refused.value.code, "exports_open_per_person" in refused.value.detail) == (
            "too_many_exports",
            True,
        )
        await started(house, ben, "export", {})

        async def is_over() -> bool:
            return str((await ada.get(f"/api/v1/workflow-runs/{first.id}"))["state"]) == "done"

        await eventually(is_over, within_s=60)
        await started(house, ada, "export", {})
