"""Where a request came from."""

from sanic import Request

from parlour.core.origin import AGENT_MAX_LENGTH


def whence(request: Request) -> tuple[str, str]:
    """Return the network address and the browser or program that a request came from."""
    agent = request.headers.get("user-agent", "")[:AGENT_MAX_LENGTH]
    return request.remote_addr or request.ip, agent
