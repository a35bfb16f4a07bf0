"""The API keeps to its description, whatever is sent: ten thousand requests made of it, right and wrong ones."""

import asyncio
import math
from collections import Counter
from collections.abc import Sequence

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from parlour.api.main import all_routes
from parlour.core.settings import Settings
from tests.fuzz.described import Grounds, description
from tests.fuzz.strategies import PLAIN, Request, cases

CASES = 10_000
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
]
TIMEOUT_S = 60
OPERATIONS = [(route.method, route.path) for route in all_routes()]
READING = [operation for operation in OPERATIONS if operation[0] == "GET"]
CHANGING = [operation for operation in OPERATIONS if operation[0] != "GET"]
# Of those that take nothing there is one case only; the others make up for them.
VARIED = [route for route in all_routes() if route.body or route.query or "{" in route.path]
EACH = math.ceil(1.1 * CASES / len(VARIED))
tried: Counter[tuple[str, str]] = Counter()
answered: Counter[int] = Counter()


@schemathesis.serializer("application/offset+octet-stream")
def as_it_is(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def each(operations: Sequence[tuple[str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("method", "path"), operations, ids=[f"{m} {p}" for m, p in operations])


@each(CHANGING)
async def test_every_answer_is_one_that_the_description_tells_of(
    method: str, path: str, grounds: Grounds, stack_settings: Settings
) -> None:
    await asyncio.to_thread(fuzz, method, path, grounds, stack_settings)


@each(READING)
async def test_what_is_read_is_what_the_description_tells_of(
    method: str, path: str, shared_grounds: Grounds, stack_settings: Settings
) -> None:
    await asyncio.to_thread(fuzz, method, path, shared_grounds, stack_settings)


def fuzz(method: str, path: str, grounds: Grounds, stack_settings: Settings) -> None:
    address = f"http://{stack_settings.host}:{stack_settings.api_port}"
    schema = schemathesis.openapi.from_dict(description(grounds.ids, address=address))
    operation = schema[path][method]
    headers = {"Authorization": f"Bearer {grounds.owner.token}"}

    @settings(PLAIN, max_examples=EACH)
    @given(case=cases(operation, grounds.ids))
    def try_one(case: Request) -> None:
        tried[method, path] += 1
        answer = case.call(base_url=address, headers=headers, timeout=TIMEOUT_S)
        answered[answer.status_code // 100] += 1
        case.validate_response(answer, checks=CHECKS, headers=headers)

    try_one()


def test_ten_thousand_requests_were_made() -> None:
    if len(tried) < len(OPERATIONS):
        pytest.skip("only some of the operations were chosen")
    assert sum(tried.values()) >= CASES, tried
    assert answered[2] >= CASES / 10, "most of them were about nothing that is there"
