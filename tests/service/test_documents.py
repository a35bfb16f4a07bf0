"""The OpenAPI document is valid and true; health and errors have their promised shape."""

import re

import aiohttp
from openapi_spec_validator import OpenAPIV31SpecValidator

from parlour.api.main import all_routes
from parlour.core.settings import Settings
from tests.person import Person


async def test_the_openapi_document_is_valid_and_names_every_route(ada: Person) -> None:
    document = await ada.get("/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    documented = {(m.upper(), path) for path, item in document["paths"].items() for m in item}
    assert documented == {(route.method, route.path) for route in all_routes()}


async def test_answers_have_the_documented_fields(ada: Person) -> None:
    document = await ada.get("/openapi.json")
    channel = await ada.general()
    message = await ada.send(channel, "hello")
    samples = {
        "Channel": await ada.get(f"/api/v1/channels/{channel}"),
        "Entry": message,
        "Workspace": ada.workspace,
        "Delivery": await ada.get(f"/api/v1/messages/{message['id']}/delivery"),
        "Me": await ada.get("/api/v1/me"),
    }
    for name, sample in samples.items():
        schema = document["components"]["schemas"][name]
        assert set(schema["required"]) <= set(sample) <= set(schema["properties"]), name


async def test_errors_are_problem_json_with_a_stable_code(ada: Person, stack_settings: Settings) -> None:
    tries = [
        (await ada.ask("GET", "/api/v1/nothing"), 404, "not_found"),
        (await ada.ask("PUT", "/api/v1/me"), 405, "method_not_allowed"),
        (await ada.ask("GET", f"/api/v1/workspaces/{ada.workspace['id']}/channels?limit=0"), 422, "invalid"),
        (await ada.ask("GET", f"/api/v1/workspaces/{ada.workspace['id']}/channels?limit=x"), 422, "invalid"),
        (await ada.ask("POST", "/api/v1/workspaces", {"name": 5}), 422, "invalid"),
    ]
    for answer, status, code in tries:
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "code", "detail"} <= set(answer.body)
        assert answer.code == code
        assert answer.body["status"] == status


async def test_bodies_that_are_not_json_or_too_large_are_refused(
    ada: Person, stack_settings: Settings
) -> None:
    headers = {"Authorization": f"Bearer {ada.token}"}
    api = f"http://{stack_settings.host}:{stack_settings.api_port}/api/v1/workspaces"
    async with aiohttp.ClientSession(headers=headers) as http:
        for body, status, code in (
            (b"{nonsense", 422, "malformed"),
            (b"\xff\xfe", 422, "malformed"),
            (b"x" * (stack_settings.request_max_bytes + 1), 413, "too_large"),
        ):
            async with http.post(api, data=body) as response:
                assert response.status == status
                assert (await response.json())["code"] == code


async def test_readiness_names_every_dependency_of_every_role(stack_settings: Settings, ada: Person) -> None:
    roles = {
        "api": (stack_settings.api_port, {"mongodb", "redis", "rabbitmq", "s3", "clamav"}),
        "socket": (stack_settings.socket_port, {"mongodb", "redis", "rabbitmq", "s3", "clamav"}),
        "worker": (stack_settings.worker_port, {"mongodb", "redis", "rabbitmq", "s3", "clamav", "temporal"}),
    }
    for role, (port, names) in roles.items():
        ready = await ada.get(f"http://{stack_settings.host}:{port}/readyz")
        assert (ready["role"], ready["status"]) == (role, "ready")
        assert set(ready["dependencies"]) == names
        for dependency in ready["dependencies"].values():
            assert dependency["state"] == "up"
            assert dependency["ms"] >= 0


async def test_every_role_has_metrics_and_the_front_door_hides_them(
    stack_settings: Settings, ada: Person
) -> None:
    await ada.send(await ada.general(), "counted")
    for port in (stack_settings.api_port, stack_settings.socket_port, stack_settings.worker_port):
        metrics = await ada.get(f"http://{stack_settings.host}:{port}/metrics")
        assert "parlour_commit_entries_count" in metrics
    assert (await ada.ask("GET", "/metrics")).status == 404


async def test_a_correlation_id_is_taken_from_the_caller_or_made(ada: Person) -> None:
    given = await ada.ask("GET", "/api/v1/me", X_Request_Id="my-request-1")
    assert given.headers["X-Request-Id"] == "my-request-1"
    for bad in ("has spaces", "x" * 100):
        made = await ada.ask("GET", "/api/v1/me", X_Request_Id=bad)
        assert re.fullmatch(r"[A-Za-z0-9._:-]{8,64}", made.headers["X-Request-Id"])
