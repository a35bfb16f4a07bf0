"""Approvals: asked in a channel, answered there, ended by answers or by time; all of it on record."""

import asyncio
from contextlib import suppress
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from parlour.core.house import House
from parlour.core.ids import ApprovalId
from tests.conftest import Signup
from tests.person import Answer, Json, Person, eventually


async def ask(asker: Person, channel: str, *of: Person, **fields: Any) -> Json:
    body = {"channel_id": channel, "text": "May I deploy?", "user_ids": [person.id for person in of]} | fields
    made = await asker.post(f"/api/v1/workspaces/{asker.workspace['id']}/approvals", body)
    return dict(made)


async def answer(who: Person, approval: Json, decision: str, comment: str = "") -> Answer:
    body = {"decision": decision, "comment": comment}
    return await who.ask("POST", f"/api/v1/approvals/{approval['id']}/answer", body)


async def state(who: Person, approval: Json, wanted: str) -> Json:
    async def is_so() -> Json | None:
        found = dict(await who.get(f"/api/v1/approvals/{approval['id']}"))
        return found if found["state"] == wanted else None

    return dict(await eventually(is_so))


async def thread(who: Person, message: str) -> list[Json]:
    return list((await who.get(f"/api/v1/messages/{message}/thread"))["items"])


async def audited(owner: Person, approval: Json) -> set[str]:
    found = await owner.get(f"/api/v1/workspaces/{owner.workspace['id']}/audit?limit=200")
    return {entry["action"] for entry in found["items"] if entry["subject"] == approval["id"]}


