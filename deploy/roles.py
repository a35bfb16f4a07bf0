"""Parlour's own processes and the front door before them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from deploy import keys, probes
from deploy.limits import current_user_if_root, open_files
from deploy.program import BEHIND_THE_TALK, Port, Program, Service, Tier
from deploy.rendering import render, write_private
from deploy.server import LOOPBACK
from deploy.servers import BIN, Mailbox, addresses
from deploy.settings import ROOT, variable
from parlour.core.settings import Settings

# What a role may need beyond its own grace to come down: its interpreter, and its last log lines.
STOP_MARGIN_S = 10


@dataclass(frozen=True)
class Role:
    """One process of one role."""

    settings: Settings
    role: str
    field: str
    index: int | None = None

    @property
    def name(self) -> str:
        """The role, with a number where there may be several."""
        return self.role if self.index is None else f"{self.role}-{self.index + 1}"

    @property
    def ports(self) -> Sequence[Port]:
        """One port: the role's first, or that many after it."""
        index = self.index or 0
        return [Port(getattr(self.settings, self.field) + index, variable(self.field), index=index)]

    @property
    def programs(self) -> Sequence[Program]:
        """`parlour <role>`, which reads secrets from a file and its port from its environment."""
        own = f"{variable(self.field)}={self.ports[0].number}"
        environment_file = str(environment_path(self.settings))
        with_variables = [str(ROOT / "deploy/with-env"), environment_file, "env", own]
        stop_seconds = round(self.settings.shutdown_grace) + STOP_MARGIN_S
        priority = BEHIND_THE_TALK if self.role == "worker" else ()
        command = [*priority, *with_variables, str(BIN / "parlour"), self.role]
        return [
            Program(
                self.name,
                command,
                self.folder,
                stop_seconds=stop_seconds,
                tier=Tier.ROLES,
                # Otherwise its log would come in blocks of 8 kB, and the last one be lost with a killed process.
                environment={"PYTHONUNBUFFERED": "1"},
            )
        ]

    @property
    def folder(self) -> Path:
        """Where it runs; it keeps nothing there."""
        return self.settings.data_dir / "run"

    def prepare(self) -> None:
        """Nothing of its own: all roles share one file of variables."""

    def waits_for(self) -> str | None:
        """Be ready by its own word."""
        return probes.http_answers(LOOPBACK, self.ports[0].number, "/readyz")


@dataclass(frozen=True)
class FrontDoor:
    """nginx: one origin for the browser, spread over the API processes and the gateways."""

    settings: Settings
    name = "nginx"

    @property
    def ports(self) -> Sequence[Port]:
        """The port people know."""
        return [Port(self.settings.port, variable("port"), host=self.settings.host)]

    @property
    def programs(self) -> Sequence[Program]:
        """The nginx of the machine, with a configuration of ours alone."""
        command = ["nginx", "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        return [Program(self.name, command, self.folder, stop_seconds=10, tier=Tier.FRONT)]

    @property
    def folder(self) -> Path:
        """Its configuration and buffers."""
        return self.settings.data_dir / self.name

    def prepare(self) -> None:
        """Write its configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        text = render(
            "nginx.conf.j2",
            settings=self.settings,
            folder=self.folder,
            user=current_user_if_root(),
            open_files=open_files(self.settings),
            listen=f"{host}:{self.settings.port}",
            api=_upstream(api_roles(self.settings)),
            gateways=_upstream(socket_roles(self.settings)),
        )
        (self.folder / "nginx.conf").write_text(text)

    def waits_for(self) -> str | None:
        """Pass a request on to a ready API."""
        return probes.http_answers(reachable(self.settings.host), self.settings.port, "/readyz")


def api_roles(settings: Settings) -> list[Role]:
    """Return the API's processes."""
    return [Role(settings, "api", "api_port", index) for index in range(settings.api_processes)]


def socket_roles(settings: Settings) -> list[Role]:
    """Return the gateways."""
    return [Role(settings, "socket", "socket_port", index) for index in range(settings.socket_processes)]


def worker_roles(settings: Settings) -> list[Role]:
    """Return the worker."""
    return [Role(settings, "worker", "worker_port")]


ROLES: Mapping[str, Callable[[Settings], list[Role]]] = {
    "api": api_roles,
    "socket": socket_roles,
    "worker": worker_roles,
}


def role_services(settings: Settings, roles: Sequence[str]) -> list[Service]:
    """Return the processes of these roles, and the front door where there is an API behind it."""
    services: list[Service] = [process for role in roles for process in ROLES[role](settings)]
    if "api" in roles:
        services.append(FrontDoor(settings))
    return services


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables by which every role, command and test finds this stack.

    Roles listen on this machine only, whatever the front door does.
    """
    chosen = {field: getattr(settings, field) for field in settings.model_fields_set}
    derived = {
        "host": LOOPBACK,
        "public_url": settings.address,
        "temporal_ui_url": temporal_ui_url(settings),
        "data_dir": settings.data_dir,
        "secret_key": settings.secret_key.get_secret_value() or keys.secret_key(settings.data_dir),
        "vapid_private_key": settings.vapid_private_key.get_secret_value()
        or keys.vapid_key(settings.data_dir),
        "keys_dir": keys.token_keys(settings)
        if "keys_dir" not in settings.model_fields_set
        else settings.keys_dir,
        **addresses(settings),
    }
    if keeps_mails(settings) and "email_verification" not in settings.model_fields_set:
        derived["email_verification"] = "later"
    return {variable(field): _text(value) for field, value in (chosen | derived).items() if value is not None}


def keeps_mails(settings: Settings) -> bool:
    """Return whether mails stay on this machine, so that nobody could read the one that ends a sign-up."""
    return not Mailbox(settings).is_elsewhere()


def temporal_ui_url(settings: Settings) -> str:
    """Return the UI's address: the one that is set, else that of the embedded server."""
    if "temporal_ui_url" in settings.model_fields_set:
        return settings.temporal_ui_url
    return f"http://{LOOPBACK}:{settings.temporal_ui_port}"


def environment_path(settings: Settings) -> Path:
    """Return the file of these variables, for `deploy/with-env`."""
    return settings.data_dir / "run/roles.env"


def write_environment(settings: Settings) -> None:
    """Write that file."""
    text = render("roles.env.j2", variables=environment(settings))
    write_private(environment_path(settings), text)


def reachable(host: str) -> str:
    """Return an address by which this machine reaches what listens on `host`."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _upstream(roles: Sequence[Role]) -> list[str]:
    return [f"{LOOPBACK}:{role.ports[0].number}" for role in roles]


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)
