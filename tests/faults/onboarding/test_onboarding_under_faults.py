"""A workspace is set up whole, whatever is killed at which step."""

import asyncio
import uuid
from collections import Counter

import pytest

from deploy.stack import Stack
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.model.onboarding import STEPS, StepName
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.faults.under_load.outage import kill_for_good
from tests.outside.mailbox import mails_to
from tests.person import Json, Person, eventually

RECOVERED_S = 120
GUESTS = 5


async def begins(ada: Person, guests: list[str]) -> WorkspaceId:
    invitations = [{"email": email} for email in guests]
    body = {"name": "Chess Club", "template": "team", "invitations": invitations}
    return WorkspaceId((await ada.post("/api/v1/onboardings", body, status=202))["id"])


def some_guests() -> list[str]:
    return [f"guest-{uuid.uuid4().hex}@example.com" for _ in range(GUESTS)]


async def has_begun(house: House, workspace_id: WorkspaceId, step: StepName) -> None:
    """Wait, at close quarters, until a step is under way."""
    while True:
        record = await house.onboardings.get(workspace_id)
        assert record is not None
        if record.steps[STEPS.index(step)].state != "pending":
            return
        await asyncio.sleep(0.002)


async def assert_whole(ada: Person, workspace_id: WorkspaceId, guests: list[str], settings: Settings) -> None:
    async def is_done() -> bool:
        found: Json = await ada.get(f"/api/v1/onboardings/{workspace_id}")
        assert found["state"] in ("running", "done"), found
        return bool(found["state"] == "done")

    await eventually(is_done, within_s=RECOVERED_S)
    ada.workspace = await ada.get(f"/api/v1/workspaces/{workspace_id}")
    named = Counter(channel["name"] for channel in await ada.channels() if channel["name"])
    assert named == Counter({"general": 1, "announcements": 1, "help": 1, "random": 1})
    [direct] = [channel for channel in await ada.channels() if channel["kind"] == "direct"]
    said = (await ada.get(f"/api/v1/channels/{direct['id']}/messages"))["items"]
    assert sum("is set up." in message["text"] for message in said) == 1
    general = (await ada.get(f"/api/v1/channels/{await ada.general()}/messages"))["items"]
    assert len(general) == 1, "the text of the template is said once"
    listed = (await ada.get(f"/api/v1/workspaces/{workspace_id}/invitations"))["items"]
    assert Counter(each["email"] for each in listed) == Counter(guests)

    async def are_all_mailed() -> bool:
        found = (await ada.get(f"/api/v1/workspaces/{workspace_id}/invitations"))["items"]
        return all(each["state"] == "sent" for each in found)

    await eventually(are_all_mailed, within_s=RECOVERED_S)
    mailed = [len(mails_to(settings, email)) for email in guests]
    # Of a mail that was handed over while its worker died nobody knows: it may come twice, and never not at all.
    assert all(1 <= count <= 2 for count in mailed)
    assert sum(mailed) <= GUESTS + 1


@pytest.mark.parametrize("step", STEPS)
async def test_a_worker_killed_at_any_step_leaves_no_half_workspace(
    step: StepName, sign_up: Signup, stack: Stack, house: House, stack_settings: Settings
) -> None:
    ada, guests = await sign_up("ada"), some_guests()
    workspace_id = await begins(ada, guests)
    await has_begun(house, workspace_id, step)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)
    await assert_whole(ada, workspace_id, guests, stack_settings)


async def test_a_workspace_asked_for_while_temporal_is_away_is_set_up_when_it_is_back(
    sign_up: Signup, stack: Stack, stack_settings: Settings
) -> None:
    ada, guests = await sign_up("ada"), some_guests()
    await kill_for_good(stack, "temporal")
    workspace_id = await begins(ada, guests)
    await asyncio.to_thread(stack.start_program, "temporal")
    await asyncio.to_thread(stack.wait_ready)
    await assert_whole(ada, workspace_id, guests, stack_settings)
