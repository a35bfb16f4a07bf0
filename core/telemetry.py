"""Logs and metrics: structured lines on standard output, Prometheus counters, one correlation id throughout.

A log line's message is a constant event name; its facts are fields. No message text, no tokens.
"""

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

from parlour.core.ids import new_id

log: structlog.stdlib.BoundLogger = structlog.get_logger()

correlation_id: ContextVar[str | None] = ContextVar("correlation_id", default=None)
_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")

COMMIT_SIZE = Histogram(
    "parlour_commit_entries", "Entries in one group commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
COMMIT_SECONDS = Histogram(
    "parlour_commit_seconds",
    "Seconds until a group commit was journaled on a majority",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5),
)
COMMIT_CONFLICTS = Counter("parlour_commit_conflicts_total", "Appends that another writer was ahead of")
ENTRIES_COMMITTED = Counter("parlour_entries_committed_total", "Entries stored in channels' logs")
LIVE_PACKETS = Counter("parlour_live_packets_total", "Packets put into sockets' queues")
LIVE_REPAIRS = Counter("parlour_live_repairs_total", "Times a gateway read the log to fill a hole")
SLOW_SOCKETS = Counter("parlour_slow_sockets_total", "Sockets disconnected because their queue was full")
SOCKETS = Gauge("parlour_sockets", "Connected sockets")
SOCKET_REQUESTS = Counter("parlour_socket_requests_total", "Socket requests", ["event", "outcome"])
SCAN_SECONDS = Histogram(
    "parlour_scan_seconds",
    "Seconds a scan took, with reading from the file store",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20, 60, 120),
)
PREVIEW_SECONDS = Histogram(
    "parlour_preview_seconds",
    "Seconds that making the previews of a file took, with starting their maker",
    ["kind"],
    buckets=(0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60),
)
SECURITY_EVENTS = Counter(
    "parlour_security_events_total",
    "Sign-ins and refusals, as far as they were logged or not",
    ["event", "told"],
)
HTTP_SECONDS = Histogram(
    "parlour_http_seconds", "Seconds an HTTP request took", ["method", "route", "status"]
)
EVENTS_PUBLISHED = Counter("parlour_events_published_total", "Events RabbitMQ confirmed")
EVENTS_RETRIED = Counter(
    "parlour_events_retried_total", "Publications of events that failed and are tried again"
)
EVENTS_DISPATCHED = Counter("parlour_events_dispatched_total", "Events that Temporal has taken over")
ENTRIES_ROUTED = Counter("parlour_entries_routed_total", "Entries that ChannelDelivery has routed")
NOTIFICATIONS = Counter("parlour_notifications_total", "Messages that someone wants to hear of", ["kind"])
ATTEMPTS = Counter("parlour_attempts_total", "Attempts to push or mail", ["world", "answered"])
WEBHOOKS_SENT = Counter("parlour_webhook_attempts_total", "Attempts to tell webhooks of events", ["outcome"])
CHANNELS_SWEPT = Counter("parlour_channels_swept_total", "Channels the sweeper found behind")
MESSAGES_INDEXED = Counter("parlour_messages_indexed_total", "Messages put into the search index")
INDEX_FAILURES = Counter("parlour_index_failures_total", "Times a channel could not be indexed")
CHANNELS_INDEX_SWEPT = Counter(
    "parlour_channels_index_swept_total", "Channels the sweeper found behind in the search index"
)
SEARCH_SECONDS = Histogram(
    "parlour_search_seconds",
    "Seconds a search took",
    ["sort"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5),
)

OUTSIDE_SECONDS = Histogram(
    "parlour_outside_seconds",
    "Seconds an attempt at a world outside took",
    ["world", "answered"],
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)


def correlation(proposed: object) -> str:
    """Return the caller's correlation id when it is one, else a new one."""
    if isinstance(proposed, str) and _CORRELATION.fullmatch(proposed):
        return proposed
    return new_id()


def set_up_logs(role: str, level: str) -> None:
    """Make this process log JSON lines, also for the libraries that use the standard module."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(role=role)
    renderer = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(),
        foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(renderer)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _add_correlation(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    current = correlation_id.get()
    if current is not None:
        event.setdefault("correlation_id", current)
    return event
