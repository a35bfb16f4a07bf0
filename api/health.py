"""Alive, ready, metrics and the OpenAPI document. Open to whoever reaches the port; the front door hides metrics."""

from msgspec import Struct, json
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import HTTPResponse, Request

from parlour.api.routing import Answer, Call, Routes
from parlour.api.serving import JSON, App
from parlour.core.health import Health, Readiness

routes = Routes("Health")


class Alive(Struct, frozen=True):
    """The process answers."""

    status: str


@routes.add("GET", "/healthz", who="anyone", summary="Is the process alive", answers={200: Alive})
async def healthz(_call: Call) -> Answer:
    """Answer while the process lives."""
    return Answer(200, Alive("alive"))


@routes.add(
    "GET",
    "/readyz",
    who="anyone",
    summary="Can it serve, and what does each server behind it say",
    answers={200: Readiness},
)
async def readyz(call: Call) -> Answer:
    """Probe every dependency; 503 while a required one is missing."""
    health: Health = call.request.app.ctx.health
    found = await health.readiness()
    return Answer(200 if found.ready else 503, found)


def add_documents(app: App, openapi: object) -> None:
    """Serve the metrics and the OpenAPI document."""
    encoded = json.encode(openapi)

    async def metrics(_request: Request) -> HTTPResponse:
        return HTTPResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    async def openapi_json(_request: Request) -> HTTPResponse:
        return HTTPResponse(encoded, content_type=JSON)

    app.add_route(metrics, "/metrics", name="metrics")
    app.add_route(openapi_json, "/openapi.json", name="openapi")
