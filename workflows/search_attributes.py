"""By what workflows are found: attributes that Temporal has to know before anything is started with them.

The embedded server registers what its command names in a fresh data folder alone; a cluster of one's own knows none. So
the worker adds what is missing, and says how where it may not.
"""

from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from parlour.core.settings import Settings
from parlour.core.telemetry import log
from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE

NAMES = tuple(key.name for key in (WORKSPACE, SUBJECT, STATE))


async def ensure_search_attributes(client: Client, settings: Settings) -> None:
    """Add those that the namespace lacks; safe to repeat and to race.

    Raises:
        temporalio.service.RPCError: Temporal does not answer.
    """
    limit = timedelta(seconds=settings.temporal_timeout)
    try:
        asked = ListSearchAttributesRequest(namespace=client.namespace)
        found = await client.operator_service.list_search_attributes(asked, timeout=limit)
        missing = [name for name in NAMES if name not in found.custom_attributes]
        if missing:
            await client.operator_service.add_search_attributes(_added(client, missing), timeout=limit)
            log.info("search_attributes.added", names=missing)
    except RPCError as error:
        if error.status in (RPCStatusCode.ALREADY_EXISTS, RPCStatusCode.INVALID_ARGUMENT):
            return
        if error.status not in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED):
            raise
        told = "temporal operator search-attribute create --type Keyword --name " + " --name ".join(NAMES)
        log.error("search_attributes.not_allowed", error=error.message, command=told)


def _added(client: Client, names: list[str]) -> AddSearchAttributesRequest:
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    return AddSearchAttributesRequest(
        namespace=client.namespace, search_attributes=dict.fromkeys(names, keyword)
    )
