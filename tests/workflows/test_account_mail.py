"""`AccountMail` with skipped time: sent once, tried again, bounced, given up; and nothing of its words left behind."""

import itertools
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from parlour.core.clock import now
from parlour.core.ids import MailId
from parlour.core.model.mails import MailRecord
from parlour.core.model.notifications import Attempt
from parlour.core.model.promises import MailsSwept, SweepRequest
from parlour.core.people import mails
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE
from parlour.workflows.mail_sweep import MailSweep
from tests.outside.mail_server import DROP
from tests.outside.mailbox import text_of
from tests.workflows.mailing import Mailing, mailing

LINK = "https://chat.test/invite#very-secret"


@pytest.fixture(scope="module")
async def shared(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[Mailing]:
    async with mailing(temporal, stack_settings) as opened:
        yield opened


@pytest.fixture
async def world(shared: Mailing) -> Mailing:
    shared.server.heal()
    await shared.house.redis.flushdb()
    return shared


def an_address() -> str:
    return f"ben-{uuid.uuid4().hex}@example.com"


async def stored(world: Mailing, to: str, lasts: timedelta = timedelta(hours=1)) -> MailRecord:
    return await mails.store(
        world.house,
        "invitation",
        to,
        until=now() + lasts,
        name="Ben",
        link=LINK,
        lasts="1 hour",
        inviter="Ada",
        workspace="Analytical Engines",
    )


async def started(world: Mailing, to: str, lasts: timedelta = timedelta(hours=1)) -> MailId:
    record = await stored(world, to, lasts)
    await mails.start(world.house, record)
    return record.id


async def test_a_mail_is_sent_once_and_its_words_are_gone(world: Mailing) -> None:
    to = an_address()
    mail = await started(world, to)
    ended, record = await world.to_the_end(mail)
    assert (ended.state, record.state, record.outcome) == ("sent", "sent", "taken by the mail server")
    [got] = world.server.to(to)
    assert got["Subject"] == "Ada invites you to Analytical Engines"
    assert (got["Auto-Submitted"], got["List-Unsubscribe"]) == ("auto-generated", None)
    assert LINK in text_of(got)
    stored = await world.house.database.account_mails.find_one({"_id": mail})
    assert "sealed" not in stored
    assert "very-secret" not in str(stored)


async def test_its_secret_is_in_no_history_and_sealed_in_the_record(world: Mailing) -> None:
    record = await stored(world, an_address())
    kept = await world.house.database.account_mails.find_one({"_id": record.id})
    assert "very-secret" not in str(kept)
    await mails.start(world.house, record)
    await world.to_the_end(record.id)
    history = await world.run(record.id).fetch_history()
    assert "very-secret" not in history.to_json()
    described = await world.run(record.id).describe()
    assert described.typed_search_attributes[STATE] == "sent"


async def test_a_mail_server_that_says_not_now_is_asked_again_with_growing_pauses(world: Mailing) -> None:
    to = an_address()
    world.server.then("RCPT", "450 4.2.1 busy", times=3)
    _, record = await world.to_the_end(await started(world, to))
    assert [made.answered for made in record.attempts] == ["retry", "retry", "retry", "sent"]
    times = [made.at for made in record.attempts]
    pauses = [(then - before).total_seconds() for before, then in itertools.pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[0] >= world.settings.mail_retry_first
    assert len(world.server.to(to)) == 1


async def test_a_mailbox_that_is_not_there_bounces_and_that_is_on_record(world: Mailing) -> None:
    world.server.then("RCPT", "550 5.1.1 no such user")
    ended, record = await world.to_the_end(await started(world, an_address()))
    assert (ended.state, record.state) == ("bounced", "bounced")
    assert "no such mailbox" in record.outcome
    assert record.sealed is None


async def test_a_mail_is_given_up_when_what_it_says_is_over(world: Mailing) -> None:
    world.server.always("RCPT", "451 4.7.1 not now")
    to = an_address()
    ended, record = await world.to_the_end(await started(world, to, timedelta(minutes=10)))
    assert (ended.state, record.state) == ("given_up", "given_up")
    assert record.attempts[-1].at < record.until
    assert "not now" in record.outcome
    assert (record.sealed, record.due_at) == (None, None)
    assert not world.server.to(to)


async def test_of_mails_nobody_knows_the_outcome_of_a_third_is_never_sent(world: Mailing) -> None:
    world.server.then("DATA", DROP, times=5)
    ended, record = await world.to_the_end(await started(world, an_address()))
    assert ended.state == "given_up"
    assert [made.answered for made in record.attempts] == ["unknown", "unknown"]


async def test_an_attempt_whose_worker_died_counts_as_one_that_may_have_arrived(world: Mailing) -> None:
    to = an_address()
    record = await stored(world, to)
    await world.house.account_mails.begin(record, Attempt(at=now()))
    await mails.start(world.house, record)
    _, record = await world.to_the_end(record.id)
    assert [made.answered for made in record.attempts] == ["unknown", "sent"]
    assert record.attempts[0].code == "interrupted"
    assert len(world.server.to(to)) == 1


async def test_a_mail_whose_workflow_did_not_start_is_found_by_the_sweep(world: Mailing) -> None:
    to = an_address()
    record = await stored(world, to)
    past = now() - timedelta(minutes=5)
    await world.house.database.account_mails.update_one({"_id": record.id}, {"$set": {"due_at": past}})
    swept: MailsSwept = await world.environment.client.execute_workflow(
        MailSweep.run,
        SweepRequest(page=1000),
        id=f"sweep/{uuid.uuid4().hex}",
        task_queue=world.settings.temporal_task_queue,
    )
    assert swept.mails >= 1
    ended, _ = await world.to_the_end(record.id)
    assert ended.state == "sent"
    assert len(world.server.to(to)) == 1


async def test_a_mail_sealed_with_another_secret_key_is_given_up(world: Mailing) -> None:
    record = await stored(world, an_address())
    await world.house.database.account_mails.update_one({"_id": record.id}, {"$set": {"sealed": b"x" * 99}})
    await mails.start(world.house, record)
    ended, _ = await world.to_the_end(record.id)
    assert (ended.state, ended.words) == ("given_up", "it was sealed with another secret key")
