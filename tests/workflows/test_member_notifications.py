"""`MemberNotifications` with skipped time: what leaves the house, when, what stops it, and what is on record of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.testing import WorkflowEnvironment

from parlour.core.chat.preferences import PreferencesPatch as ChannelPreferences
from parlour.core.chat.preferences import change as prefer_channel
from parlour.core.clock import now
from parlour.core.ids import FileId, SessionId, new_id
from parlour.core.live import Live
from parlour.core.model.files import FileRecord
from parlour.core.model.notifications import QuietHours
from parlour.core.model.operations import Redrive
from parlour.core.notify.operations import redrive
from parlour.core.people import profiles, workspaces
from parlour.core.settings import Settings
from tests.outside.mail_server import DROP
from tests.person import eventually
from tests.workflows.notifying import HOUR, MINUTE, SECOND, Member, World, notifying

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = 6


@pytest.fixture(scope="module")
async def shared(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[World]:
    async with notifying(temporal, stack_settings) as opened:
        yield opened


@pytest.fixture
async def world(shared: World) -> World:
    shared.pushes.script.heal()
    shared.mails.heal()
    await shared.house.redis.flushdb()
    return shared


@pytest.fixture
async def ben(world: World) -> Member:
    """Pushed to after 20 s, mailed to after 15 min, as the settings say; with one device."""
    member = await world.member()
    await member.buys()
    return member


async def states(member: Member) -> list[tuple[str, str]]:
    return [(dispatch.way, dispatch.state) for dispatch in await member.dispatches()]


async def test_an_unread_message_is_pushed_when_the_grace_ends_and_mailed_later(ben: Member) -> None:
    await ben.is_told("where are you?")
    await ben.later(10 * SECOND)
    assert ben.devices[0].received == []
    await ben.later(15 * SECOND)
    [payload] = ben.devices[0].payloads
    assert (payload["title"], payload["body"]) == ("ada", "where are you?")
    assert ben.mails() == []
    await ben.to_the_end()
    assert await states(ben) == [("push", "sent"), ("email", "sent")]
    [mail] = ben.mails()
    assert "where are you?" in mail.get_body(("plain",)).get_content()


async def test_what_is_read_within_the_grace_disturbs_nobody(ben: Member) -> None:
    [message] = await ben.is_told("hello")
    await ben.later(5 * SECOND)
    await ben.reads(message)
    await ben.to_the_end()
    assert (await states(ben), ben.devices[0].received, ben.mails()) == ([], [], [])
    [row] = (await ben.world.house.notifications.of_message(message.id, [ben.id])).values()
    assert row.outcomes["push"].startswith("read ")
    assert row.outcomes["email"].startswith("read ")


async def test_who_was_active_but_never_read_it_is_notified_all_the_same(ben: Member, world: World) -> None:
    # As a gateway says it of someone who is connected: presence never holds a notification back.
    await ben.is_told("look at this")
    [row] = await world.house.notifications.open_rows(ben.id, limit=10)
    assert row.read_at is None
    await world.house.redis.zadd(f"interest:u:{ben.id}", {"gateway": 4_000_000_000})
    await ben.later(MINUTE)
    assert len(ben.devices[0].received) == 1


async def test_reading_anywhere_ends_the_retries_and_takes_shown_pushes_away(
    ben: Member, world: World
) -> None:
    phone = await ben.buys("Chrome on Android")
    world.pushes.script.then(201)  # one of the two is taken
    world.pushes.script.always(503)
    [message] = await ben.is_told("hello")
    await ben.later(2 * MINUTE)
    assert sorted(state for _, state in await states(ben)) == ["retrying", "sent"]
    world.pushes.script.heal()
    await ben.reads(message)
    await ben.to_the_end()
    found = await ben.dispatches()
    assert sorted((d.closes, d.state) for d in found) == [
        (False, "cancelled"),
        (False, "sent"),
        (True, "sent"),
    ]
    [cancelled] = [d for d in found if d.state == "cancelled"]
    assert cancelled.words.startswith("read ")
    closes = [p for device in (ben.devices[0], phone) for p in device.payloads if p.get("close")]
    assert [close["tag"] for close in closes] == [ben.channel]
    assert ben.mails() == []


async def test_a_device_that_is_gone_is_removed_and_the_others_go_on(ben: Member, world: World) -> None:
    phone = await ben.buys("Chrome on Android")
    ben.devices[0].gone = True
    await ben.is_told("hello")
    await ben.later(MINUTE)
    assert len(phone.received) == 1
    devices = {device.name: device for device in await world.house.devices.of(ben.id)}
    assert devices["Firefox on Linux"].gone
    assert ben.devices[0].endpoint not in devices["Firefox on Linux"].target
    [given_up] = [d for d in await ben.dispatches() if d.state == "given_up"]
    assert (given_up.to, len(given_up.attempts)) == ("Firefox on Linux", 1)
    await ben.is_told("again")
    await ben.to_the_end()
    assert len(await ben.world.house.devices.of(ben.id)) == 2
    assert all(d.to != "Firefox on Linux" for d in (await ben.dispatches())[3:])


async def test_a_device_whose_session_expired_is_pushed_to_no_more(ben: Member, world: World) -> None:
    [record] = await world.house.devices.of(ben.id)
    expired = {"session_id": SessionId("long-unused")}
    await world.house.devices.change(record.id, ben.id, expired)
    await ben.is_told("hello")
    await ben.to_the_end()
    assert ben.devices[0].received == []
    assert await states(ben) == [("email", "sent")]


async def test_attempts_double_their_pauses_and_end_on_record_after_a_day(ben: Member, world: World) -> None:
    await ben.prefers(email="never")
    world.pushes.script.always(500)
    await ben.is_told("hello")
    await ben.to_the_end()
    [dispatch] = await ben.dispatches()
    assert dispatch.state == "given_up"
    assert dispatch.words.startswith("tried ")
    pauses = [(a.next_at - a.at).total_seconds() for a in dispatch.attempts if a.next_at]
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) == 3600
    *tried, last = dispatch.attempts
    assert all(a.next_at and a.next_at - dispatch.since <= HOUR * 24 for a in tried)
    assert last.next_at is None
    assert len(tried) > 30
    assert dispatch.attempted == dispatch.tries == len(dispatch.attempts)


async def test_what_was_given_up_is_opened_again_by_hand(ben: Member, world: World) -> None:
    await ben.prefers(email="never")
    world.pushes.script.then(413)
    await ben.is_told("hello")
    await ben.to_the_end()
    [given_up] = await ben.dispatches()
    assert given_up.state == "given_up"
    done = await redrive(world.house, ben.author, ben.workspace_id, Redrive(ids=[given_up.id]))
    assert (done.redriven, done.people) == (1, 1)
    await ben.to_the_end()
    [sent] = await ben.dispatches()
    assert (sent.state, sent.attempted, sent.tries) == ("sent", 2, 1)
    assert len(ben.devices[0].received) == 1


async def test_a_refused_configuration_alarms_the_owner(ben: Member, world: World) -> None:
    told: list[str] = []
    publish = world.house.live.publish

    def hear(event: Live) -> None:
        told.append(f"{event.topic} {event.name}")
        publish(event)

    world.house.live.publish = hear  # type: ignore[method-assign]
    try:
        world.pushes.script.then(403, times=3)
        await ben.is_told("hello")
        await ben.later(2 * MINUTE)
    finally:
        world.house.live.publish = publish  # type: ignore[method-assign]
    assert told.count(f"u:{ben.author} world.refused") == 1, "once an hour, however many attempts"
    assert len(ben.devices[0].received) == 1, "the configuration was mended meanwhile"


async def test_a_world_says_when_it_wants_to_be_asked_again(ben: Member, world: World) -> None:
    world.pushes.script.then(429, Retry_After="600")
    await ben.is_told("hello")
    await ben.later(5 * MINUTE)
    [dispatch] = await ben.dispatches()
    assert (dispatch.state, dispatch.attempts[0].code) == ("retrying", "429")
    assert dispatch.due_at
    assert 595 <= (dispatch.due_at - dispatch.attempts[0].at).total_seconds() <= 605
    await ben.later(6 * MINUTE)
    assert len(ben.devices[0].received) == 1


async def test_six_hours_without_mail_and_push_servers_lose_nothing(ben: Member, world: World) -> None:
    world.pushes.script.always(502)
    world.mails.always("MAIL", "451 4.3.0 try later")
    await ben.is_told("hello")
    await ben.later(6 * HOUR)
    assert (ben.devices[0].received, ben.mails()) == ([], [])
    world.pushes.script.heal()
    world.mails.heal()
    await ben.to_the_end()
    assert (len(ben.devices[0].received), len(ben.mails())) == (1, 1)
    assert sorted(await states(ben)) == [("email", "sent"), ("push", "sent")]


@pytest.mark.parametrize("month", [3, 10])
async def test_quiet_hours_end_on_the_wall_clock_though_the_clocks_change_that_night(
    ben: Member, month: int
) -> None:
    await ben.lives_in("Europe/Berlin")
    await ben.prefers(quiet=QuietHours(begins="22:00", ends="08:00"), email="never")
    year = datetime.now(UTC).year + 1
    last_week = [datetime(year, month, day, tzinfo=BERLIN) for day in range(25, 32)]
    [sunday] = [day for day in last_week if day.weekday() == SUNDAY]
    evening = (sunday - timedelta(days=1)).replace(hour=22, minute=30)
    await ben.is_told("sleep well", at=evening.astimezone(UTC))
    await ben.to_the_end()
    [dispatch] = await ben.dispatches()
    late = dispatch.attempts[0].at - sunday.replace(hour=8).astimezone(UTC)
    assert timedelta() <= late < 5 * SECOND


async def test_quiet_hours_hold_pushes_back_and_urgent_ones_pass(ben: Member) -> None:
    always = QuietHours(begins="00:00", ends="23:59")
    await ben.prefers(quiet=always)
    await ben.is_told("not now")
    await ben.later(10 * MINUTE)
    assert ben.devices[0].received == []
    await ben.is_told("the house is on fire", urgent=True)
    await ben.later(MINUTE)
    [payload] = ben.devices[0].payloads
    assert payload["urgency"] == "high"


async def test_do_not_disturb_holds_back_until_it_ends(ben: Member, world: World) -> None:
    await profiles.set_dnd(world.house, ben.id, now() + HOUR)
    await ben.is_told("not now")
    await ben.later(50 * MINUTE)
    assert ben.devices[0].received == []
    await ben.later(11 * MINUTE)
    assert len(ben.devices[0].received) == 1


async def test_changing_preferences_while_it_waits_takes_effect(ben: Member) -> None:
    await ben.is_told("hello")
    await ben.later(5 * SECOND)
    await ben.prefers(ways={"direct": ["email"]})
    await ben.later(5 * MINUTE)
    assert ben.devices[0].received == []
    await ben.prefers(email_after=60)
    await ben.to_the_end()
    assert len(ben.mails()) == 1
    assert await states(ben) == [("email", "sent")]


async def test_muting_while_it_is_retried_ends_it(ben: Member, world: World) -> None:
    world.pushes.script.always(503)
    await ben.is_told("hello")
    await ben.later(2 * MINUTE)
    await prefer_channel(world.house, ben.id, ben.channel, ChannelPreferences(muted=True))
    await ben.to_the_end()
    [dispatch] = await ben.dispatches()
    assert (dispatch.state, dispatch.words) == ("cancelled", "muted the channel since")


async def test_messages_of_one_conversation_go_together(ben: Member) -> None:
    await ben.is_told("one", "two", "three")
    await ben.later(30 * SECOND)
    assert [(p["count"], p["body"]) for p in ben.devices[0].payloads] == [(3, "three")]
    await ben.is_told("four")
    await ben.later(40 * SECOND)
    assert len(ben.devices[0].received) == 1, "a minute lies between two pushes of a conversation"
    await ben.later(30 * SECOND)
    assert ben.devices[0].payloads[-1]["tag"] == ben.devices[0].payloads[0]["tag"] == ben.channel
    await ben.to_the_end()
    assert len(ben.mails()) == 1


async def test_a_daily_digest_gathers_what_is_unread(ben: Member) -> None:
    await ben.prefers(email="daily", email_at="07:30", ways={"direct": ["email"]})
    for day in range(2):
        await ben.is_told(f"a of day {day}", f"b of day {day}")
        await ben.later(25 * HOUR) if await ben.is_pending() else None
    await ben.to_the_end()
    mails = ben.mails()
    assert len(mails) == 2
    assert all(d.digest and (d.due_at is None) for d in await ben.dispatches())


async def test_ten_thousand_messages_while_away_are_one_digest_and_a_bounded_history(
    ben: Member, world: World
) -> None:
    await ben.prefers(email="daily", email_at="09:00", ways={"direct": ["email"]})
    for batch in range(20):
        await ben.is_told(*[f"message {batch} {number}" for number in range(500)])
    await ben.later(25 * HOUR)
    [dispatch] = await ben.dispatches()
    assert (dispatch.state, dispatch.digest, dispatch.covers[0].count) == ("sent", True, 10_000)
    [mail] = ben.mails()
    assert "9950" in mail.get_body(("plain",)).get_content()
    history = await ben.run.fetch_history()
    print(f"10 000 messages: {len(history.events)} events of history")  # noqa: T201 - a figure
    assert len(history.events) < 100


async def test_a_worker_killed_between_an_attempt_and_its_record_sends_a_mail_twice_at_most(
    ben: Member, world: World
) -> None:
    await ben.prefers(ways={"direct": ["email"]}, email_after=60)
    answered, lost = world.house.dispatches.answered, 3

    async def dies(dispatch: object) -> bool:
        nonlocal lost
        lost -= 1
        if lost >= 0:
            raise ConnectionError("as if the worker had been killed here")
        return await answered(dispatch)  # type: ignore[arg-type]

    world.house.dispatches.answered = dies  # type: ignore[method-assign]
    try:
        await ben.is_told("hello")
        await ben.to_the_end()
    finally:
        world.house.dispatches.answered = answered  # type: ignore[method-assign]
    assert len(ben.mails()) <= 2
    [dispatch] = await ben.dispatches()
    assert "unknown" in [attempt.answered for attempt in dispatch.attempts]


async def test_a_mail_server_that_breaks_off_halfway_gets_a_mail_twice_at_most(
    ben: Member, world: World
) -> None:
    await ben.prefers(ways={"direct": ["email"]}, email_after=60)
    world.mails.always("DATA", DROP)
    await ben.is_told("hello")
    await ben.to_the_end()
    [dispatch] = await ben.dispatches()
    assert [attempt.answered for attempt in dispatch.attempts] == ["unknown", "unknown"]
    assert (dispatch.state, dispatch.words) == (
        "given_up",
        "it may have arrived twice, and is not sent again",
    )


async def test_content_that_stays_in_the_house_leaves_with_nothing(ben: Member, world: World) -> None:
    for content, title, body in (
        ("sender", "ada", "New message"),
        ("nothing", "Analytical Engines", "New message"),
    ):
        wanted = workspaces.WorkspaceChange(notification_content=content)  # type: ignore[arg-type]
        await workspaces.change(world.house, ben.author, ben.workspace_id, wanted)
        [message] = await ben.is_told("the secret")
        await ben.to_the_end()
        payload = ben.devices[0].payloads[-1]
        assert (payload["title"], payload["body"]) == (title, body)
        assert "the secret" not in ben.mails()[-1].as_string()
        await ben.reads(message)
        await eventually(lambda: _is_over(ben))


async def test_files_without_words_are_told_by_name_as_far_as_text_may_leave(
    ben: Member, world: World
) -> None:
    plan = await _uploaded(ben, "plan.pdf")
    [message] = await ben.is_told("", file_ids=[plan])
    await ben.to_the_end()
    assert ben.devices[0].payloads[-1]["body"] == "Sent a file: plan.pdf"
    assert "Sent a file: plan.pdf" in ben.mails()[-1].get_body(("plain",)).get_content()
    await ben.reads(message)
    await eventually(lambda: _is_over(ben))

    wanted = workspaces.WorkspaceChange(notification_content="sender")
    await workspaces.change(world.house, ben.author, ben.workspace_id, wanted)
    await ben.is_told("", file_ids=[plan, await _uploaded(ben, "roof.jpg")])
    await ben.to_the_end()
    assert ben.devices[0].payloads[-1]["body"] == "New message"
    assert "roof.jpg" not in ben.mails()[-1].as_string()


async def _uploaded(ben: Member, name: str) -> FileId:
    at = now()
    record = FileRecord(
        id=FileId(new_id()),
        workspace_id=ben.workspace_id,
        uploader_id=ben.author,
        name=name,
        size=1,
        state="ready",
        created_at=at,
        updated_at=at,
    )
    await ben.world.house.files.add(record)
    return record.id


async def _is_over(member: Member) -> bool:
    return not await member.is_pending()


async def test_without_any_way_it_is_on_record_why_nothing_left(world: World) -> None:
    member = await world.member(email="never")
    [message] = await member.is_told("hello")
    await member.to_the_end()
    [row] = (await world.house.notifications.of_message(message.id, [member.id])).values()
    assert row.outcomes == {"push": "has no device that takes pushes", "email": "wants no e-mails"}
    assert not row.open


async def test_nothing_of_a_message_is_in_the_history(ben: Member) -> None:
    await ben.is_told("the secret")
    await ben.to_the_end()
    history = (await ben.run.fetch_history()).to_json()
    assert "secret" not in history
    assert ben.devices[0].endpoint not in history
    assert ben.email not in history