async def test_an_approval_is_asked_answered_and_shown_at_its_message(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    asked = await ask(ada, channel, ben)
    heard = await at_ben.wait_for("message.sent", lambda p: p["message"]["id"] == asked["message_id"])
    message = heard["message"]
    assert message["via"] == "approval"
    assert [action["id"] for action in message["actions"]] == ["approve", "reject"]
    assert message["mentions"]["user_ids"] == [ben.id], "whoever is asked is notified"
    pressed = await at_ben.call(
        "message.act", {"message_id": message["id"], "action": "approve", "comment": "go"}
    )
    assert pressed["ok"], pressed
    assert pressed["message"]["approval"]["state"] == "approved"
    shown = (await ada.get(f"/api/v1/messages/{message['id']}"))["approval"]
    [given] = shown["answers"]
    assert (given["user_id"], given["decision"], given["comment"]) == (ben.id, "approve", "go")
    found = await ada.get(f"/api/v1/approvals/{asked['id']}")
    assert (found["state"], found["answers"], "approved" in found["told"]) == ("approved", [given], True)
    assert found["workflow"]["id"] == f"approval/{asked['id']}"
    [told] = await thread(ada, message["id"])
    assert (told["author_id"], ada.id in told["mentions"]["user_ids"]) == (ben.id, True)
    wanted = {"approval.asked", "approval.answered", "approval.approved"}
    assert await audited(ada, asked) == wanted


async def test_a_group_is_asked_and_one_rejection_ends_it(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    crew = {"name": "Crew", "handle": "crew", "user_ids": [ben.id, cleo.id, ada.id]}
    group = (await ada.post(f"/api/v1/workspaces/{ada.workspace['id']}/groups", crew))["id"]
    channel = await ada.make_channel("private", ben, cleo)
    asked = await ask(ada, channel, group_ids=[group], needed=2)
    assert (await answer(ada, asked, "approve")).code == "not_asked", "nobody approves for themselves"
    assert (await answer(ben, asked, "approve")).status == 200
    rejected = await answer(cleo, asked, "reject", "not on a Friday")
    assert (rejected.status, rejected.body["state"]) == (200, "rejected")
    mine = await ben.get(f"/api/v1/workspaces/{ben.workspace['id']}/approvals")
    assert [item["id"] for item in mine["items"]] == [asked["id"]]
    hers = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/approvals?asked=by_me")
    assert [item["id"] for item in hers["items"]] == [asked["id"]]


async def test_of_two_answers_at_once_both_count_and_one_decides(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    others = [ben]
    for name in ("cleo", "dora", "emil"):
        others.append(await sign_up(name))
        await others[-1].join(ada)
    channel = await ada.make_channel("private", *others)
    asked = await ask(ada, channel, *others, needed=2, rejections=2)
    said = ["approve", "reject", "approve", "reject"]
    answers = await asyncio.gather(
        *(answer(who, asked, what) for who, what in zip(others, said, strict=True))
    )
    found = await ada.get(f"/api/v1/approvals/{asked['id']}")
    taken = [given["decision"] for given in found["answers"]]
    assert sum(one.status == 200 for one in answers) == len(taken)
    assert {one.code for one in answers if one.status != 200} <= {"approval_over"}
    assert max(taken.count("approve"), taken.count("reject")) == 2, (
        "the answer that decides is the last one taken"
    )
    assert found["state"] == ("approved" if taken.count("approve") == 2 else "rejected")


async def test_what_was_decided_or_answered_stays(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    asked = await ask(ada, channel, ben, cleo, needed=2)
    assert (await answer(ben, asked, "approve")).status == 200
    assert (await answer(ben, asked, "approve")).status == 200, "again changes nothing"
    assert (await answer(ben, asked, "reject")).code == "answered_already"
    assert (await answer(cleo, asked, "approve")).body["state"] == "approved"
    late = await answer(cleo, asked, "reject")
    assert (late.status, late.code, "too late" in late.body["detail"]) == (409, "approval_over", True)
    withdraw = await ada.ask("POST", f"/api/v1/approvals/{asked['id']}/withdraw")
    assert (withdraw.status, withdraw.code) == (409, "approval_over")
    edited = await ada.ask("PATCH", f"/api/v1/messages/{asked['message_id']}", {"text": "May I pay 1000?"})
    assert (edited.status, edited.code) == (409, "approval_fixed")


async def test_it_reminds_escalates_and_ends_by_its_deadline(
    ada: Person, ben: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    asked = await ask(
        ada, channel, ben, answer_within=4, remind_every=1, escalate_after=2, escalate_to=[cleo.id]
    )
    assert (await answer(cleo, asked, "approve")).code == "not_asked", "not yet"
    over = await state(ada, asked, "expired")
    assert over["user_ids"] == [ben.id, cleo.id]

    async def all_that_was_said() -> list[Json]:
        found = await thread(ada, asked["message_id"])
        return found if "not decided in time" in found[-1]["text"] else []

    said = await eventually(all_that_was_said)
    assert all(one["via"] == "approval" for one in said)
    assert [cleo.id] in [one["mentions"]["user_ids"] for one in said if "asked, too" in one["text"]]
    assert any("still waits" in one["text"] for one in said)
    late = await answer(ben, asked, "approve")
    assert (late.code, "too late" in late.body["detail"]) == ("approval_over", True)
    message = await ben.get(f"/api/v1/messages/{asked['message_id']}")
    assert message["approval"]["state"] == "expired"


async def test_who_asked_is_notified_that_nobody_decided_in_time(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada = await ada.device()
    asked = await ask(ada, channel, ben, answer_within=2)
    heard = await at_ada.wait_for("notification.added")
    told = heard["notification"]
    assert (told["kind"], told["why"]) == ("mention", "got no decision in time")
    assert (told["author_id"], told["thread_root_id"]) == (ada.id, asked["message_id"])
    [listed] = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/notifications"))["items"]
    assert (listed["id"], "not decided in time" in listed["message"]["text"]) == (told["id"], True)
    assert (await ada.get(f"/api/v1/notifications/{told['id']}/why"))["wanted"] is True
    why = (await ada.get(f"/api/v1/messages/{told['message_id']}/notifications"))["items"]
    assert [one["user_id"] for one in why if one["wanted"]] == [ada.id]


async def test_who_asked_hears_of_nothing_else_that_is_said_in_their_name(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    handle = (await ada.get("/api/v1/me"))["handle"]
    at_ada, at_ben = await ada.device(), await ben.device()
    asked = await ask(ada, channel, ben, text=f"May @{handle} deploy?", answer_within=60, remind_every=1)
    reminded = await at_ben.wait_for("message.sent", lambda p: "still waits" in p["message"]["text"])
    assert reminded["message"]["author_id"] == ada.id
    assert (await answer(ben, asked, "approve")).status == 200
    heard = await at_ada.wait_for("notification.added")
    assert heard["notification"]["author_id"] == ben.id
    assert [name for name, _ in at_ada.heard].count("notification.added") == 1


async def test_its_asker_and_moderators_withdraw_it_and_nobody_else(
    ada: Person, ben: Person, sign_up: Signup, outsider: Person
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    channel = await ada.make_channel("private", ben, cleo)
    first, second = await ask(ben, channel, cleo), await ask(ben, channel, cleo)
    path = "/api/v1/approvals/{}/withdraw".format
    assert (await cleo.ask("POST", path(first["id"]))).code == "not_yours"
    gone = await ben.ask("DELETE", f"/api/v1/messages/{first['message_id']}")
    assert (gone.status, gone.code) == (409, "approval_open")
    assert (await ben.ask("POST", path(first["id"]))).body["state"] == "withdrawn"
    assert (await ada.ask("POST", path(second["id"]))).body["state"] == "withdrawn"
    for method, rest in (("GET", ""), ("POST", "/answer"), ("POST", "/withdraw")):
        body = {"decision": "approve"} if rest == "/answer" else None
        refused = await outsider.ask(method, f"/api/v1/approvals/{first['id']}{rest}", body)
        assert (refused.status, refused.code) == (404, "not_found")


async def test_what_cannot_be_asked_is_refused_with_the_field(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/approvals"
    good = {"channel_id": channel, "text": "May I?", "user_ids": [ben.id]}
    wrong: list[tuple[str, Json]] = [
        ("user_ids", {"user_ids": []}),
        ("user_ids", {"user_ids": [outsider.id]}),
        ("escalate_to", {"escalate_after": 60, "escalate_to": [outsider.id]}),
        ("user_ids", {"user_ids": [ada.id]}),
        ("needed", {"needed": 2}),
        ("needed", {"needed": 0}),
        ("rejections", {"rejections": 9}),
        ("answer_within", {"answer_within": 10**9}),
        ("escalate_after", {"escalate_after": 10**9, "escalate_to": [ben.id]}),
        ("escalate_to", {"escalate_after": 60}),
        ("remind_every", {"remind_every": -1}),
        ("client_id", {"client_id": "no spaces please"}),
        ("text", {"text": ""}),
    ]
    for field, given in wrong:
        refused = await ada.ask("POST", path, good | given)
        assert refused.status == 422, given
        assert refused.body["errors"][0]["field"] == field, given
    names_nobody = await ada.ask("POST", path, good | {"user_ids": [outsider.id]})
    assert outsider.id in names_nobody.body["detail"]
    missing = await ada.ask("POST", path, good | {"group_ids": ["00000000-0000-7000-8000-000000000000"]})
    assert missing.status == 404


async def test_the_same_client_id_asks_once(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    first = await ask(ada, channel, ben, client_id="deploy-7")
    assert (await ask(ada, channel, ben, client_id="deploy-7"))["id"] == first["id"]
    messages = (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"]
    assert [m["id"] for m in messages if "approval" in m] == [first["message_id"]]


async def test_what_was_not_told_and_not_sent_is_done_by_the_workflow_after_all(
    ada: Person, ben: Person, house: House, temporal_client: Client
) -> None:
    channel = await ada.make_channel("private", ben)
    asked = await ask(ada, channel, ben)
    record = await house.approvals.get(ApprovalId(asked["id"]))
    assert record is not None
    # As if the process had died between the record and everything else.
    workflow = temporal_client.get_workflow_handle(f"approval/{asked['id']}")

    async def has_begun() -> bool:
        with suppress(RPCError):
            await workflow.terminate()
            return True
        return False

    await eventually(has_begun)
    await house.database.approvals.update_one(
        {"_id": asked["id"]}, {"$set": {"untold": True, "shown_version": 0}, "$unset": {"message_id": ""}}
    )

    async def is_whole_again() -> bool:
        found = await house.database.approvals.find_one({"_id": asked["id"]})
        return found.get("message_id") == asked["message_id"] and "untold" not in found

    await eventually(is_whole_again, within_s=60)
