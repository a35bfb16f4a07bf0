"""What an erasure keeps, and why: said before it begins, and in its report."""

from parlour.core.house import House
from parlour.core.model.erasures import ErasureRecord, Kept


def kept(house: House, record: ErasureRecord) -> list[Kept]:
    """Return what is kept of somebody, and why."""
    days = house.settings.erasure_report_days
    return [
        *_messages(record),
        Kept(
            "What others wrote, also where they wrote your name or called you.",
            "It is theirs.",
        ),
        Kept(
            "Where you were in a conversation, reacted or made a channel, a group or an emoji: by your number "
            "alone.",
            "Conversations have to make sense to those who stay in them.",
        ),
        Kept(
            "The audits of your workspaces: that you did something of consequence, when and from where.",
            "Whoever is responsible for a workspace has to be able to show who did what, also later.",
        ),
        Kept(
            "What you set up for a workspace (approvals, bots, webhooks, slash commands), by your number.",
            "They belong to the workspace, and others rely on them.",
        ),
        Kept(
            "What webhooks told other programs of your messages, until it is kept no longer.",
            "It shows those who run a workspace what left it. What arrived elsewhere is not ours to erase.",
        ),
        Kept(
            "For a day at most: answers of the API to requests made to be done once, and sign-ins that were begun.",
            "A request that is repeated must not be done twice. They go by themselves.",
        ),
        Kept(
            "Invitations to your address of workspaces that you never joined, until they expire.",
            "They are those workspaces’ own.",
        ),
        Kept(
            "In the index of the search: which words and which numbers of people occur in a workspace, without where.",
            "It is shared by all messages, and made anew when the index is rebuilt.",
        ),
        Kept(
            "In Temporal: histories of workflows, with numbers and a few words such as your name.",
            "They show what was promised and kept. They go by themselves when the retention of Temporal's namespace is "
            "over.",
        ),
        Kept(
            "Logs and backups of whoever runs this server.",
            "They are outside of Parlour, and go when its operators let them.",
        ),
        Kept(
            f"This report, for {days} days; it does not say whose it is.",
            "You can look up what was done.",
        ),
    ]


def _messages(record: ErasureRecord) -> list[Kept]:
    where = (
        "in workspaces that keep messages whatever their author wants" if record.messages == "delete" else ""
    )
    return [
        Kept(
            f"Your messages and the files in them {where}".rstrip() + ", under “Deleted person”.",
            "Others answered them, and decided upon them. Whoever runs a workspace may have settled that they stay.",
        )
    ]
