"""The demo workspace, made once: two people, a few channels, a first conversation."""

from parlour.core.chat import channels, send
from parlour.core.chat.create import create
from parlour.core.errors import ConflictError
from parlour.core.health import Health
from parlour.core.house import House, open_house
from parlour.core.ids import UserId
from parlour.core.onboarding.quick import create as create_workspace
from parlour.core.people import accounts, workspaces
from parlour.core.settings import Settings
from parlour.core.telemetry import log

COMPANION = "ben@example.com"
GREETINGS = (
    "Welcome to Parlour! This workspace is a demo: write, invite people, break things.",
    "Every promise here is a workflow. Open the menu of a message and choose Delivery to see who got it.",
    "Try to kill a process while you write: what was acknowledged is kept.",
)


async def seed_demo(settings: Settings, password: str) -> None:
    """Make the demo unless its account exists; both accounts have this password."""
    async with open_house(settings) as house:
        health = Health("seed", house.dependencies(), timeout=settings.dependency_timeout)
        await health.wait_until_ready(longest_pause=settings.start_backoff_max)
        await house.prepare()
        try:
            ada = await accounts.register(
                house, email=settings.demo_email, password=password, name="Ada Demo"
            )
        except ConflictError:
            log.info("seed.already_there")
            return
        ben = await accounts.register(house, email=COMPANION, password=password, name="Ben Demo")
        await _fill(house, ada.user.id, ben.user.id)
        log.info("seed.done")


async def _fill(house: House, ada: UserId, ben: UserId) -> None:
    workspace = await create_workspace(house, ada, name="Demo")
    await workspaces.admit(house, workspace.id, ben)
    await create(house, ada, workspace.id, name="random", kind="public", user_ids=[ben])
    direct, _ = await create(house, ada, workspace.id, name="", kind="direct", user_ids=[ben])
    page = await channels.visible(house, ada, workspace.id, after=None, limit=10)
    general = next(channel for channel in page.items if channel.name == workspaces.GENERAL)
    for text in GREETINGS:
        await send.send(house, ada, general.id, send.Draft(text=text))
    await send.send(house, ben, direct.id, send.Draft(text="Hi Ada, this is only between the two of us."))
