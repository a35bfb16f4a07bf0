"""The settings of webhooks and of what else calls integrators' addresses."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


def _ranges(given: str) -> str:
    for one in parts(given):
        ip_network(one)
    return given


def _ports(given: str) -> str:
    if not all(one.isdecimal() and 0 < int(one) < 65_536 for one in parts(given)):
        raise ValueError("ports are numbers from 1 to 65535, separated by commas")
    return given


def parts(given: str) -> list[str]:
    """Return what a setting lists, separated by commas."""
    return [one.strip() for one in given.split(",") if one.strip()]


class WebhookSettings(BaseSettings):
    """Part of `Settings`."""

    # Where integrators may be called.
    webhook_allowed_ranges: Annotated[str, AfterValidator(_ranges)] = Field(
        "",
        description="addresses of your own network that webhooks and slash commands may call, as ranges separated by "
        "commas (10.1.0.0/16, fd12::/48), there also by http and at any port; empty: public addresses alone",
    )
    webhook_ports: Annotated[str, AfterValidator(_ports)] = Field(
        "80, 443, 8080, 8443", description="ports of public addresses that may be called, separated by commas"
    )
    webhook_plain_http: bool = Field(
        False,
        description="public addresses may be called by http too, where everyone on the way can read along",
    )
    webhook_timeout: Seconds = Field(10, description="seconds a called address may take to answer")
    webhook_connections: Count = Field(100, description="calls that one process has under way at once")
    webhook_answer_max_bytes: Count = Field(
        16_384, description="bytes that are read of the answer to a webhook; the rest is not looked at"
    )
    webhook_url_max_length: Count = Field(2000, description="longest address that is called, in characters")

    # Incoming webhooks.
    incoming_hooks_per_workspace: Count = Field(500, description="incoming webhooks in one workspace")
    incoming_max_bytes: Count = Field(200_000, description="largest payload of an incoming webhook in bytes")
    incoming_per_minute: Count = Field(120, description="messages one incoming webhook may send a minute")
    incoming_cards_max: Count = Field(20, description="cards of one message; what is beyond is left out")
    incoming_parts_max: Count = Field(100, description="parts of all cards of one message together")
    incoming_fields_max: Count = Field(100, description="facts in all cards of one message together")
    incoming_words_max: Count = Field(
        16_000, description="characters of all cards of one message together; what is beyond is cut"
    )

    # Outgoing webhooks.
    webhooks_per_workspace: Count = Field(100, description="outgoing webhooks in one workspace")
    webhook_keywords: Count = Field(50, description="keywords of one outgoing webhook")
    webhook_channels: Count = Field(200, description="channels that one outgoing webhook may name")
    webhook_retry_first: Seconds = Field(
        5, description="seconds after a failed attempt until the next; doubled each time"
    )
    webhook_retry_longest: Seconds = Field(3600, description="longest pause between two attempts in seconds")
    webhook_retry_for: Seconds = Field(
        86_400,
        description="seconds for which an event is tried again; then it is given up, and may be redriven",
    )
    webhook_quiet_after: Count = Field(
        3,
        description="failures in a row after which a webhook is left alone for a while, all its events waiting",
    )
    webhook_disable_after: Seconds = Field(
        172_800, description="seconds of nothing but failures after which a webhook is disabled"
    )
    webhook_secret_overlap: Seconds = Field(
        86_400, description="seconds for which the secret before signs as well after another was made"
    )
    webhook_batch: Count = Field(
        50, description="events one run of a webhook's worker sends before it reports"
    )
    webhook_log_days: Count = Field(14, description="days for which it is on record what became of an event")
    webhook_log_answer: Count = Field(1000, description="characters of an answer that are kept on record")
    webhook_sweep_interval: Seconds = Field(30, description="seconds between looks for events left behind")
