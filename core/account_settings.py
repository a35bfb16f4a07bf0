"""The settings of accounts: their addresses and passwords, the mails they get, and how often the doors may be tried."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Seconds, WebAddress


class AccountSettings(BaseSettings):
    """Part of `Settings`."""

    # Whose server it is, and what it asks people to agree to.
    run_by: str = Field("", description="who runs this server, as its people are told; empty: not said")
    terms_url: WebAddress = Field("", description="address of the terms that people sign up to; empty: none")
    privacy_url: WebAddress = Field(
        "", description="address of what is said of people's data, and of their rights; empty: none"
    )

    # Addresses and passwords.
    email_verification: Literal["required", "later"] = Field(
        "required",
        description="when people prove that their e-mail address is theirs: before they have an account, which also "
        "tells nobody who has one; or later, for servers that send no mail. deploy/up without an SMTP server of one's "
        "own: later",
    )
    sign_up_minutes: Count = Field(60, description="minutes in which a sign-up has to be confirmed by mail")
    sign_up_code_tries: Annotated[int, Field(ge=1, le=20)] = Field(
        5, description="wrong codes or passwords after which a sign-up has to begin anew"
    )
    verify_email_days: Count = Field(7, description="days for which the link works that confirms an address")
    password_reset_minutes: Count = Field(
        30, description="minutes for which the link works by which a new password is chosen"
    )
    email_change_minutes: Count = Field(
        60, description="minutes for which the link works that confirms another address"
    )
    email_take_back_days: Count = Field(
        7, description="days for which an account's former address can take it back"
    )
    password_min_length: Annotated[int, Field(ge=8)] = Field(8, description="shortest password in characters")
    password_max_length: Annotated[int, Field(ge=64)] = Field(
        128, description="longest password in characters"
    )
    known_device_days: Count = Field(
        180, description="days for which a browser is known that somebody signed in with"
    )

    # How often the doors may be tried. Redis counts; while it is away each process does, more strictly.
    sign_in_failures: Count = Field(
        20,
        description="failed attempts in 5 minutes at one account's password from one network address or known browser",
    )
    sign_in_failures_of_strangers: Count = Field(
        100,
        description="failed sign-ins in an hour at one account from anywhere; browsers it is known by are let on",
    )
    sign_in_failures_per_address: Count = Field(
        500, description="failed sign-ins in an hour from one network address, at whatever accounts"
    )
    sign_ups_per_address: Count = Field(300, description="sign-ups in an hour from one network address")
    mail_requests_per_address: Count = Field(
        60, description="requests in an hour from one network address that have a mail sent to somebody"
    )
    mails_per_hour: Count = Field(
        5, description="mails of one kind that one address gets in an hour; further ones are not sent"
    )
    link_tries_per_address: Count = Field(
        100, description="links and codes that one network address may try in 5 minutes"
    )
    door_tries_without_redis: Count = Field(
        10, description="tries that each of these limits allows in one process while Redis is away"
    )
    calls_per_minute: Count = Field(6000, description="requests to the API a minute by one person or token")
    calls_per_minute_by_address: Count = Field(
        30_000, description="requests to the API a minute from one network address without signing in"
    )

    # Mails about accounts and invitations.
    mail_retry_first: Seconds = Field(
        5, description="seconds until an account mail that failed is tried again; they double"
    )
    mail_retry_longest: Seconds = Field(3600, description="longest pause in seconds between two attempts")
    mail_retry_for: Seconds = Field(
        172_800, description="seconds for which an account mail is tried, unless what it says ends before"
    )
    mail_sweep_interval: Seconds = Field(
        30, description="seconds between looks for account mails whose workflow did not start"
    )
    mails_kept_days: Count = Field(
        30, description="days for which it is on record what became of an account mail, without its words"
    )
