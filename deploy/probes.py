"""Is a server serving? Each question is asked in the server's own protocol, once, and quickly.

A probe returns None for yes, otherwise what is still missing.
"""

import http.client
import json
import socket
from typing import Any

TIMEOUT_S = 3.0


def redis_answers(port: int) -> str | None:
    """Ask Redis for a PONG."""
    return _exchange(port, request=b"PING\r\n", expected=b"+PONG", what="its PONG")


def amqp_answers(port: int) -> str | None:
    """Greet as AMQP 0-9-1 asks; a broker that takes clients begins a method frame of channel 0."""
    return _exchange(port, request=b"AMQP\x00\x00\x09\x01", expected=b"\x01\x00\x00", what="its greeting")


def smtp_answers(port: int) -> str | None:
    """Wait for the greeting of a mail server."""
    return _exchange(port, request=b"", expected=b"220 ", what="its greeting")


def clamd_answers(port: int) -> str | None:
    """Ask ClamAV for a PONG."""
    return _exchange(port, request=b"zPING\0", expected=b"PONG", what="its PONG")


def http_answers(host: str, port: int, path: str) -> str | None:
    """Ask for a page and expect 200; a role that waits says for what."""
    try:
        status, body = fetch(host, port, path)
    except OSError as error:
        return f"an answer ({_reason(error)})"
    if status == http.client.OK:
        return None
    return missing_dependencies(body) or f"a good answer (HTTP {status})"


def fetch(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Return status and body of a page.

    Raises:
        OSError: when there is no answer, or none in HTTP.
    """
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise ConnectionError(f"no answer in HTTP: {_reason(error)}") from error
    finally:
        connection.close()


def dependencies(body: bytes) -> dict[str, dict[str, Any]]:
    """Return what a `/readyz` answer says of each server, nothing when it is no such answer."""
    try:
        found = json.loads(body)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def missing_dependencies(body: bytes) -> str:
    """Name the required servers that a `/readyz` answer calls down."""
    states = dependencies(body).items()
    return ", ".join(name for name, state in states if state["required"] and state["state"] != "up")


def _exchange(port: int, *, request: bytes, expected: bytes, what: str) -> str | None:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
            connection.sendall(request)
            answer = connection.recv(64)
    except OSError as error:
        return f"{what} ({_reason(error)})"
    return None if answer.startswith(expected) else what


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
