"""The settings of notifications, and of the worlds outside that take them."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from parlour.core.setting_types import Count, Port, Seconds


class NotifySettings(BaseSettings):
    """Part of `Settings`."""

    # Notifications.
    notify_push_after: Count = Field(
        20,
        description="seconds an unread message waits until it is pushed, unless its reader or workspace chose",
    )
    notify_email_after: Count = Field(
        900,
        description="seconds an unread message waits until it is mailed, unless its reader or workspace chose",
    )
    notify_after_min: Count = Field(5, description="fewest seconds anybody may choose for either")
    notify_after_max: Count = Field(86_400, description="most seconds anybody may choose for either")
    notify_group: Seconds = Field(
        60, description="seconds between two pushes of one conversation to one device, or two mails of it"
    )
    notify_retry_first: Seconds = Field(
        1, description="seconds until a failed attempt is made again; they double"
    )
    notify_retry_longest: Seconds = Field(3600, description="longest pause in seconds between two attempts")
    notify_retry_for: Seconds = Field(
        86_400, description="seconds after which an attempt that failed is the last one"
    )
    notify_attempts_at_once: Count = Field(10, description="attempts for one person under way at a time")
    notify_open_max: Count = Field(
        20_000,
        description="notifications of one person that are looked at together; a digest counts the others",
    )
    notify_alarm_every: Count = Field(
        3600,
        description="seconds between two alarms of owners that a world refuses this server's configuration",
    )
    notify_sweep_interval: Seconds = Field(
        30, description="seconds between looks for people whose notifications were left behind"
    )
    digest_shown: Count = Field(50, description="messages that one mail shows; it counts the others")
    notifications_kept_days: Count = Field(
        90, description="days for which notifications, and why, are on record"
    )
    redrive_at_once: Count = Field(
        500,
        description="given-up dispatches that one request of an owner opens again; a filter's others wait",
    )
    keywords_per_person: Count = Field(50, description="keywords one person may have in a workspace")
    keyword_max_length: Count = Field(50, description="longest keyword in characters")
    devices_per_person: Count = Field(20, description="devices of one person that are pushed to")
    device_address_max_length: Count = Field(
        2048, description="longest endpoint or token of a device in characters"
    )

    # The worlds outside that take notifications. What is not configured is not offered.
    push_timeout: Seconds = Field(10, description="seconds one attempt at a push service may take")
    push_connections: Count = Field(100, description="connections of one worker to push services at once")
    push_answer_max_bytes: Count = Field(16_384, description="bytes read of a push service's answer at most")
    push_payload_max_bytes: Annotated[int, Field(ge=512, le=3990)] = Field(
        3500, description="bytes of one push before it is encrypted; longer text is cut (RFC 8291: 3993)"
    )
    push_ttl: Count = Field(
        86_400, description="seconds a push service keeps what it cannot deliver to a device"
    )
    push_allow: str = Field(
        "",
        description="hosts, separated by commas, that are pushed to although they are not public, or not by https: "
        "push services of one's own; for tests",
    )
    vapid_private_key: SecretStr = Field(
        SecretStr(""),
        description="P-256 key that signs web pushes (RFC 8292), 32 bytes in base64url or a PKCS #8 PEM; "
        "deploy/up makes one and keeps it in the data folder. With another key, every browser has to subscribe again",
    )
    vapid_contact: str = Field(
        "",
        description="mailto: or https: address at which push services reach who runs this; empty: mailto:<mail_from>",
    )
    fcm_service_account: SecretStr = Field(
        SecretStr(""),
        description="Google service account for Firebase Cloud Messaging: its JSON, or the path of a file with it",
    )
    fcm_url: str = Field("https://fcm.googleapis.com", description="Firebase Cloud Messaging")
    fcm_token_url: str = Field(
        "", description="where access tokens for it come from; empty: as the account says"
    )
    apns_key: SecretStr = Field(
        SecretStr(""),
        description="key of the Apple Push Notification service: the text of its .p8 file, or the path of that",
    )
    apns_key_id: str = Field("", description="ID of that key, 10 characters")
    apns_team_id: str = Field("", description="ID of the Apple developer team, 10 characters")
    apns_topic: str = Field("", description="bundle ID of the app that is pushed to")
    apns_url: str = Field("https://api.push.apple.com", description="Apple Push Notification service")
    apns_ca_file: str = Field(
        "", description="file of certificates trusted for apns_url instead of the system's; for tests"
    )
    apns_token_seconds: Annotated[int, Field(ge=1200, le=3600)] = Field(
        2400, description="seconds after which the token for it is made anew; Apple allows 20 to 60 minutes"
    )
    smtp_host: str = Field(
        "", description="SMTP server that takes mails; empty: no e-mail. deploy/up runs one that keeps them"
    )
    smtp_port: Port = Field(587, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection to it is encrypted"
    )
    smtp_ca_file: str = Field("", description="file of certificates trusted for it instead of the system's")
    smtp_user: str = Field("", description="user name for it; empty: without signing in")
    smtp_password: SecretStr = Field(SecretStr(""), description="password for it")
    smtp_timeout: Seconds = Field(30, description="seconds it may take for any step, and for a whole mail")
    smtp_connections: Count = Field(4, description="connections of one worker to it at once")
    smtp_idle: Seconds = Field(15, description="seconds a connection to it is kept for the next mail")
    mail_from: str = Field(
        "", description="sender of mails, maybe with a name; empty: Parlour <parlour@(host of public_url)>"
    )
    mail_text_max: Count = Field(1500, description="characters of one message that a mail shows")
    mail_texts_max: Count = Field(
        20_000, description="characters of all messages that a mail shows; Gmail cuts mails at 102 kB"
    )
    mailbox_port: Port = Field(2625, description="port of the embedded SMTP server (deploy/up only)")
    circuit_failures: Count = Field(
        5,
        description="failures of a world outside, one after the other, after which it is left alone for a while",
    )
    circuit_first: Seconds = Field(30, description="seconds of the first such pause; they double")
    circuit_longest: Seconds = Field(600, description="seconds of the longest such pause")
