"""Links are looked up behind the message, and shown to everyone in the channel."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from temporalio.client import Client

from parlour.core.house import House
from parlour.workflows.links import preview_id
from tests.mirror import Mirror, fresh
from tests.pages import Pages, serving
from tests.person import Person, eventually


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with serving() as served:
        yield served


async def previews_of(reader: Person, message_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await reader.get(f"/api/v1/messages/{message_id}")).get("previews", [])
    return found


async def unfurled(reader: Person, message_id: str, *urls: str) -> None:
    async def shown() -> bool:
        return [preview["url"] for preview in await previews_of(reader, message_id)] == list(urls)

    await eventually(shown, within_s=20)


async def settled(house: House, channel: str, seq: int) -> None:
    async def routed() -> bool:
        return (await house.deliveries.settled(channel)).settled_seq >= seq  # type: ignore[arg-type]

    await eventually(routed, within_s=20)


async def test_a_link_gets_a_preview_live_and_for_fresh_readers(
    ada: Person, ben: Person, pages: Pages
) -> None:
    channel = await ada.general()
    mirror = Mirror(ben, channel)
    await mirror.come()
    link = f"{pages.address}/article"
    message = await ada.send(channel, f"Look at {link}.")
    await unfurled(ben, message["id"], link)
    [preview] = await previews_of(ben, message["id"])
    assert preview["title"] == "The Analytical Engine <b>"
    await mirror.reaches(message["seq"] + 1)
    assert mirror.messages == await fresh(ben, channel)
    assert pages.asked["article"] == 1


async def test_an_edit_is_looked_up_anew(ada: Person, pages: Pages) -> None:
    channel = await ada.general()
    first, second = f"{pages.address}/article", f"{pages.address}/plain"
    message = await ada.send(channel, first)
    await unfurled(ada, message["id"], first)
    edited = await ada.ask("PATCH", f"/api/v1/messages/{message['id']}", {"text": f"{second} instead"})
    assert edited.status == 200
    assert "previews" not in edited.body
    await unfurled(ada, message["id"], second)


async def test_a_busy_server_is_asked_again(ada: Person, pages: Pages) -> None:
    link = f"{pages.address}/busy-once"
    message = await ada.send(await ada.general(), link)
    await unfurled(ada, message["id"], link)
    assert pages.asked["busy-once"] == 2


async def test_private_addresses_get_no_preview(ada: Person, house: House, pages: Pages) -> None:
    channel = await ada.general()
    port = pages.address.rpartition(":")[2]
    await ada.send(channel, f"http://localhost:{port}/article http://[::ffff:127.0.0.1]:{port}/")
    link = f"{pages.address}/article"
    last = await ada.send(channel, link)
    await unfurled(ada, last["id"], link)
    assert pages.asked["article"] == 1
    assert pages.asked[""] == 0


async def test_its_author_takes_a_preview_off(
    ada: Person, ben: Person, outsider: Person, pages: Pages
) -> None:
    first, second = f"{pages.address}/article", f"{pages.address}/plain"
    message = await ben.send(await ben.general(), f"{first} {second}")
    await unfurled(ada, message["id"], first, second)
    path = f"/api/v1/messages/{message['id']}/previews"
    assert (await outsider.ask("DELETE", path)).status == 404
    mine = await ada.send(await ada.general(), first)
    await unfurled(ada, mine["id"], first)
    assert (await ben.ask("DELETE", f"/api/v1/messages/{mine['id']}/previews")).code == "not_yours"
    left = await ben.ask("DELETE", f"{path}?url={quote(first, safe='')}")
    assert [preview["url"] for preview in left.body["previews"]] == [second]
    assert "previews" not in (await ben.ask("DELETE", path)).body
    await unfurled(ada, message["id"])


async def test_a_workspace_turns_previews_off(
    ada: Person, ben: Person, outsider: Person, house: House, pages: Pages, temporal_client: Client
) -> None:
    workspace = f"/api/v1/workspaces/{ada.workspace['id']}"
    assert (await ben.get(workspace))["link_previews"] is True
    off = {"link_previews": False}
    assert (await outsider.ask("PATCH", workspace, off)).status == 404
    assert (await ben.ask("PATCH", workspace, off)).status == 403
    assert (await ada.ask("PATCH", workspace, off)).body["link_previews"] is False
    channel = await ada.general()
    quiet = await ada.send(channel, f"{pages.address}/article")
    await settled(house, channel, quiet["seq"])
    ended = await temporal_client.get_workflow_handle(preview_id(quiet["id"])).result()
    assert ended["previews"] == 0
    assert pages.asked["article"] == 0
