"""`Idempotency-Key`: a creating request sent again gets the first answer, and creates nothing twice."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import msgspec
from sanic import HTTPResponse

from parlour.api.routing import Answer, Call
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError

KEPT = timedelta(days=1)
UNDER_WAY = timedelta(minutes=1)
STREAM_UNDER_WAY = timedelta(minutes=5)
KEY_MAX_LENGTH = 255


async def once(call: Call, key: str, respond: Callable[[Call, Answer], HTTPResponse]) -> HTTPResponse:
    """Answer a request that carries a key; of one whose body is streamed, bodies are not compared.

    Raises:
        InvalidError: the key is too long, or was used for another request.
        ConflictError: `in_progress`, the first request is still under way.
    """
    if len(key) > KEY_MAX_LENGTH:
        raise InvalidError.field("Idempotency-Key", f"A key has at most {KEY_MAX_LENGTH} characters.")
    kept_key = _digest(call.user_id, call.request.method, call.request.path, key)
    fingerprint = hashlib.sha256(call.request.body).hexdigest()
    keys = call.house.idempotency
    at_most = STREAM_UNDER_WAY if call.route.streamed else UNDER_WAY
    kept = await keys.begin(kept_key, fingerprint, expires_at=now() + at_most)
    if kept is None:
        return await _first(call, kept_key, respond)
    if kept.fingerprint != fingerprint:
        raise InvalidError.field("Idempotency-Key", "This key was used for another request.", "key_reused")
    if not kept.status:
        raise ConflictError(
            "in_progress", "The first request with this key is still under way.", retry_after=1
        )
    response = respond(call, Answer(kept.status, msgspec.Raw(kept.body) if kept.body else None))
    response.headers["Idempotent-Replay"] = "true"
    return response


async def _first(call: Call, key: str, respond: Callable[[Call, Answer], HTTPResponse]) -> HTTPResponse:
    try:
        response = respond(call, await call.route.handler(call))
    except BaseException:
        await call.house.idempotency.forget(key)
        raise
    await call.house.idempotency.finish(
        key, status=response.status, body=response.body or b"", expires_at=now() + KEPT
    )
    return response


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
