"""Erasures on skipped time: real rules and stores in a database of their own, and workers that are killed."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.erasure import ErasureActivities
from parlour.activities.mails import MailActivities
from parlour.activities.names import ERASE
from parlour.core.erasure import run
from parlour.core.house import House, open_house
from parlour.core.ids import UserId
from parlour.core.model.people import SignedIn, User
from parlour.core.model.promises import ErasureRequest, ErasureStep
from parlour.core.outside.outside import Outside
from parlour.core.people import accounts
from parlour.core.settings import Settings
from parlour.ui import letters
from parlour.workflows.account_mail import AccountMail
from parlour.workflows.erasure import Erasure, ErasureState
from parlour.workflows.links import erasure_id
from parlour.workflows.teller import TemporalTeller
from tests.outside.fixtures import towards
from tests.outside.mail_server import MailServer, mail_server
from tests.person import PASSWORD
from tests.workflows.notifying import render


@dataclass
class Mortal:
    """Erases as the worker does, and dies over every step: the first batch of each is done, and nobody hears of it."""

    house: House
    finished: Counter[str] = field(default_factory=Counter)

    @activity.defn(name=ERASE)
    async def erase(self, request: ErasureRequest) -> ErasureStep:
        step = await run.take(self.house, request)
        self.finished[request.step] += 1
        if self.finished[request.step] == 1:
            raise ApplicationError("killed before it could say so")
        return step


@dataclass
class Ground:
    """The house, its mail server and its workflows."""

    house: House
    environment: WorkflowEnvironment
    server: MailServer
    mortal: Mortal

    def run(self, user_id: UserId) -> WorkflowHandle[Erasure, ErasureState]:
        return self.environment.client.get_workflow_handle_for(Erasure.run, erasure_id(user_id))

    async def person(self, name: str) -> User:
        made = await accounts.register(
            self.house, email=f"{name}-{uuid.uuid4().hex}@example.com", password=PASSWORD, name=name
        )
        assert isinstance(made, SignedIn)
        return made.user


@asynccontextmanager
async def ground(
    environment: WorkflowEnvironment, settings: Settings, *, mortal: bool = False
) -> AsyncIterator[Ground]:
    """Run a worker for erasures and their mails alone."""
    name = uuid.uuid4().hex
    async with mail_server() as server:
        own = towards(
            settings,
            server,
            mongo_database=f"erasing_{name}",
            redis_url=settings.redis_url.rsplit("/", 1)[0] + "/7",
            temporal_task_queue=f"erasing-{name}",
            s3_bucket=f"erasing-{name}",
            erasure_batch=3,
        )
        async with open_house(own) as house, Outside(own, render, letters.render) as outside:
            await house.prepare()
            house.outside, house.teller = outside, TemporalTeller(own, environment.client)
            activities, dying = ErasureActivities(house), Mortal(house)
            worker = Worker(
                environment.client,
                task_queue=own.temporal_task_queue,
                workflows=[AccountMail, Erasure],
                activities=[
                    activities.look_at_erasure,
                    dying.erase if mortal else activities.erase,
                    MailActivities(house).send_mail,
                ],
            )
            async with worker:
                yield Ground(house, environment, server, dying)
            await house.database.client.drop_database(own.mongo_database)
