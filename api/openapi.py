"""The OpenAPI 3.1 document, made of the declared routes and the types they take and answer."""

import re
from collections.abc import Sequence
from types import UnionType
from typing import Any, get_args

import msgspec

from parlour.api.protection import COOKIE_PATH
from parlour.api.routing import Route, Streamed
from parlour.api.serving import PROBLEM, Problem

JsonObject = dict[str, Any]
REF = "#/components/schemas/{name}"
WORDS = {
    200: "Done",
    201: "Made",
    202: "Begun",
    204: "Done; nothing to say",
    206: "The part that was asked for",
    303: "Go on there",
    304: "Not changed since then",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there, or not yours to see",
    400: "Not as the protocol has it",
    408: "The body stalled",
    409: "Conflict",
    410: "Gone",
    412: "Another version of the protocol",
    413: "Too large",
    415: "Another media type is wanted",
    416: "Nothing is in that range",
    422: "Cannot be taken",
    423: "Another request is at it",
    429: "Too many requests",
    460: "Checksum mismatch",
    500: "Something went wrong",
    503: "A server behind does not answer; nothing was promised",
}


def document(routes: Sequence[Route], *, address: str, version: str) -> JsonObject:
    """Return the document of `routes` as served at `address`."""
    schema_of, components = _schemas(routes)
    paths: JsonObject = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Parlour",
            "version": version,
            "description": "Team chat in which every promise is a workflow. Times are UTC (RFC 3339); "
            "errors are problem+json with a stable `code`.",
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
    }


def _schemas(routes: Sequence[Route]) -> tuple[dict[int, JsonObject], JsonObject]:
    """Return the schema of each type by the type's identity, and the named components they refer to."""
    types: list[Any] = [Problem]
    for route in routes:
        answers = [t for answer in route.answers.values() for t in _choices(answer)]
        types += [t for t in (route.body, *answers) if t not in (None, Streamed)]
    unique = list({id(t): t for t in types}.values())
    schemas, components = msgspec.json.schema_components(unique, ref_template=REF)
    return {id(t): schema for t, schema in zip(unique, schemas, strict=True)}, components


def _operation(route: Route, schema_of: dict[int, JsonObject]) -> JsonObject:
    operation: JsonObject = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "description": route.handler.__doc__ or "",
        "tags": [route.tag],
        "security": [{"bearer": []}] if route.who == "signed in" else [],
        **_guarded(route),
        "responses": _responses(route, schema_of),
    }
    if parameters := [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)]:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {"application/json": {"schema": schema_of[id(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.takes:
        operation["requestBody"] = {"content": {route.takes: {"schema": _streamed(route.takes)}}}
    return operation


def _guarded(route: Route) -> JsonObject:
    """Return, as extensions, the right that a route needs, the one for what is not one's own, and a token's scope."""
    told = {"x-needs": route.needs, "x-needs-for-others": route.others, "x-scope": route.scope}
    return {name: value for name, value in told.items() if value}


def _streamed(media_type: str) -> JsonObject:
    data = {"type": "string", "format": "binary"}
    if media_type != "multipart/form-data":
        return data
    return {"type": "object", "required": ["file"], "properties": {"file": data}}


def _responses(route: Route, schema_of: dict[int, JsonObject]) -> JsonObject:
    responses: JsonObject = {}
    for status, model in route.answers.items():
        responses[str(status)] = {"description": WORDS[status]}
        if model is not None:
            responses[str(status)]["content"] = _content(model, schema_of)
    failures = {
        *route.errors,
        500,
        503,
        *([401] if route.who == "signed in" else []),
        *([413, 422] if route.body else []),
        *([422] if route.query else []),
        *([403, 415] if route.method != "GET" and route.path.startswith(COOKIE_PATH) else []),
    }
    for status in sorted(failures):
        content = {PROBLEM: {"schema": schema_of[id(Problem)]}}
        responses[str(status)] = {"description": WORDS[status], "content": content}
    return responses


def _content(model: Any, schema_of: dict[int, JsonObject]) -> JsonObject:
    if model is Streamed:
        return {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    kind = {bytes: "image/*", str: "text/plain"}.get(model, "application/json")
    schemas = [schema_of[id(choice)] for choice in _choices(model)]
    return {kind: {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}}


def _choices(model: Any) -> tuple[Any, ...]:
    """Return the types of which an answer's body is one."""
    return get_args(model) if isinstance(model, UnionType) else (model,)


def _path_parameters(route: Route) -> list[JsonObject]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route) -> list[JsonObject]:
    if route.query is None:
        return []
    schema = msgspec.json.schema(route.query)["$defs"][route.query.__name__]
    return [
        {"name": name, "in": "query", "required": False, "schema": field}
        for name, field in schema["properties"].items()
    ]


def _header_parameters(route: Route) -> list[JsonObject]:
    if not route.repeatable:
        return []
    description = "Sent again with the same key, the first answer is returned and nothing is made twice."
    schema = {"type": "string", "maxLength": 255}
    return [{"name": "Idempotency-Key", "in": "header", "schema": schema, "description": description}]
