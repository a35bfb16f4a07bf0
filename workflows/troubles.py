"""Noting which steps fail again and again, as the worker sees it: Temporal itself does not list them."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import is_cancelled_exception
from temporalio.service import RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from parlour.core.clock import now
from parlour.core.failures import translate
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.runs.redact import redacted
from parlour.core.store.mongo import StoreError
from parlour.core.store.troubles import Trouble
from parlour.workflows.channel_delivery import WORKSPACE

FROM_ATTEMPT = 2
"""A first attempt in vain is no trouble yet."""


class TroubleInterceptor(Interceptor):
    """Of a worker's activities."""

    def __init__(self, house: House, client: Client) -> None:
        self._house = house
        self._client = client

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Have each activity noted that is tried again."""
        return _Noting(next, self._house, self._client)


class _Noting(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, house: House, client: Client) -> None:
        super().__init__(inner)
        self._house = house
        self._client = client

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        """Run it; what fails more than once is noted, and forgotten when it is done."""
        attempt = activity.info().attempt
        try:
            done = await super().execute_activity(input)
        except Exception as error:
            if attempt >= FROM_ATTEMPT and not is_cancelled_exception(error):
                await self._note(error, input.args)
            raise
        if attempt > 1:
            with suppress(StoreError):
                info = activity.info()
                await self._house.troubles.over(info.workflow_id or "", info.activity_type)
        return done

    async def _note(self, error: Exception, args: Any) -> None:
        info, at = activity.info(), now()
        with suppress(StoreError):  # what is away now is what the trouble is
            await self._house.troubles.note(
                Trouble(
                    workflow_id=info.workflow_id or "",
                    workflow_type=info.workflow_type or "",
                    workspace_id=await self._workspace_of(info.workflow_id or "", args),
                    activity=info.activity_type,
                    attempt=info.attempt,
                    error=redacted(translate(error).detail),
                    since=info.scheduled_time,
                    last_at=at,
                )
            )

    async def _workspace_of(self, workflow_id: str, args: Any) -> WorkspaceId | None:
        """Return whose workflow it is, by what the step was told, or else by what Temporal knows."""
        known = getattr(args[0], "workspace_id", None) if args else None
        if isinstance(known, str) and known:
            return WorkspaceId(known)
        limit = timedelta(seconds=self._house.settings.workflow_timeout)
        try:
            found = await self._client.get_workflow_handle(workflow_id).describe(rpc_timeout=limit)
        except RPCError:
            return None
        named = found.typed_search_attributes.get(WORKSPACE)
        return WorkspaceId(named) if named else None
