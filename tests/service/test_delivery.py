"""The promise behind a message: settled by its workflow, told per recipient, found again by the sweeper."""

from datetime import UTC, datetime

from temporalio.client import Client

from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.model.promises import SweepRequest
from parlour.core.settings import Settings
from parlour.workflows.delivery_sweep import DeliverySweep
from parlour.workflows.links import delivery_id
from tests.conftest import Signup
from tests.person import Json, Person, eventually

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def settled(person: Person, message: Json) -> Json:
    async def look() -> Json | None:
        found: Json = await person.get(f"/api/v1/messages/{message['id']}/delivery")
        return found if found["settled"] else None

    return dict(await eventually(look, within_s=60))


async def test_delivery_tells_who_is_away_who_has_it_and_who_has_read_it(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    message = await ada.send(channel, "hello")
    found = await settled(ada, message)
    assert (found["state"], found["counts"]["waiting"]) == ("delivering", 1)
    [recipient] = found["recipients"]
    assert (recipient["user_id"], recipient["name"], recipient["state"]) == (ben.id, "ben", "waiting")
    await ben.ask("POST", f"/api/v1/channels/{channel}/received", {"n": 1})
    found = await settled(ada, message)
    assert (found["state"], found["recipients"][0]["state"]) == ("delivered", "received")
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": 1})
    found = await settled(ben, message)
    assert (found["state"], found["recipients"][0]["state"]) == ("seen", "seen")


async def test_a_connected_member_is_live(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    message = await ada.send(channel, "hello")
    await at_ben.wait_for("message.sent")
    found = await settled(ada, message)
    assert found["recipients"][0]["state"] == "live"


async def test_the_workflow_of_a_message_is_linked_and_can_be_opened(
    ada: Person, ben: Person, stack_settings: Settings, temporal_client: Client
) -> None:
    channel = await ada.make_channel("private", ben)
    link = (await settled(ada, await ada.send(channel, "the text")))["workflow"]
    assert link["id"] == delivery_id(ChannelId(channel))
    assert link["url"].startswith(stack_settings.temporal_ui_url)
    handle = temporal_client.get_workflow_handle(link["id"], run_id=link["run_id"])
    assert (await handle.describe()).workflow_type == "ChannelDelivery"
    assert "the text" not in (await handle.fetch_history()).to_json()


async def test_a_channel_whose_event_was_lost_is_found_by_the_sweeper(
    ada: Person, ben: Person, house: House, stack_settings: Settings, temporal_client: Client
) -> None:
    channel = ChannelId(await ada.make_channel("private", ben))
    message = await ada.send(channel, "hello")
    await settled(ada, message)
    # As if its event had been lost: the record says the last message is not settled, and it is old.
    await house.database.entries.update_one({"_id": message["id"]}, {"$set": {"created_at": LONG_AGO}})
    await house.database.deliveries.update_one({"_id": channel}, {"$inc": {"settled_seq": -1}})
    # Several pages, however many channels other tests have left.
    page = max(2, await house.database.channels.estimated_document_count() // 10)
    swept = await temporal_client.execute_workflow(
        DeliverySweep.run,
        SweepRequest(page),
        id=f"sweep/test/{channel}",
        task_queue=stack_settings.temporal_task_queue,
    )
    assert swept.behind >= 1
    await settled(ada, message)


async def test_a_reply_is_for_its_threads_followers(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    root = await ada.send(channel, "root")
    body = {"text": "reply", "thread_root_id": root["id"]}
    reply = await ben.post(f"/api/v1/channels/{channel}/messages", body)
    found = await settled(ben, reply)
    [recipient] = found["recipients"]
    assert (recipient["user_id"], recipient["state"], found["state"]) == (ada.id, "waiting", "delivering")
    await ada.ask("POST", f"/api/v1/messages/{root['id']}/thread/read", {"seq": reply["seq"]})
    found = await settled(ben, reply)
    assert (found["recipients"][0]["state"], found["state"], found["counts"]["seen"]) == ("seen", "seen", 1)
