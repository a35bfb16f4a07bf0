"""The settings of integrations: tokens, bots, buttons, approvals and slash commands."""

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds


class IntegrationSettings(BaseSettings):
    """Part of `Settings`."""

    # Tokens and bots.
    token_days_max: Count = Field(365, description="days after which a person's token ends at the latest")
    tokens_per_person: Count = Field(50, description="tokens one person may have at a time")
    bots_per_workspace: Count = Field(100, description="bots in one workspace, deactivated ones not counted")
    token_sends_per_second: Count = Field(
        20,
        description="messages a connection by token may send a second, lastingly; five times as many at once",
    )

    # Buttons.
    message_actions_max: Count = Field(10, description="buttons at one message")
    action_label_max_length: Count = Field(40, description="longest label of a button in characters")
    action_confirm_max_length: Count = Field(
        200, description="longest question that is asked before a button acts, in characters"
    )

    # Approvals.
    approvers_max: Count = Field(50, description="people and groups that one approval may be asked of")
    approvals_per_person: Count = Field(100, description="open approvals one person may have asked for")
    approval_within: Count = Field(259_200, description="seconds an approval waits unless its asker chose")
    approval_within_max: Count = Field(7_776_000, description="most seconds an approval may wait")
    approval_step_min: Count = Field(
        60, description="fewest seconds to a deadline or an escalation, and between reminders"
    )
    approval_comment_max_length: Count = Field(
        300, description="longest comment with an answer to an approval, in characters"
    )

    # Slash commands.
    slash_commands_per_workspace: Count = Field(100, description="slash commands of a workspace's own")
    slash_timeout: Seconds = Field(5, description="seconds that a slash command's address may take to answer")
    slash_usage_max_length: Count = Field(
        100, description="longest hint and help of a slash command in characters"
    )
    slash_response_minutes: Count = Field(
        30, description="minutes for which a slash command may be answered later, by its response_url"
    )
    slash_response_uses: Count = Field(5, description="answers that one response_url takes")
