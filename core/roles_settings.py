"""The settings of roles, guests and the audit."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


class RolesSettings(BaseSettings):
    """Part of `Settings`."""

    # Roles and guests.
    roles_per_workspace: Count = Field(50, description="roles of its own that one workspace may have")
    guest_days_max: Count = Field(730, description="longest stay of a guest with an end date, in days")
    guest_channels_max: Count = Field(50, description="channels that a guest is added to at once")
    guest_warned_days: Count = Field(3, description="days before a guest's end at which they are told of it")

    # The audit.
    audit_retention_min_days: Count = Field(
        30, description="shortest time, in days, that a workspace keeps its audit"
    )
    audit_retention_interval: Seconds = Field(
        86_400, description="seconds between two removals of what audits keep no longer"
    )
    audit_trim_batch: Count = Field(1000, description="entries of an audit that are removed at a time")
    audit_verified_at_once: Count = Field(
        20_000, description="entries of an audit that one request verifies; the answer says where to go on"
    )
    audit_faults_shown: Annotated[int, Field(ge=1, le=1000)] = Field(
        50, description="places that one verification of an audit names where it is not what was written"
    )
