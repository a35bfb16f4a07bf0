"""The settings of the administration of workspaces."""

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Seconds


class ConsoleSettings(BaseSettings):
    """Part of `Settings`."""

    # What those who run a workspace see of the server.
    health_urls: str = Field(
        "",
        description="addresses of all processes, as http://host:port, separated by commas, whose /readyz is shown to "
        "those who run a workspace; empty: those that deploy/up starts",
    )
    health_seconds: Seconds = Field(
        3, description="seconds for which the health of all processes may be reused"
    )
