"""What workflows are found by is there, whatever server the worker meets."""

import shutil
import sys
from pathlib import Path

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from parlour.core.settings import Settings
from parlour.workflows.search_attributes import NAMES, ensure_search_attributes


async def test_a_worker_adds_what_a_server_lacks_and_does_so_once() -> None:
    beside = Path(sys.executable).parent / "temporal"
    binary = str(beside) if beside.exists() else shutil.which("temporal")
    assert binary
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=binary) as bare:
        for _ in range(2):
            await ensure_search_attributes(bare.client, Settings())
        asked = ListSearchAttributesRequest(namespace=bare.client.namespace)
        found = await bare.client.operator_service.list_search_attributes(asked)
        assert set(NAMES) <= set(found.custom_attributes)
