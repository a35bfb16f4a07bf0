"""Every setting of Parlour: its name, default, unit and meaning, read from `PARLOUR_*` variables.

A process reads its settings once, at start, and all faults are listed together. Some areas have modules of their own,
`core/…_settings.py`. `parlour settings` prints all as a table.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from parlour.core.account_settings import AccountSettings
from parlour.core.console_settings import ConsoleSettings
from parlour.core.file_settings import FileSettings
from parlour.core.integration_settings import IntegrationSettings
from parlour.core.notify_settings import NotifySettings
from parlour.core.onboarding_settings import OnboardingSettings
from parlour.core.person_settings import PersonSettings
from parlour.core.roles_settings import RolesSettings
from parlour.core.run_settings import RunSettings
from parlour.core.setting_types import Count, Port, Seconds, SecondsOrAlways
from parlour.core.sign_in_settings import SignInSettings
from parlour.core.webhook_settings import WebhookSettings


class Settings(
    NotifySettings,
    FileSettings,
    AccountSettings,
    SignInSettings,
    RolesSettings,
    WebhookSettings,
    IntegrationSettings,
    OnboardingSettings,
    PersonSettings,
    ConsoleSettings,
    RunSettings,
):
    """The frozen settings of one process."""

    model_config = SettingsConfigDict(env_prefix="PARLOUR_", frozen=True, extra="ignore")

    # Where Parlour is reached, and where it keeps things.
    host: str = Field("127.0.0.1", description="address on which the front door and every role listen")
    port: Port = Field(8080, description="port of the front door (nginx), the only one a browser needs")
    public_url: str = Field("", description="address people type; empty: http://<host>:<port>")
    data_dir: Path = Field(
        Path(".data"), description="folder of the embedded servers' data, logs and secrets"
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="signs links and encrypts what is stored of other secrets, at least 32 characters; deploy/up makes "
        "one and keeps it in the data folder",
    )
    keys_dir: Path = Field(
        Path("keys"),
        description="folder of the keys that sign access tokens, the same for every process; deploy/up makes one in "
        "the data folder, `parlour keys rotate` renews it",
    )
    log_level: str = Field("info", description="debug, info, warning or error")
    security_lines_per_minute: Count = Field(
        600,
        description="lines a minute in one process's log about sign-ins, refused access and refused input, each",
    )

    # The roles.
    api_port: Port = Field(8100, description="port of the first API process; further ones count up")
    api_processes: Count = Field(1, description="API processes under deploy/up")
    socket_port: Port = Field(8200, description="port of the first Socket.IO gateway; further ones count up")
    socket_processes: Count = Field(2, description="gateways under deploy/up")
    worker_port: Port = Field(8300, description="port of the worker's health and metrics")

    # The servers.
    mongo_url: str = Field(
        "mongodb://127.0.0.1:27117/?replicaSet=parlour", description="MongoDB, a replica set"
    )
    mongo_database: str = Field("parlour", description="MongoDB database")
    redis_url: str = Field("redis://127.0.0.1:6479/0", description="Redis")
    rabbitmq_url: str = Field("amqp://127.0.0.1:5772/", description="RabbitMQ, with its account")
    temporal_address: str = Field("127.0.0.1:7733", description="Temporal's gRPC address")
    temporal_namespace: str = Field("default", description="Temporal namespace")
    temporal_task_queue: str = Field("parlour", description="Temporal task queue of the worker")
    temporal_ui_url: str = Field(
        "http://127.0.0.1:8733", description="Temporal UI, for the links to workflows"
    )

    # The embedded servers' own ports (deploy/up only).
    mongo_port: Port = Field(27117, description="port of the embedded MongoDB")
    redis_port: Port = Field(6479, description="port of the embedded Redis")
    rabbitmq_port: Port = Field(5772, description="port of the embedded RabbitMQ")
    rabbitmq_dist_port: Port = Field(25772, description="Erlang distribution port of the embedded RabbitMQ")
    epmd_port: Port = Field(4469, description="Erlang port mapper of the embedded RabbitMQ")
    temporal_port: Port = Field(7733, description="port of the embedded Temporal")
    temporal_ui_port: Port = Field(8733, description="port of the embedded Temporal UI")

    # What the embedded stack allows itself.
    start_timeout: Seconds = Field(180, description="seconds servers and roles may take until all are ready")
    disk_min_bytes: Count = Field(1_000_000_000, description="free disk space below which nothing is started")
    mongo_cache_gb: float = Field(1, ge=0.25, description="memory of the embedded MongoDB's cache in GB")
    redis_max_bytes: Count = Field(256_000_000, description="memory of the embedded Redis")
    log_max_bytes: Count = Field(10_000_000, description="size at which a log file of the stack is rotated")
    log_backups: Count = Field(3, description="rotated log files kept for each server and role")
    open_files: Count = Field(65_536, description="files and connections a process may have open, if allowed")

    # Time-outs and recovery.
    dependency_timeout: Seconds = Field(5, description="seconds a health check waits for one dependency")
    mongo_timeout: Seconds = Field(5, description="seconds any MongoDB operation may take")
    redis_timeout: Seconds = Field(0.5, description="seconds any Redis operation may take")
    rabbitmq_timeout: Seconds = Field(5, description="seconds RabbitMQ may take to confirm an event")
    temporal_timeout: Seconds = Field(5, description="seconds a call to Temporal may take")
    start_backoff_max: Seconds = Field(
        5, description="longest pause between attempts to reach a server at start"
    )
    shutdown_grace: Seconds = Field(
        5, description="seconds a role may take to finish what it began when told to stop"
    )

    # People.
    access_token_seconds: Count = Field(900, description="life of an access token in seconds")
    refresh_token_days: Count = Field(30, description="days after its last use until a session ends")
    session_max_hours: Count = Field(
        8760, description="hours after signing in until a session ends, however much it is used"
    )
    name_max_length: Count = Field(
        80, description="longest name of a person, workspace or channel in characters"
    )
    title_max_length: Count = Field(80, description="longest title of a person in characters")
    status_max_length: Count = Field(100, description="longest text of a status in characters")
    email_max_length: Count = Field(254, description="longest e-mail address in characters (RFC 5321)")
    cookie_secure: bool | None = Field(None, description="Secure cookies; empty: when public_url is https")
    workspaces_per_person: Count = Field(100, description="workspaces one person may belong to")
    channels_per_workspace: Count = Field(10_000, description="channels in one workspace")
    topic_max_length: Count = Field(250, description="longest topic of a channel in characters")
    purpose_max_length: Count = Field(1000, description="longest purpose of a channel in characters")
    group_members: Annotated[int, Field(ge=3, le=50)] = Field(9, description="people in one group message")
    sections_per_person: Count = Field(
        50, description="sections one person may make in a workspace's sidebar"
    )
    invite_at_once: Count = Field(100, description="people added to a channel in one request")
    groups_per_workspace: Count = Field(500, description="groups of people in one workspace")
    members_per_group: Count = Field(1000, description="people in one group")
    members_per_channel: Count = Field(20_000, description="members of one channel")

    # Messages.
    message_max_length: Count = Field(16_000, description="longest message in characters")
    edit_window: SecondsOrAlways = Field(
        900, description="seconds after sending in which a message may be edited; 0: never, empty: always"
    )
    reactions_distinct: Count = Field(50, description="different emoji at one message")
    reactions_per_message: Count = Field(5000, description="reactions of all people at one message")
    pins_per_channel: Count = Field(100, description="messages pinned in one channel")
    everyone_asks_above: Count = Field(
        100, description="members of a channel above which @channel and @here have to be confirmed"
    )
    page_size: Count = Field(50, description="items of a page when the caller names no limit")
    page_max: Count = Field(200, description="most items of a page")
    sync_max: Count = Field(1000, description="entries a client may be behind before it is told to reset")
    sends_per_second: Count = Field(1000, description="messages one connection may send a second, lastingly")
    sends_burst: Count = Field(2000, description="messages one connection may send at once")
    requests_per_second: Count = Field(2000, description="socket requests one connection may make a second")
    request_max_bytes: Count = Field(1_000_000, description="largest HTTP body or socket packet in bytes")
    commit_max: Count = Field(500, description="entries in one group commit")
    commit_backlog: Count = Field(
        20_000, description="entries that may wait for a commit before sending is refused"
    )
    seen_fanout_members: Count = Field(
        50, description="members up to which 'delivered' and 'seen' are sent live; above, they are looked up"
    )

    # Previews of links. Pages are fetched by the worker, from public addresses alone.
    link_previews: bool = Field(True, description="look up what messages link to")
    previews_max: Count = Field(4, description="links of one message that are looked up")
    preview_timeout: Seconds = Field(8, description="seconds a page may take, redirects included")
    preview_max_bytes: Count = Field(1_000_000, description="bytes read of a page at most")
    preview_redirects: Annotated[int, Field(ge=0)] = Field(4, description="redirects followed at most")
    preview_attempts: Count = Field(3, description="times a page is asked for whose server does not answer")
    preview_allow: str = Field(
        "",
        description="hosts, separated by commas, that may be fetched from although they are not public; for tests",
    )

    # Emoji of a workspace's own.
    emoji_max_bytes: Count = Field(262_144, description="largest picture of an emoji in bytes")
    emoji_max_pixels: Count = Field(
        1_000_000, description="most pixels of an emoji's picture, before it is made small"
    )
    emoji_max_frames: Count = Field(100, description="most frames of an animated emoji")
    emoji_per_workspace: Count = Field(1000, description="emoji that one workspace may add")

    # Live.
    socket_unread_bytes: Count = Field(
        4_000_000, description="bytes a slow socket may leave unread before it is disconnected"
    )
    typing_seconds: Count = Field(6, description="seconds 'is typing' lasts without renewal")
    presence_seconds: Seconds = Field(
        45, description="seconds a person stays online without a heartbeat of a gateway"
    )
    presence_gather: Seconds = Field(
        1, description="seconds between two announcements of who came, left or went away in a workspace"
    )
    presence_linger: Seconds = Field(
        2, description="seconds after their last device left until a person counts as offline"
    )
    away_after: Seconds = Field(
        300, description="seconds without input, or hidden, after which a device says that its person is away"
    )
    last_active_every: Seconds = Field(
        60, description="seconds between two records of when one person was last active"
    )
    presence_watch_max: Count = Field(500, description="people whose presence one device may watch at once")
    heartbeat: Seconds = Field(15, description="seconds between a gateway's heartbeats in Redis")
    membership_cache: Seconds = Field(
        30,
        description="seconds a membership check may be reused, or that a channel is open to all its members",
    )
    repair_interval: Seconds = Field(
        2, description="seconds between a gateway's looks into the log while Redis is away"
    )

    # The promises.
    route_batch: Count = Field(1000, description="entries ChannelDelivery routes in one activity")
    delivery_idle: Seconds = Field(30, description="seconds without work after which ChannelDelivery ends")
    delivery_spacing_max: Seconds = Field(
        8,
        description="most seconds until a busy channel's next messages are routed: their notifications wait for it",
    )
    dispatch_batch: Count = Field(500, description="events the dispatcher takes at once")
    sweep_interval: Seconds = Field(15, description="seconds between looks for channels left behind")
    sweep_page: Count = Field(1000, description="channels the sweeper compares at once")

    # What happens at a later time.
    default_timezone: str = Field("UTC", description="time zone of people who have not said theirs")
    scheduled_days_ahead: Count = Field(120, description="days ahead a message may be scheduled")
    scheduled_per_person: Count = Field(200, description="scheduled messages one person may have waiting")
    scheduled_late: Literal["send", "refuse"] = Field(
        "send",
        description="what becomes of a scheduled message that is late, since the system was down: it is sent with a "
        "note, or refused and its author told",
    )
    scheduled_late_after: Seconds = Field(300, description="seconds after which a scheduled message is late")
    scheduled_keep_trying: Seconds = Field(
        86_400, description="seconds a scheduled message is tried again while a server does not answer"
    )
    scheduled_kept_days: Count = Field(
        30, description="days for which it is on record that a scheduled message was sent or cancelled"
    )
    reminders_per_person: Count = Field(500, description="reminders one person may have open")
    reminder_days_ahead: Count = Field(1830, description="days ahead of the first time of a reminder")
    saved_per_person: Count = Field(5000, description="messages one person may have saved for later")
    drafts_per_person: Count = Field(500, description="drafts one person may have")
    drafts_kept_days: Count = Field(90, description="days after which a draft that nobody touched is deleted")

    # Search.
    search_query_max_length: Count = Field(500, description="longest search in characters")
    search_terms_max: Count = Field(20, description="words, phrases and operators of one search")
    search_prefix_min: Count = Field(
        2, description="letters from which on the word being typed also finds longer ones"
    )
    search_prefix_words: Count = Field(
        20, description="most frequent words that a beginning of a word stands for"
    )
    search_examined_max: Count = Field(
        2000, description="messages with a search's rarest word that one page looks through for the others"
    )
    search_ranked_max: Count = Field(
        150, description="newest matches that are ordered by relevance at a time"
    )
    search_words_max: Count = Field(512, description="words of one message that are indexed")
    search_file_words_max: Count = Field(4000, description="words of one file's text that are indexed")
    search_names_max: Count = Field(5, description="channels, and people, shown above the messages found")
    search_names_seconds: Seconds = Field(
        2, description="seconds the names of a workspace may be reused for search"
    )
    search_batch: Count = Field(500, description="entries of a channel that are indexed at a time")
    search_sweep_interval: Seconds = Field(
        30, description="seconds between looks for channels whose index was left behind"
    )
    search_context: Count = Field(5, description="messages shown before and after a hit")
    recent_searches: Count = Field(20, description="recent searches kept for each person and workspace")

    # The demo workspace that deploy/up makes once.
    demo: bool = Field(True, description="deploy/up makes a demo workspace")
    demo_email: str = Field("ada@example.com", description="demo sign-in, made with a random password")

    @property
    def address(self) -> str:
        """The address people type, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sender(self) -> str:
        """Who mails are from, maybe with a name."""
        return self.mail_from or f"Parlour <parlour@{urlsplit(self.address).hostname}>"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are sent over https only."""
        return self.address.startswith("https:") if self.cookie_secure is None else self.cookie_secure


@cache
def settings() -> Settings:
    """Return this process's settings, read once.

    Raises:
        pydantic.ValidationError: with every fault at once.
    """
    return Settings()
