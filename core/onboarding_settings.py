"""The settings of setting up workspaces: their steps, invitations, and the welcome of newcomers."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


class OnboardingSettings(BaseSettings):
    """Part of `Settings`."""

    # Setting up a workspace.
    onboarding_step_seconds: Seconds = Field(60, description="seconds one try of a step may take")
    onboarding_keep_trying: Seconds = Field(
        900, description="seconds for which a step is tried again before it waits for somebody to look"
    )
    onboarding_waits_days: Count = Field(
        7,
        description="days for which a workspace that cannot be set up waits for somebody, before it is undone",
    )
    onboarding_report_after: Seconds = Field(
        900,
        description="seconds after which its owner is told how it went, even if invitations are still queued",
    )
    onboardings_at_once: Count = Field(5, description="workspaces one person may be setting up at once")
    onboardings_kept_days: Count = Field(
        90, description="days for which it is on record how a workspace was set up"
    )
    onboarding_sweep_interval: Seconds = Field(
        30, description="seconds between looks for workspaces, invitations and welcomes left behind"
    )
    onboarding_orphan_seconds: Count = Field(
        60, description="seconds without progress after which the sweep sees to one of them"
    )

    # Invitations.
    invite_days: Count = Field(14, description="days an invitation can be used, unless its maker says fewer")
    invite_days_max: Count = Field(90, description="most days anybody may let an invitation be used")
    invite_uses_max: Count = Field(100_000, description="most people that one link may let in")
    invite_domains_max: Count = Field(50, description="e-mail domains that one link may be limited to")
    invitations_at_once: Count = Field(
        1000, description="e-mail addresses that one request may invite; further ones are refused by name"
    )
    invitations_open: Count = Field(
        5000,
        description="invitations by e-mail that one workspace may have open; further ones are refused by name",
    )
    invitations_per_minute: Annotated[float, Field(gt=0, le=60_000)] = Field(
        120, description="invitations of one workspace that are mailed a minute"
    )
    invitations_idle: Seconds = Field(
        10, description="seconds without an invitation after which the pacing workflow of a workspace ends"
    )
    invitation_reminders: bool = Field(
        True,
        description="people who did not accept an invitation are reminded once, when half its time is over",
    )
    invitations_kept_days: Count = Field(
        365, description="days for which it is on record what became of an invitation"
    )

    # The welcome.
    welcome_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        9, description="hour of a newcomer's morning at which they are reminded of first steps"
    )
    welcome_kept_days: Count = Field(90, description="days for which a newcomer's first steps are on record")
