"""Buttons at messages of bots: everyone sees who pressed what, the bot hears of it and changes its message."""

from typing import Any

from tests.person import Json, Person
from tests.programs import OpenProgram
from tests.service.test_bots import bot_in

BUTTONS = [
    {"id": "deploy", "label": "Deploy", "style": "primary", "confirm": "Really?"},
    {"id": "cancel", "label": "Cancel"},
]


async def offered(bot: Person, channel: str, actions: Any = BUTTONS) -> Json:
    body = {"text": "Deploy 1.2?", "actions": actions}
    return dict(await bot.post(f"/api/v1/channels/{channel}/messages", body))


async def test_a_button_is_pressed_and_all_see_who_pressed_it(
    ada: Person, ben: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private", ben)
    bot = await bot_in(ada, channel, program)
    at_bot, at_ben = await bot.device(), await ben.device()
    message = await offered(bot, channel)
    assert [action["label"] for action in message["actions"]] == ["Deploy", "Cancel"]
    pressed = await at_ben.call("message.act", {"message_id": message["id"], "action": "deploy"})
    assert pressed["ok"], pressed
    heard = await at_bot.wait_for("message.acted")
    entry = heard["entry"]
    assert (entry["author_id"], entry["action"], entry["message_id"]) == (ben.id, "deploy", message["id"])
    edit = {"message_id": message["id"], "text": "Deploying 1.2", "actions": []}
    edited = (await at_bot.call("message.edit", edit))["message"]
    assert "actions" not in edited
    shown = await ada.get(f"/api/v1/messages/{message['id']}")
    assert [(click["user_id"], click["label"]) for click in shown["clicks"]] == [(ben.id, "Deploy")]
    gone = await ada.ask("POST", f"/api/v1/messages/{message['id']}/actions/deploy", {})
    assert (gone.status, gone.code) == (404, "not_found"), "the bot has taken its buttons back"


async def test_of_each_person_the_last_button_is_shown(
    ada: Person, ben: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private", ben)
    message = await offered(await bot_in(ada, channel, program), channel)
    for person, action in ((ben, "deploy"), (ada, "deploy"), (ben, "cancel")):
        path = f"/api/v1/messages/{message['id']}/actions/{action}"
        assert (await person.ask("POST", path, {})).status == 200
    shown = await ada.get(f"/api/v1/messages/{message['id']}")
    assert [(click["user_id"], click["action"]) for click in shown["clicks"]] == [
        (ben.id, "cancel"),
        (ada.id, "deploy"),
    ]


async def test_buttons_are_for_people_who_see_the_message(
    ada: Person, ben: Person, outsider: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    other = await bot_in(ada, channel, program, name="Other")
    message = await offered(bot, channel)
    path = f"/api/v1/messages/{message['id']}/actions/deploy"
    for stranger in (ben, outsider):
        assert (await stranger.ask("POST", path, {})).code == "not_found"
    for robot in (bot, other):
        assert (await robot.ask("POST", path, {})).code == "people_only"


async def test_people_send_no_buttons_and_bots_no_more_than_the_limits(
    ada: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private")
    path = f"/api/v1/channels/{channel}/messages"
    refused = await ada.ask("POST", path, {"text": "hi", "actions": BUTTONS})
    assert (refused.status, refused.code) == (403, "bots_only")
    bot = await bot_in(ada, channel, program)
    too_many = [{"id": f"b{n}", "label": f"B {n}"} for n in range(11)]
    for actions in (
        too_many,
        [BUTTONS[0], BUTTONS[0]],
        [{"id": "no spaces", "label": "x"}],
        [{"id": "x", "label": ""}],
        [{"id": "x", "label": "y" * 41}],
        [{"id": "x", "label": "y", "confirm": "z" * 201}],
    ):
        refused = await bot.ask("POST", path, {"text": "hi", "actions": actions})
        assert (refused.status, refused.body["errors"][0]["field"]) == (422, "actions"), actions
    styled = await bot.ask(
        "POST", path, {"text": "hi", "actions": [{"id": "x", "label": "y", "style": "rainbow"}]}
    )
    assert styled.status == 422
