"""How every role reaches promises: told, made sure of, or asked for, through Temporal."""

from temporalio.client import Client
from temporalio.service import RPCError

from parlour.core.errors import UnavailableError
from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import Wake
from parlour.core.settings import Settings
from parlour.workflows import reminder, scheduled_message
from parlour.workflows.search_reindex import start_reindex

AWAY = (RPCError, OSError, TimeoutError, RuntimeError)
PROMISES = {"scheduled": scheduled_message.promise_of, "reminder": reminder.promise_of}


class TemporalTeller:
    """Connects when there is first something to tell."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        self._settings = settings
        self._client = client

    async def tell(self, wake: Wake) -> None:
        """Tell a promise, starting its workflow if need be.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await PROMISES[wake.kind](wake).tell(await self._connected(), self._settings, wake)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def ensure(self, wake: Wake) -> None:
        """See to it that a promise has a workflow, without disturbing one that is at work.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await PROMISES[wake.kind](wake).ensure(await self._connected(), self._settings, wake)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def rebuild_search(self, workspace_id: WorkspaceId) -> None:
        """Start to rebuild a workspace's search index, unless that is going on already.

        Raises:
            UnavailableError: Temporal did not take it.
        """
        try:
            await start_reindex(await self._connected(), self._settings, workspace_id)
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def _connected(self) -> Client:
        if self._client is None:
            settings = self._settings
            self._client = await Client.connect(
                settings.temporal_address, namespace=settings.temporal_namespace
            )
        return self._client
