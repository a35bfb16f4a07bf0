"""Letters about somebody's own account, from signing up to its end.

What goes to an address that nobody has confirmed yet holds nothing that whoever gave it wrote, their name neither: it
would be a way to send anything to anybody.
"""

from collections.abc import Callable, Mapping

from parlour.core.model.mails import MailKind
from parlour.ui.said import Said, Words


def _sign_up(words: Words) -> Said:
    """Words: `link`, `code`, `lasts`."""
    return Said(
        subject=f"{words['code']} is your code to finish signing up",
        headline="Finish signing up",
        before=["Confirm that this address is yours, and your account is made."],
        button="Confirm this address",
        link=words["link"],
        code=words["code"],
        after=[
            f"The link and the code work once, for {words['lasts']}. On another device than the one you signed up "
            "with, you are asked for the password you chose."
        ],
        reason="someone signed up with this address. If that was not you, ignore this mail: without it nothing happens",
    )


def _account_exists(words: Words) -> Said:
    """Words: `link` (to sign in), `reset` (where to ask for a new password)."""
    return Said(
        subject="You already have an account",
        headline="You already have an account",
        before=["Someone signed up with this address, for which there is an account already. Just sign in."],
        button="Sign in",
        link=words["link"],
        after=["If you do not know your password any more, choose a new one:"],
        other=words["reset"],
        reason="someone signed up with this address. If that was not you, ignore this mail: nothing was changed",
    )


def _verify_email(words: Words) -> Said:
    """Words: `link`, `lasts`."""
    return Said(
        subject="Confirm your e-mail address",
        headline="Is this your address?",
        before=["Confirm that this address is yours, so that you can always get back into your account."],
        button="Confirm this address",
        link=words["link"],
        after=[f"The link works for {words['lasts']}."],
        reason="an account was made with this address. If that was not you, ignore this mail",
    )


def _reset_password(words: Words) -> Said:
    """Words: `link`, `lasts`, `origin` (from where it was asked for)."""
    return Said(
        subject="Choose a new password",
        headline="Choose a new password",
        before=[f"Someone asked for a new password for your account, from {words['origin']}."],
        button="Choose a new password",
        link=words["link"],
        after=[
            f"The link works once, for {words['lasts']}. With a new password every session and every token of your "
            "account ends."
        ],
        reason="a new password was asked for. If not by you, ignore this mail: your password stays as it is",
    )


def _password_changed(words: Words) -> Said:
    """Words: `how`, `origin`, `link` (where to ask for a new password)."""
    return Said(
        subject="Your password was changed",
        headline="Your password was changed",
        before=[f"Your account has another password: {words['how']}, from {words['origin']}."],
        button="This was not me",
        link=words["link"],
        after=[
            "If that was you, there is nothing to do. If not, choose a new password at once: it ends every session."
        ],
        reason="the password of your account was changed",
    )


def _sign_in_changed(words: Words) -> Said:
    """Words: `how`, `origin`, `link` (where to ask for a new password)."""
    return Said(
        subject="How you sign in was changed",
        headline="Was this you?",
        before=[f"Somebody who signed in to your account {words['how']}, from {words['origin']}."],
        button="This was not me",
        link=words["link"],
        after=[
            "If that was you, there is nothing to do. If not, choose a new password at once, which ends every session, "
            "and look at what else signs you in."
        ],
        reason="what guards your sign-in was changed or used",
    )


def _unknown_browser(words: Words) -> Said:
    """Words: `device`, `address`, `when`, `link` (where one is signed in), `reset` (asks for a new password)."""
    return Said(
        subject=f"New sign-in: {words['device']}",
        headline="Was this you?",
        before=[
            f"Somebody signed in to your account with a browser or program that it does not know: {words['device']}, "
            f"from the address {words['address']}, on {words['when']}."
        ],
        button="See where you are signed in",
        link=words["link"],
        after=[
            "If that was you, there is nothing to do. If not, end that session, and choose a new password, which ends "
            "every session:"
        ],
        other=words["reset"],
        reason="somebody signed in to your account with an unknown browser",
    )


