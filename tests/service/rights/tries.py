"""What asks for a right by its rule, and how each is tried: its address, its body, and what shows that it was done."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.person import Answer
from tests.service.rights import made
from tests.service.rights.world import World, numbers


class Try(NamedTuple):
    """One request. `shows` tells whether an answer that is no refusal lets on what only some may see."""

    path: str
    body: Any = None
    shows: Callable[[Answer], bool] = lambda _: True


Make = Callable[[World], Awaitable[Try]]


async def resend_invitation(world: World) -> Try:
    return Try(world.of(f"invitations/{await made.invitation(world)}/resend"))


async def revoke_invitation(world: World) -> Try:
    return Try(world.of(f"invitations/{await made.invitation(world)}/revoke"))


def at_onboarding(rest: str = "") -> Make:
    async def make(world: World) -> Try:
        return Try(f"/api/v1/onboardings/{await made.onboarding(world)}{rest}")

    return make


async def start_run(world: World) -> Try:
    given = {"channel_id": world.channel, "text": f"Number {next(numbers)}."}
    return Try("/api/v1/workflow-runs", made.new_run(world, "message.send", given))


async def list_runs(world: World) -> Try:
    run = await made.run(world)
    path = f"/api/v1/workflow-runs?workspace_id={world.workspace}"
    return Try(path, shows=lambda answer: run in {one["id"] for one in answer.body["items"]})


def at_run(rest: str = "", body: Any = None, make_run: Callable[[World], Awaitable[str]] = made.run) -> Make:
    async def make(world: World) -> Try:
        return Try(f"/api/v1/workflow-runs/{await make_run(world)}{rest}", body)

    return make


async def press_button(world: World) -> Try:
    return Try(f"/api/v1/messages/{await made.message_with_button(world)}/actions/go", {})


async def withdraw_approval(world: World) -> Try:
    return Try(f"/api/v1/approvals/{await made.approval(world)}/withdraw")


async def remove_member(world: World) -> Try:
    return Try(world.of(f"members/{await world.somebody()}"))


async def make_group(world: World) -> Try:
    await made.group(world)
    handle = f"h-{next(numbers)}-{world.workspace[-8:]}"
    return Try(world.of("groups"), {"name": handle, "handle": handle})


async def at_group(world: World) -> Try:
    return Try(world.of(f"groups/{await made.group(world)}"), {"name": "Another name"})


async def change_channel(world: World) -> Try:
    return Try(f"/api/v1/channels/{world.channel}", {"name": f"c-{next(numbers)}-{world.channel[-8:]}"})


async def add_to_channel(world: World) -> Try:
    return Try(f"/api/v1/channels/{world.channel}/members", {"user_id": await world.somebody()})


async def out_of_channel(world: World) -> Try:
    return Try(f"/api/v1/channels/{world.channel}/members/{await made.somebody_in_channel(world)}")


async def run_command(world: World) -> Try:
    return Try(f"/api/v1/channels/{world.channel}/commands", {"text": "/me waves"})


async def at_message(world: World) -> Try:
    return Try(f"/api/v1/messages/{await made.message(world)}")


async def at_previews(world: World) -> Try:
    return Try(f"/api/v1/messages/{await made.message(world)}/previews")


async def at_file(world: World) -> Try:
    return Try(f"/api/v1/files/{await made.file(world)}")


async def release_file(world: World) -> Try:
    path = f"/api/v1/files/{await made.quarantined(world)}/release"
    return Try(path, {"reason": "A test.", "confirm": True})


async def retry_file(world: World) -> Try:
    return Try(f"/api/v1/files/{await made.failed_file(world)}/retry")


async def at_emoji(world: World) -> Try:
    return Try(world.of(f"emoji/{await made.emoji(world)}"))


async def notices_of_others(world: World) -> Try:
    return Try(world.of(f"members/{world.maker.id}/notifications"))


TRIED: dict[str, Make] = {
    "POST /api/v1/workspaces/{workspace}/invitations/{invitation}/resend": resend_invitation,
    "POST /api/v1/workspaces/{workspace}/invitations/{invitation}/revoke": revoke_invitation,
    "GET /api/v1/onboardings/{onboarding}": at_onboarding(),
    "POST /api/v1/onboardings/{onboarding}/continue": at_onboarding("/continue"),
    "POST /api/v1/onboardings/{onboarding}/undo": at_onboarding("/undo"),
    "POST /api/v1/workflow-runs": start_run,
    "GET /api/v1/workflow-runs": list_runs,
    "GET /api/v1/workflow-runs/{run}": at_run(),
    "POST /api/v1/workflow-runs/{run}/signal": at_run("/signal", {"name": "send_now"}),
    "POST /api/v1/workflow-runs/{run}/cancel": at_run("/cancel"),
    "POST /api/v1/workflow-runs/{run}/terminate": at_run("/terminate"),
    "POST /api/v1/workflow-runs/{run}/retry": at_run("/retry", make_run=made.failed_run),
    "POST /api/v1/messages/{message}/actions/{action}": press_button,
    "POST /api/v1/approvals/{approval}/withdraw": withdraw_approval,
    "DELETE /api/v1/workspaces/{workspace}/members/{user}": remove_member,
    "POST /api/v1/workspaces/{workspace}/groups": make_group,
    "PATCH /api/v1/workspaces/{workspace}/groups/{group}": at_group,
    "DELETE /api/v1/workspaces/{workspace}/groups/{group}": at_group,
    "PATCH /api/v1/channels/{channel}": change_channel,
    "POST /api/v1/channels/{channel}/members": add_to_channel,
    "DELETE /api/v1/channels/{channel}/members/{user}": out_of_channel,
    "POST /api/v1/channels/{channel}/commands": run_command,
    "DELETE /api/v1/messages/{message}": at_message,
    "DELETE /api/v1/messages/{message}/previews": at_previews,
    "DELETE /api/v1/files/{file}": at_file,
    "POST /api/v1/files/{file}/release": release_file,
    "POST /api/v1/files/{file}/retry": retry_file,
    "DELETE /api/v1/workspaces/{workspace}/emoji/{name}": at_emoji,
    "GET /api/v1/workspaces/{workspace}/members/{user}/notifications": notices_of_others,
}
PEOPLE_ONLY = {"POST /api/v1/messages/{message}/actions/{action}", "EVENT message.act"}
"""What a bot is refused with `people_only`, although it has the right: buttons are for people."""
