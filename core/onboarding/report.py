"""The report to a workspace's owner: what of setting it up worked, and what did not."""

from collections.abc import Mapping

from parlour.core.house import House
from parlour.core.model.onboarding import InvitationState, OnboardingRecord
from parlour.core.onboarding.bot import conversation, say
from parlour.core.onboarding.templates import templates

NAMES_SHOWN = 20
MAILED: tuple[InvitationState, ...] = ("sent", "resent", "opened", "accepted")


async def report(house: House, record: OnboardingRecord) -> None:
    """Have the bot tell the owner how it went; again says nothing."""
    channel_id = await conversation(house, record.id, record.bot_id, record.owner_id)
    counts = await house.invitations.counts(record.id)
    await say(house, record.bot_id, channel_id, in_words(record, counts), once="onboard-report")


def in_words(record: OnboardingRecord, counts: Mapping[InvitationState, int]) -> str:
    """Return the report as text."""
    channels = ", ".join(f"#{plan.name}" for plan in templates()[record.template].channels)
    lines = [f"**{record.name}** is set up.", f"- Channels: {channels}"]
    if record.invitations:
        lines.append(f"- Invitations: {_invitations(counts)}")
        lines += [f"- Not invited: {each.email}: {each.detail}" for each in record.refused[:NAMES_SHOWN]]
        if len(record.refused) > NAMES_SHOWN:
            lines.append(f"- and {len(record.refused) - NAMES_SHOWN} more were not invited")
    if counts.get("bounced"):
        lines.append(
            "- Those that came back are listed under **Administration → Invitations**, with the reason."
        )
    return "\n".join(lines)


def _invitations(counts: Mapping[InvitationState, int]) -> str:
    mailed = sum(counts.get(state, 0) for state in MAILED)
    told = [f"{mailed} mailed"]
    told += [f"{counts['accepted']} of them accepted"] if counts.get("accepted") else []
    told += [f"{counts['bounced']} came back"] if counts.get("bounced") else []
    told += [f"{counts['queued']} still on their way"] if counts.get("queued") else []
    return ", ".join(told)
