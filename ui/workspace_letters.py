"""Letters about a workspace: who is invited, and what members have to know."""

from collections.abc import Callable, Mapping

from parlour.core.model.mails import MailKind
from parlour.ui.said import Said, Words


def _invitation(words: Words) -> Said:
    """Words: `inviter`, `workspace`, `link`, `lasts`."""
    return Said(
        subject=f"{words['inviter']} invites you to {words['workspace']}",
        headline=f"Join {words['workspace']}",
        before=[
            f"{words['inviter']} invites you to talk and work together in {words['workspace']}, on Parlour."
        ],
        button=f"Join {words['workspace']}",
        link=words["link"],
        after=[f"The invitation is for you, and holds for {words['lasts']}."],
        reason=f"{words['inviter']} gave your address. If you do not know them, ignore this mail",
    )


def _invitation_reminder(words: Words) -> Said:
    """Words: as of an invitation."""
    first = _invitation(words)
    return Said(
        subject=f"{words['workspace']} still waits for you",
        headline=first.headline,
        before=[
            f"{words['inviter']} invited you to {words['workspace']}, on Parlour, and still hopes that you come."
        ],
        button=first.button,
        link=first.link,
        after=[f"The invitation holds for another {words['lasts']}. This is the only reminder."],
        reason=first.reason,
    )


def _webhook_disabled(words: Words) -> Said:
    """Words: `webhook`, `why`, `link`."""
    return Said(
        subject=f"The webhook “{words['webhook']}” was disabled",
        headline="A webhook was disabled",
        before=[
            f"Your webhook “{words['webhook']}” is told of nothing any more. {words['why']}",
            "What could not be delivered is kept for some days: once its receiver is back, enable it, and send that "
            "again.",
        ],
        button="Open the webhooks",
        link=words["link"],
        reason="you made this webhook",
    )


def _guest_ending(words: Words) -> Said:
    """Words: `workspace`, `link`, `ends`."""
    return Said(
        subject=f"Your time in {words['workspace']} ends soon",
        headline=f"Your time in {words['workspace']} ends soon",
        before=[
            f"You are a guest of {words['workspace']}, on Parlour, until {words['ends']}. After that you see its "
            "channels no more. Whoever invited you, or an admin there, can prolong it."
        ],
        button=f"Open {words['workspace']}",
        link=words["link"],
        reason=f"you are a guest of {words['workspace']}",
    )


def _second_factor_demanded(words: Words) -> Said:
    """Words: `workspace`, `by`, `link`."""
    return Said(
        subject=f"{words['workspace']} asks you to set up a second step at sign-in",
        headline="Set up a second step",
        before=[
            f"{words['workspace']} demands a second step of everybody who signs in with a password: an authenticator "
            f"app or a passkey. You have none yet. From {words['by']} on you get into {words['workspace']} again only "
            "when you have."
        ],
        button="Set it up",
        link=words["link"],
        after=["It takes two minutes. Whoever learns your password then still does not get in."],
        reason=f"you are a member of {words['workspace']}",
    )


def _second_factor_aside(words: Words) -> Said:
    """Words: `workspace`, `by`, `link`."""
    return Said(
        subject=f"{words['workspace']} waits for your second step at sign-in",
        headline=f"{words['workspace']} waits for you",
        before=[
            f"{words['workspace']} demands a second step at sign-in, and you had until {words['by']} to set one up. "
            "Until you have one you are out of its channels, and nothing of them is sent to you. As soon as you do you "
            "are back in all of them; nothing is lost."
        ],
        button="Set it up",
        link=words["link"],
        reason=f"you are a member of {words['workspace']}",
    )


SAID: Mapping[MailKind, Callable[[Words], Said]] = {
    "invitation": _invitation,
    "invitation_reminder": _invitation_reminder,
    "webhook_disabled": _webhook_disabled,
    "guest_ending": _guest_ending,
    "second_factor_demanded": _second_factor_demanded,
    "second_factor_aside": _second_factor_aside,
}
"""What each kind of letter says."""
