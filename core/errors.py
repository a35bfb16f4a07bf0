"""Parlour's few error types. Each knows its stable code, its HTTP status and a sentence for people.

Edges translate them once: problem+json over HTTP (RFC 9457), `{ok: false, error}` over Socket.IO.
"""


class ParlourError(Exception):
    """The root of every expected failure."""

    status: int = 500
    title: str = "Something went wrong"

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after


class InvalidError(ParlourError):
    """What was sent cannot be taken; `errors` names each field that is wrong."""

    status = 422
    title = "Invalid input"

    @classmethod
    def field(cls, name: str, detail: str, code: str = "invalid") -> "InvalidError":
        """Return the error of one field."""
        return cls(code, detail, errors=[{"field": name, "detail": detail}])


class UnauthenticatedError(ParlourError):
    """Nobody, or nobody any more, is signed in."""

    status = 401
    title = "Sign in first"


class ForbiddenError(ParlourError):
    """The caller sees the thing but may not do this to it; `right` is what they lack, where it is one."""

    status = 403
    title = "Not allowed"
    right: str | None = None


class NotFoundError(ParlourError):
    """The thing is not there, or the caller may not know that it is: the same answer."""

    status = 404
    title = "Not found"

    @classmethod
    def of(cls, what: str) -> "NotFoundError":
        """Return the error for a missing `what`."""
        return cls("not_found", f"There is no such {what}, or you have no access to it.")


class ConflictError(ParlourError):
    """The request clashes with what is already there."""

    status = 409
    title = "Conflict"


class GoneError(ParlourError):
    """The thing was there, and will not be again."""

    status = 410
    title = "Gone"


class LockedError(ParlourError):
    """Another request is at it; `retry_after` is in seconds."""

    status = 423
    title = "Locked"


class TooLargeError(ParlourError):
    """More bytes than a setting allows."""

    status = 413
    title = "Too large"


class TooManyError(ParlourError):
    """Faster or more often than a setting allows; `retry_after` is in seconds."""

    status = 429
    title = "Too many requests"


class UnavailableError(ParlourError):
    """A server Parlour needs for this does not answer. Nothing was promised; try again."""

    status = 503
    title = "Temporarily unavailable"

    @classmethod
    def of(cls, server: str) -> "UnavailableError":
        """Return the error for a `server` that does not answer."""
        return cls(
            "unavailable", f"{server} does not answer right now. Nothing was lost; try again.", retry_after=2
        )
