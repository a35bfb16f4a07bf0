"""Where one is signed in: seen by device and place, and ended, one's own alone."""

from datetime import timedelta

import uuid_utils

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import SessionId, UserId
from parlour.core.people.tokens import hash_of, new_secret
from parlour.core.settings import Settings
from tests.person import PASSWORD, Person, eventually

LOGIN, MINE = "/api/v1/auth/login", "/api/v1/me/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


async def signs_in(person: Person, at: Person, agent: str) -> str:
    answer = await at.ask("POST", LOGIN, {"email": person.email, "password": PASSWORD}, User_Agent=agent)
    assert answer.status == 200
    return str(answer.body["access_token"])


async def test_sessions_are_named_by_device_and_place_and_this_one_is_marked(ada: Person) -> None:
    async with Person(ada.address) as there:
        await signs_in(ada, there, FIREFOX)
        await signs_in(ada, there, IPHONE)
        found = (await ada.get(MINE))["items"]
    assert [session["current"] for session in found] == [True, False, False]
    assert {session["device"] for session in found[1:]} == {"Firefox on Linux", "Mobile Safari on iOS"}
    for session in found:
        assert session["address"] == "127.0.0.1"
        assert session["created_at"] <= session["last_used_at"]
        assert not {"refresh_hash", "token_hash", "user_id", "agent"} & set(session)


async def test_ending_one_cuts_its_connection_and_leaves_the_others(ada: Person) -> None:
    async with Person(ada.address) as there:
        there.token = await signs_in(ada, there, FIREFOX)
        device = await there.device()
        [other] = [session["id"] for session in (await ada.get(MINE))["items"] if not session["current"]]
        assert (await ada.ask("DELETE", f"{MINE}/{other}")).status == 204
        await device.wait_for("session.ended")

        async def cut():
            return not device.sio.connected

        await eventually(cut)
        assert (await there.ask("GET", "/api/v1/me")).status == 401
    assert len((await ada.get(MINE))["items"]) == 1
    assert (await ada.ask("DELETE", f"{MINE}/{other}")).status == 404


async def test_ending_all_others_leaves_this_one(ada: Person) -> None:
    async with Person(ada.address) as there:
        for _ in range(3):
            there.token = await signs_in(ada, there, IPHONE)
        ended = await ada.ask("DELETE", MINE)
        assert (ended.status, ended.body) == (200, {"ended": 3})
        assert (await there.ask("GET", "/api/v1/me")).status == 401
    assert [session["current"] for session in (await ada.get(MINE))["items"]] == [True]
    assert (await ada.ask("DELETE", MINE)).body == {"ended": 0}


async def test_a_session_ends_after_its_time_however_much_it_is_used(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    longest = timedelta(hours=stack_settings.session_max_hours)
    for age, status in ((longest - timedelta(hours=1), 200), (longest + timedelta(seconds=1), 401)):
        began, secret = now() - age, new_secret()
        session_id = SessionId(str(uuid_utils.uuid7(nanoseconds=int(began.timestamp() * 1e9))))
        await house.sessions.add(
            session_id,
            UserId(ada.id),
            refresh_hash=hash_of(secret),
            created_at=began,
            expires_at=now() + timedelta(days=1),
        )
        async with Person(ada.address) as there:
            cookie = f"parlour_refresh={session_id}.{secret}"
            renewed = await there.ask("POST", "/api/v1/auth/refresh", Cookie=cookie)
            assert renewed.status == status
        found = await house.sessions.get(session_id)
        assert (found is not None) == (status == 200)
        assert (
            found is None
            or found.expires_at is None
            or found.expires_at <= began + longest + timedelta(seconds=1)
        )


async def test_a_session_of_someone_else_is_not_there(ada: Person, outsider: Person) -> None:
    [mine] = [session["id"] for session in (await ada.get(MINE))["items"]]
    refused = await outsider.ask("DELETE", f"{MINE}/{mine}")
    assert (refused.status, refused.code) == (404, "not_found")
    assert mine not in [session["id"] for session in (await outsider.get(MINE))["items"]]
    assert (await ada.ask("GET", "/api/v1/me")).status == 200
