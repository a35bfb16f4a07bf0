"""The one translation of whatever went wrong into an error that people and programs can read."""

import msgspec

from parlour.core.errors import InvalidError, ParlourError, UnavailableError
from parlour.core.store.mongo import UNAVAILABLE
from parlour.core.telemetry import log


def translate(error: BaseException) -> ParlourError:
    """Return `error` as a Parlour error; an unexpected one is logged with its traceback and told as `internal`."""
    if isinstance(error, ParlourError):
        return error
    if isinstance(error, UNAVAILABLE) or getattr(error, "timeout", False):
        log.warning("mongodb.unavailable", error=type(error).__name__)
        return UnavailableError.of("MongoDB")
    if isinstance(error, msgspec.ValidationError):
        return InvalidError("invalid", _sentence(str(error)), errors=[_field(str(error))])
    if isinstance(error, msgspec.DecodeError):
        return InvalidError("malformed", "The body is not valid JSON.")
    log.error("unexpected", exc_info=error)
    return ParlourError("internal", "Something went wrong on our side. It has been logged.")


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _field(text: str) -> dict[str, str]:
    """Split msgspec's "Expected `str`, got `int` - at `$.name`" into field and detail."""
    detail, _, where = text.partition(" - at ")
    return {
        "field": where.strip("`").removeprefix("$").removeprefix(".") or "body",
        "detail": _sentence(detail),
    }
