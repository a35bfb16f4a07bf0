"""The embedded servers, one class each. A further server is one more class and one more name in `SERVERS`.

Every server listens on 127.0.0.1 only and keeps all it has in its own folder.
"""

import json
import shutil
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy import keys, probes
from deploy.failure import StackError
from deploy.object_store import ObjectStore
from deploy.program import BEHIND_THE_TALK, Port, Program
from deploy.rendering import render, write_private
from deploy.scanner import Scanner
from deploy.server import LOOPBACK, Server
from deploy.settings import ROOT
from parlour.core.settings import Settings

BIN = ROOT / ".venv/bin"
# Pages under change wait in the cache for the next checkpoint. By default eviction writes them over and over under a
# steady load of inserts: a third of a commit's processor time, and pauses of 20 ms.
WRITE_AT_CHECKPOINTS = ",".join(
    (
        "eviction_dirty_target=30",
        "eviction_dirty_trigger=60",
        "eviction_updates_target=20",
        "eviction_updates_trigger=40",
    )
)
SEARCH_ATTRIBUTES = ("ParlourWorkspace", "ParlourSubject", "ParlourState")


class Mongo(Server):
    """MongoDB as a replica set of one, which is what transactions and change streams need."""

    name = "mongo"
    address_setting = "mongo_url"
    replica_set = "parlour"

    @property
    def address(self) -> str:
        """The URL with the replica set's name."""
        return f"mongodb://{self._host}/?replicaSet={self.replica_set}"

    @property
    def ports(self) -> Sequence[Port]:
        """One port."""
        return [self.port("mongo_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The mongod of the machine, else the one among the Python packages."""
        command = [
            shutil.which("mongod") or _packaged_mongod(),
            *("--dbpath", str(self.folder), "--replSet", self.replica_set),
            *("--bind_ip", LOOPBACK, "--port", str(self.settings.mongo_port), "--nounixsocket"),
            *("--wiredTigerCacheSizeGB", str(self.settings.mongo_cache_gb), "--quiet"),
            # Otherwise a primary asked to end waits 15 s for other members, which there are none of.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # Nobody reads the past here; kept, it is carried along with every page that is written.
            *("--setParameter", "minSnapshotHistoryWindowInSeconds=5"),
            *("--wiredTigerEngineConfigString", WRITE_AT_CHECKPOINTS),
        ]
        return [Program(self.name, command, self.folder, stop_seconds=60)]

    def waits_for(self) -> str | None:
        """Be a primary; a new or moved set is told first who its only member is."""
        client: MongoClient[dict[str, object]] = MongoClient(
            LOOPBACK, self.settings.mongo_port, directConnection=True, serverSelectionTimeoutMS=500
        )
        try:
            if client.admin.command("hello")["isWritablePrimary"]:
                return None
            self._name_member(client)
        except PyMongoError:
            return "its first answer"
        finally:
            client.close()
        return "its replica set"

    def _name_member(self, client: "MongoClient[dict[str, object]]") -> None:
        """Form the set, or follow the data to another port. An address, so that no host name is needed."""
        member = {"_id": 0, "host": self._host}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure:
            client.admin.command("replSetInitiate", {"_id": self.replica_set, "members": [member]})
            return
        if config["members"][0]["host"] != self._host:
            config["members"][0]["host"] = self._host
            client.admin.command("replSetReconfig", config, force=True)

    @property
    def _host(self) -> str:
        return f"{LOOPBACK}:{self.settings.mongo_port}"


class Redis(Server):
    """Redis for what may be lost: fan-out, presence, cache. Nothing is written to disk."""

    name = "redis"
    address_setting = "redis_url"

    @property
    def address(self) -> str:
        """The URL of the first database."""
        return f"redis://{LOOPBACK}:{self.settings.redis_port}/0"

    @property
    def ports(self) -> Sequence[Port]:
        """One port."""
        return [self.port("redis_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The redis-server of the machine."""
        command = [
            *("redis-server", "--bind", LOOPBACK, "--port", str(self.settings.redis_port)),
            *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            *("--maxmemory", str(self.settings.redis_max_bytes), "--maxmemory-policy", "allkeys-lru"),
            # A title would be written over the environment by which we know our processes.
            *("--set-proc-title", "no"),
        ]
        return [Program(self.name, command, self.folder, stop_seconds=15)]

    def waits_for(self) -> str | None:
        """Answer a PING."""
        return probes.redis_answers(self.settings.redis_port)


class RabbitMQ(Server):
    """RabbitMQ, and the port mapper that its Erlang machine insists on."""

    name = "rabbitmq"
    address_setting = "rabbitmq_url"
    account = "parlour"
    # Debian's wrapper of the same name changes to a system user, who may not enter everybody's folders.
    executable = "/usr/lib/rabbitmq/bin/rabbitmq-server"

    @property
    def address(self) -> str:
        """The URL of the default virtual host."""
        password = keys.rabbitmq_password(self.settings.data_dir)
        return f"amqp://{self.account}:{password}@{LOOPBACK}:{self.settings.rabbitmq_port}/"

    @property
    def ports(self) -> Sequence[Port]:
        """The broker's, the one between Erlang machines, and the port mapper's."""
        return [self.port(field) for field in ("rabbitmq_port", "rabbitmq_dist_port", "epmd_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The port mapper, and the broker after it: coming first, it would start a stray mapper."""
        epmd = f"epmd -port {self.settings.epmd_port}"
        broker = f"until {epmd} -names >/dev/null 2>&1; do sleep 0.1; done; exec {self.executable}"
        return [
            Program(
                self.name,
                ["sh", "-c", broker],
                self.folder,
                stop_seconds=60,
                environment=self._environment,
                # Its script passes the signal on to the Erlang machine and waits for a clean end.
                stop_whole_group=False,
            ),
            Program("epmd", [*epmd.split(), "-address", LOOPBACK], self.folder, stop_seconds=5),
        ]

    def prepare(self) -> None:
        """Write its configuration, and empty files where it would read the system's."""
        super().prepare()
        write_private(self.definitions, json.dumps(self._definitions))
        (self.folder / "rabbitmq.conf").write_text(render("rabbitmq.conf.j2", server=self))
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq-env.conf").touch()
        (self.folder / "advanced.config").write_text("[].\n")

    def waits_for(self) -> str | None:
        """Greet a client."""
        return probes.amqp_answers(self.settings.rabbitmq_port)

    @property
    def definitions(self) -> Path:
        """What the broker reads at each start: its account, so that it makes none of its own."""
        return self.folder / "definitions.json"

    @property
    def _definitions(self) -> dict[str, list[dict[str, object]]]:
        password = keys.rabbitmq_password(self.settings.data_dir)
        # Folders of before have the broker's own `guest`, whose password everybody knows: it gets another one.
        users: list[dict[str, object]] = [
            {"name": name, "password": password, "tags": []} for name in (self.account, "guest")
        ]
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": users,
            "vhosts": [{"name": "/"}],
            "permissions": [{"user": self.account, "vhost": "/", **everything}],
        }

    @property
    def _environment(self) -> dict[str, str]:
        loopback = "{" + LOOPBACK.replace(".", ",") + "}"
        return {
            "HOME": str(self.folder),
            # Each stack has a port mapper of its own, so all may use this name, and the data may move.
            "RABBITMQ_NODENAME": "parlour@localhost",
            "RABBITMQ_NODE_PORT": str(self.settings.rabbitmq_port),
            "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
            "RABBITMQ_DIST_PORT": str(self.settings.rabbitmq_dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {loopback}",
            "ERL_EPMD_PORT": str(self.settings.epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
        }


class Temporal(Server):
    """Temporal with its web UI, on a SQLite file."""

    name = "temporal"
    address_setting = "temporal_address"

    @property
    def address(self) -> str:
        """Host and port of the gRPC service."""
        return f"{LOOPBACK}:{self.settings.temporal_port}"

    @property
    def ports(self) -> Sequence[Port]:
        """The gRPC service's and the UI's."""
        return [self.port("temporal_port"), self.port("temporal_ui_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The server among the Python packages. The pragmas and limits give 3 to 8 times the throughput."""
        command = [
            *BEHIND_THE_TALK,
            *(str(BIN / "temporal"), "server", "start-dev", "--log-level", "warn"),
            *("--ip", LOOPBACK, "--port", str(self.settings.temporal_port)),
            *("--ui-ip", LOOPBACK, "--ui-port", str(self.settings.temporal_ui_port)),
            *("--namespace", self.settings.temporal_namespace),
            *("--db-filename", str(self.folder / "temporal.db")),
            *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL"),
            *("--dynamic-config-value", "history.transferProcessorMaxPollRPS=1000"),
            *("--dynamic-config-value", "history.timerProcessorMaxPollRPS=1000"),
            *(part for name in SEARCH_ATTRIBUTES for part in ("--search-attribute", f"{name}=Keyword")),
        ]
        return [Program(self.name, command, self.folder, stop_seconds=30)]

    def waits_for(self) -> str | None:
        """Show the namespace through the UI, which asks the server behind it."""
        path = f"/api/v1/namespaces/{self.settings.temporal_namespace}"
        return probes.http_answers(LOOPBACK, self.settings.temporal_ui_port, path)


class Mailbox(Server):
    """An SMTP server that lets no mail leave this machine: all are kept as files, to be looked at."""

    name = "mailbox"
    address_setting = "smtp_host"

    @property
    def address(self) -> str:
        """The host; its port is a setting of its own."""
        return LOOPBACK

    @property
    def found_by(self) -> dict[str, str]:
        """Host and port, and that there is nothing to encrypt on the way."""
        port = str(self.settings.mailbox_port)
        return {"smtp_host": LOOPBACK, "smtp_port": port, "smtp_security": "none"}

    def is_elsewhere(self) -> bool:
        """Whether mails go to a server that someone has set."""
        own = self.settings.smtp_host == LOOPBACK and self.settings.smtp_port == self.settings.mailbox_port
        return bool(self.settings.smtp_host) and not own

    @property
    def ports(self) -> Sequence[Port]:
        """One port."""
        return [self.port("mailbox_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The server among the Python packages, with its own handler for a folder in the form of Maildir."""
        command = [
            *BEHIND_THE_TALK,
            *(str(BIN / "python"), "-m", "aiosmtpd", "-n"),
            *("-l", f"{LOOPBACK}:{self.settings.mailbox_port}"),
            *("-c", "aiosmtpd.handlers.Mailbox", str(mail_folder(self.settings))),
        ]
        return [Program(self.name, command, self.folder, stop_seconds=5)]

    def waits_for(self) -> str | None:
        """Greet a client."""
        return probes.smtp_answers(self.settings.mailbox_port)


SERVERS: tuple[type[Server], ...] = (Mongo, Redis, RabbitMQ, Temporal, Mailbox, ObjectStore, Scanner)


def mail_folder(settings: Settings) -> Path:
    """Return the folder where the embedded SMTP server puts mails, one file each in `new`."""
    return settings.data_dir / Mailbox.name / "Maildir"


def embedded_servers(settings: Settings) -> list[Server]:
    """Return the servers to run here: those whose address no variable sets to another place."""
    return [server for kind in SERVERS if not (server := kind(settings)).is_elsewhere()]


def addresses(settings: Settings) -> dict[str, str]:
    """Return the settings by which the embedded servers are found."""
    found: dict[str, str] = {}
    for server in embedded_servers(settings):
        found |= server.found_by
    return found


def _packaged_mongod() -> str:
    packaged = Path(sysconfig.get_path("purelib"), "fiftyone/db/bin/mongod")
    if not packaged.exists():
        raise StackError("no mongod found: put one on PATH, or delete .venv and run this again")
    return str(packaged)
