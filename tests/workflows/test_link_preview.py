"""`LinkPreview` with skipped time: every text is looked up once, whatever fails on the way."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import UNFURL
from parlour.core.ids import EntryId, WorkspaceId
from parlour.core.model.promises import PreviewRequest, Unfurled
from parlour.core.settings import Settings
from parlour.workflows.link_preview import LinkPreview, LinkPreviewState, tell_preview
from parlour.workflows.links import preview_id


@dataclass
class Web:
    """What was looked up: the seq of each text; the first `failures` attempts fail."""

    failures: int = 0
    edit_meanwhile: int = 0
    looked_up: list[int] = field(default_factory=list)
    message: "Message | None" = None

    @activity.defn(name=UNFURL)
    async def unfurl(self, request: PreviewRequest) -> Unfurled:
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the server is busy")
        self.looked_up.append(request.seq)
        if self.edit_meanwhile and self.message:
            seq, self.edit_meanwhile = self.edit_meanwhile, 0
            await self.message.says(seq)
        return Unfurled(1)


class Message:
    """A message whose links are looked up."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.client = environment.client
        self.settings = settings
        self.id = EntryId(uuid.uuid4().hex)

    async def says(self, seq: int) -> None:
        """Have the text of an entry looked up."""
        await tell_preview(self.client, self.settings, PreviewRequest(self.id, WorkspaceId("w1"), seq))

    def handle(self) -> WorkflowHandle[LinkPreview, LinkPreviewState]:
        return self.client.get_workflow_handle_for(LinkPreview.run, preview_id(self.id))


@asynccontextmanager
async def message(environment: WorkflowEnvironment, web: Web) -> AsyncIterator[Message]:
    queue = f"queue-{uuid.uuid4().hex}"
    made = Message(environment, Settings(temporal_task_queue=queue))  # type: ignore[call-arg]
    web.message = made
    async with Worker(environment.client, task_queue=queue, workflows=[LinkPreview], activities=[web.unfurl]):
        yield made


async def test_a_text_is_looked_up_once_however_often_it_is_told(temporal: WorkflowEnvironment) -> None:
    web = Web()
    async with message(temporal, web) as told:
        await told.says(7)
        await told.says(7)
        ended = await told.handle().result()
    assert (ended.done_seq, ended.previews) == (7, 1)
    assert set(web.looked_up) == {7}


async def test_failures_are_tried_again(temporal: WorkflowEnvironment) -> None:
    web = Web(failures=5)
    async with message(temporal, web) as told:
        await told.says(1)
        ended = await told.handle().result()
    assert ended.done_seq == 1
    assert web.looked_up == [1]


async def test_an_edit_while_a_text_is_looked_up_comes_next(temporal: WorkflowEnvironment) -> None:
    web = Web(edit_meanwhile=9)
    async with message(temporal, web) as told:
        await told.says(3)
        ended = await told.handle().result()
    assert web.looked_up == [3, 9]
    assert ended.done_seq == 9


async def test_a_late_word_of_an_older_text_changes_nothing(temporal: WorkflowEnvironment) -> None:
    web = Web(edit_meanwhile=2)
    async with message(temporal, web) as told:
        await told.says(5)
        ended = await told.handle().result()
    assert web.looked_up == [5]
    assert ended.done_seq == 5
