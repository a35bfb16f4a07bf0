"""The settings of signing in by more than a password: second steps, passkeys, other sign-in servers."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count


class SignInSettings(BaseSettings):
    """Part of `Settings`."""

    # Browsers.
    hsts_seconds: Annotated[int, Field(ge=0)] = Field(
        31_536_000,
        description="seconds for which browsers come by https alone, where public_url is https; 0: not said",
    )

    sign_in_mails: bool = Field(
        default=True,
        description="people are mailed when somebody signs in to their account with an unknown browser",
    )

    # Second steps.
    second_step_seconds: Count = Field(
        300, description="seconds after the right password in which the second step can be taken"
    )
    second_step_tries: Count = Field(
        5, description="codes that may be tried before the password is asked for again"
    )
    second_factor_failures: Count = Field(
        10, description="wrong codes of an authenticator app that one account may have in the time below"
    )
    second_factor_window_seconds: Count = Field(3600, description="that time in seconds")
    second_factor_setup_seconds: Count = Field(
        900, description="seconds in which setting up an authenticator app has to be confirmed"
    )
    recovery_codes: Count = Field(10, description="recovery codes of one account")
    recovery_codes_few: Count = Field(2, description="recovery codes left at which their owner is warned")
    fresh_sign_in_seconds: Count = Field(
        600,
        description="seconds after signing in in which someone without a password may change how they sign in",
    )

    second_factor_grace_days: Count = Field(
        14,
        description="days that a workspace which demands a second step gives its members, unless it says so",
    )
    second_factor_grace_days_max: Count = Field(90, description="most days that it may give them")
    second_factor_reminded_days: Count = Field(
        3, description="days before the end of that time at which they are reminded"
    )

    # Passkeys.
    passkeys_per_person: Count = Field(20, description="passkeys one person may have")
    passkey_seconds: Count = Field(300, description="seconds in which a browser has to answer with a passkey")
    passkey_name_max_length: Count = Field(60, description="longest name of a passkey in characters")

    # Signing in by another server (OpenID Connect).
    oidc_file: Path | None = Field(
        None, description="JSON file of the servers that people may sign in by; README shows one"
    )
    oidc_timeout_seconds: Count = Field(10, description="seconds such a server may take to answer")
    oidc_answer_max_bytes: Count = Field(500_000, description="largest answer of such a server in bytes")
    oidc_sign_in_seconds: Count = Field(
        600, description="seconds in which signing in there has to be finished"
    )
    oidc_clock_skew_seconds: Annotated[int, Field(ge=0)] = Field(
        60, description="seconds by which its clock may differ"
    )
