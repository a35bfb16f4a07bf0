"""The settings of workflow runs: what people start by API, and what those who run a workspace see of all workflows."""

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


class RunSettings(BaseSettings):
    """Part of `Settings`."""

    # Workflow runs.
    runs_open_per_person: Count = Field(
        200, description="workflow runs of one person in a workspace that may be open"
    )
    run_kept_days: Count = Field(90, description="days for which a workflow run that is over is on record")
    run_wait_max: Count = Field(60, description="seconds a request may wait for a change of a workflow run")
    run_waiters: Count = Field(
        500,
        description="requests of one API process that may wait at once; further ones are answered at once",
    )
    run_look_interval: Seconds = Field(
        0.5, description="seconds between looks at a workflow run that a request waits for"
    )
    run_sweep_interval: Seconds = Field(
        15, description="seconds between looks for workflow runs that were left behind"
    )
    run_sweep_batch: Count = Field(500, description="workflow runs of a kind that each look goes through")

    follows_per_connection: Count = Field(
        50, description="runs and workspaces whose workflows one connection may follow at once"
    )

    # Announcements.
    announce_channels_max: Count = Field(500, description="channels of one announcement")
    announce_per_minute: Count = Field(600, description="channels that one announcement reaches in a minute")

    # Exports.
    export_page: Count = Field(
        1000, description="entries of a channel that an export reads, and keeps as one part, at a time"
    )
    export_kept_hours: Count = Field(168, description="hours for which an export can be loaded")
    export_link_seconds: Count = Field(
        3600, description="seconds for which a link to an export holds, for its reader alone"
    )
    exports_open_per_person: Count = Field(2, description="exports one person may have under way")

    # Workflows, as those see them who run a workspace.
    workflow_stuck_attempts: Count = Field(
        3, description="attempts in vain at one step from which on a workflow counts as stuck"
    )
    workflow_events_max: Count = Field(
        200, description="events of a workflow's history that are read to tell what happened"
    )
    workflow_people_max: Count = Field(
        500, description="members of a workspace whose notifications' workflows are counted and listed"
    )
    workflow_timeout: Seconds = Field(3, description="seconds Temporal may take to tell of a workflow")