def _code_used_again(words: Words) -> Said:
    """Words: `origin`, `link` (where to ask for a new password)."""
    return Said(
        subject="A code of your authenticator app was used again",
        headline="Was this you?",
        before=[
            f"Somebody entered a code of your authenticator app that had been used before, from {words['origin']}. "
            "It was refused."
        ],
        button="This was not me",
        link=words["link"],
        after=[
            "If you entered the same code twice, there is nothing to do. If not, somebody may have watched you enter "
            "it, and knows your password: choose a new one at once, which ends every session."
        ],
        reason="a code that guards your account was used again. You are told once an hour at most",
    )


def _confirm_email(words: Words) -> Said:
    """Words: `link`, `lasts`, `old`."""
    return Said(
        subject="Confirm your new e-mail address",
        headline="Confirm your new address",
        before=[f"Your account, which has the address {words['old']} now, is to have this one."],
        button="Use this address",
        link=words["link"],
        after=[f"The link works once, for {words['lasts']}. Until then nothing changes."],
        reason="someone gave this address for their account. If that was not you, ignore this mail",
    )


def _email_changed(words: Words) -> Said:
    """Words: `new`, `origin`, `link` (takes it back), `lasts`."""
    return Said(
        subject="The e-mail address of your account was changed",
        headline="Your address was changed",
        before=[
            f"Your account has the address {words['new']} now. That was asked for from {words['origin']}."
        ],
        button="Take it back",
        link=words["link"],
        after=[
            f"If that was you, there is nothing to do. If not, take it back within {words['lasts']}: your account gets "
            "this address again, every session, passkey and second step ends, and you choose a new password."
        ],
        reason="this was the address of your account",
    )


def _deactivated(words: Words) -> Said:
    """Words: `link` (reactivates), `lasts`."""
    return Said(
        subject="Your account is deactivated",
        headline="Your account is deactivated",
        before=[
            "All your sessions and tokens have ended. Nothing is sent to you any more, and nobody can write to you. "
            "What you wrote stays, with your name."
        ],
        button="Reactivate my account",
        link=words["link"],
        after=[f"The link works for {words['lasts']}. Until you use it, nobody can sign in as you."],
        reason="this account was deactivated by somebody who was signed in and knew your password",
    )


def _erasure_begun(words: Words) -> Said:
    """Words: `link` (shows it, takes it back), `when`, `what`."""
    return Said(
        subject="Your account will be erased",
        headline="Your account will be erased",
        before=[
            f"You asked for your account to be erased. It is deactivated now, and erased on {words['when']}. "
            f"{words['what']}"
        ],
        button="See it, or take it back",
        link=words["link"],
        after=["Until then you can take it back by this link. Keep this mail: the report is there, too."],
        reason="somebody who was signed in and knew your password asked for it. If that was not you, take it back",
    )


def _erased(words: Words) -> Said:
    """Words: `link` (the report), `lasts`."""
    return Said(
        subject="Your account is erased",
        headline="Your account is erased",
        before=[
            "What was stored of you is erased. The report says what that was, and what was kept and why. "
            "This is the last mail to you: your address is forgotten with it."
        ],
        button="Read the report",
        link=words["link"],
        after=[f"It can be read for {words['lasts']}."],
        reason="your account was erased as you asked",
    )


SAID: Mapping[MailKind, Callable[[Words], Said]] = {
    "sign_up": _sign_up,
    "account_exists": _account_exists,
    "verify_email": _verify_email,
    "reset_password": _reset_password,
    "password_changed": _password_changed,
    "sign_in_changed": _sign_in_changed,
    "unknown_browser": _unknown_browser,
    "code_used_again": _code_used_again,
    "confirm_email": _confirm_email,
    "email_changed": _email_changed,
    "deactivated": _deactivated,
    "erasure_begun": _erasure_begun,
    "erased": _erased,
}
"""What each kind of letter says."""
