"""Old state + entries = fresh state: whoever drops off and catches up holds what a new reader gets."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.model.chat import Entry
from tests.conftest import Signup
from tests.mirror import Mirror, fresh, fresh_channel
from tests.person import Answer, Json, Person, eventually

EMOJI = ("👍", "🎉", "🏳️‍🌈")
Act = Callable[[Person, list[str], int], Coroutine[Any, Any, Answer]]


async def say(who: Person, channel: str, **fields: object) -> Answer:
    return await who.ask("POST", f"/api/v1/channels/{channel}/messages", {"text": "hello @ben"} | fields)


class Scene:
    """A channel of two people, what was said in it, and a third person who comes and goes."""

    def __init__(self, channel: str, third: Person) -> None:
        self.channel = channel
        self.third = third
        self.ids: list[str] = []

    async def act(self, who: Person, what: str, at: int) -> None:
        """Do something to the `at`th message (modulo how many there are); refusals are part of life."""
        if what in ("change", "join", "leave"):
            answer = await self.change_channel(who, what, at)
        elif what == "say" or not self.ids:
            answer = await say(who, self.channel)
        elif what in ("reply", "reply in channel"):
            root, shown = self.ids[at % len(self.ids)], what == "reply in channel"
            answer = await say(who, self.channel, thread_root_id=root, also_in_channel=shown)
        else:
            answer = await self.change(who, what, f"/api/v1/messages/{self.ids[at % len(self.ids)]}", at)
        assert answer.status in (200, 201, 204, 403, 404, 409), (what, answer.status, answer.body)
        if answer.status == 201 and "seq" in answer.body:
            self.ids.append(answer.body["id"])

    async def change_channel(self, who: Person, what: str, at: int) -> Answer:
        channel = f"/api/v1/channels/{self.channel}"
        if what == "change":
            return await who.ask("PATCH", channel, CHANGES[at % len(CHANGES)])
        if what == "join":
            return await who.ask("POST", f"{channel}/members", {"user_id": self.third.id})
        return await who.ask("DELETE", f"{channel}/members/{self.third.id}")

    async def change(self, who: Person, what: str, message: str, at: int) -> Answer:
        reaction = f"{message}/reactions/{quote(EMOJI[at % len(EMOJI)])}"
        if what == "edit":
            return await who.ask("PATCH", message, {"text": f"edited {at}"})
        method, path = {
            "delete": ("DELETE", message),
            "react": ("PUT", reaction),
            "unreact": ("DELETE", reaction),
            "pin": ("PUT", f"{message}/pin"),
            "unpin": ("DELETE", f"{message}/pin"),
        }[what]
        return await who.ask(method, path)


WHAT = (
    *("say", "reply", "reply in channel", "edit", "delete", "react", "unreact", "pin", "unpin"),
    *("change", "join", "leave", "come or go"),
)
CHANGES: list[Json] = [
    {"topic": "engines"},
    {"topic": "", "purpose": "to think"},
    {"posting": "moderators"},
    {"posting": "everyone"},
    {"archived": True},
    {"archived": False},
]
steps = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(WHAT), st.integers(0, 30)), min_size=10, max_size=50
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
async def test_whoever_drops_off_and_catches_up_holds_what_a_fresh_reader_gets(
    ada: Person, ben: Person, sign_up: Signup, house: House, steps: list[tuple[int, str, int]]
) -> None:
    people = [ada, ben]
    third = await sign_up("cleo")
    await third.join(ada)
    scene = Scene(await ada.make_channel("private", ben), third)
    mirrors = [Mirror(person, scene.channel) for person in people]
    for mirror in mirrors:
        await mirror.come()
    for who, what, at in steps:
        if what == "come or go":
            await (mirrors[who].go() if mirrors[who].device else mirrors[who].come())
        else:
            await scene.act(people[who], what, at)
    await compare(mirrors, scene)
    await is_settled(house, scene.channel)
    await compare(mirrors, scene)
    for mirror in mirrors:
        await mirror.go()


async def compare(mirrors: list[Mirror], scene: Scene) -> None:
    expected = await fresh(mirrors[0].person, scene.channel)
    channel = await fresh_channel(mirrors[0].person, scene.channel)
    last = (await mirrors[0].person.get(f"/api/v1/channels/{scene.channel}"))["last_seq"]
    for mirror in mirrors:
        if mirror.device is None:
            await mirror.come()
        await mirror.reaches(last)
        assert mirror.messages == expected
        assert (mirror.channel, mirror.member_ids) == channel


async def is_settled(house: House, channel: str) -> None:
    """Wait until what later entries made of messages is stored with them."""

    async def settled() -> bool:
        tail = await house.entries.tail(ChannelId(channel))
        return (await house.deliveries.settled(ChannelId(channel))).settled_seq >= tail.seq

    await eventually(settled, within_s=60)
    unsettled = await house.entries.since_state(await stored(house, channel))
    assert not unsettled


async def stored(house: House, channel: str) -> list[Entry]:
    return await house.entries.messages(ChannelId(channel), before_n=None, after_n=None, limit=200)
