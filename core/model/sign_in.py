"""Signing in by more than a password: second steps, recovery codes, passkeys, accounts at other servers."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from parlour.core.ids import UserId
from parlour.core.model.demands import Demanded

SecondMethod = Literal["totp", "passkey", "recovery_code"]
PasskeyJson = dict[str, Any]
"""Options and answers of WebAuthn as JSON (level 3, section 5.1): for browsers to read, and for a library to check."""


class SecondStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second step: one of an app's code, a recovery code, or a passkey's answer (WebAuthn, as JSON)."""

    code: str | None = None
    recovery_code: str | None = None
    passkey: PasskeyJson | None = None


class Proof(SecondStep, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That it is really they who change how they sign in: the password, and a second step where one is set up."""

    password: str = ""


class SecondFactorState(Struct, frozen=True, kw_only=True):
    """How somebody's sign-in is guarded besides the password.

    `on`: a second step is asked for. `few_left`: it is time for new recovery codes. `demanded`: the workspaces that
    demand a second step of them, while they have none.
    """

    on: bool
    totp_since: datetime | None
    passkeys: int
    recovery_codes_left: int
    few_left: bool
    has_password: bool
    demanded: list[Demanded] = []


class TotpSetup(Struct, frozen=True, kw_only=True):
    """An authenticator app that is being set up: shown once. `qr` is a `data:` address of a picture of `uri`."""

    secret: str
    uri: str
    qr: str
    expires_in: int


class RecoveryCodes(Struct, frozen=True):
    """New recovery codes, shown this once; each counts once. Empty when there were some already."""

    recovery_codes: list[str]


class Passkey(Struct, frozen=True, kw_only=True):
    """A passkey as its owner sees it. `synced`: it is kept by a service and works on other devices, too."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    synced: bool = False


class LinkedAccount(Struct, frozen=True, kw_only=True):
    """An account at another server by which somebody signs in."""

    provider: str
    label: str
    email: str
    linked_at: datetime
    last_used_at: datetime | None = None


class SignInOption(Struct, frozen=True, kw_only=True):
    """Another server that people may sign in by: a browser goes to `url`."""

    id: str
    label: str
    url: str


class SignInOptions(Struct, frozen=True, kw_only=True):
    """How people may sign in besides e-mail and password. Passkeys work where the page's origin is `passkey_origin`."""

    providers: list[SignInOption]
    passkey_origin: str


class SecondStepDue(Struct, frozen=True):
    """What is kept of a sign-in until its second step: who, and a hash that changes with their password."""

    user_id: UserId
    password: str


class Ceremony(Struct, frozen=True):
    """What is kept of a question to a passkey: whose it may be (none: anybody's), and what was asked."""

    user_id: UserId | None
    asked: bytes
