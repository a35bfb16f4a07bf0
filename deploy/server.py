"""What an embedded server is: what runs, where it listens, and when it serves."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from deploy.program import Port, Program
from deploy.settings import variable
from parlour.core.settings import Settings

LOOPBACK = "127.0.0.1"


class Server(ABC):
    """One embedded server."""

    name: ClassVar[str]
    # The setting by which Parlour finds this server. Set to another place, it says: not here.
    address_setting: ClassVar[str]

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.data_dir / self.name

    @property
    @abstractmethod
    def address(self) -> str:
        """Where Parlour finds this server when it is embedded."""

    @property
    @abstractmethod
    def ports(self) -> Sequence[Port]:
        """Every port it listens on."""

    @property
    @abstractmethod
    def programs(self) -> Sequence[Program]:
        """What runs."""

    @abstractmethod
    def waits_for(self) -> str | None:
        """Return what is missing until it serves."""

    @property
    def found_by(self) -> dict[str, str]:
        """The settings by which Parlour finds this server when it is embedded."""
        return {self.address_setting: self.address}

    def is_elsewhere(self) -> bool:
        """Whether a variable says that this server runs at another place."""
        if self.address_setting not in self.settings.model_fields_set:
            return False
        address = str(getattr(self.settings, self.address_setting))
        port = self.ports[0].number
        return not any(f"{host}:{port}" in address for host in (LOOPBACK, "localhost"))

    def prepare(self) -> None:
        """Make its folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def strays(self) -> Sequence[Path]:
        """Files that it may leave outside its folder when it ends."""
        return []

    def tidy(self) -> None:
        """Delete them."""
        for path in self.strays:
            path.unlink(missing_ok=True)

    def port(self, field: str) -> Port:
        """Return the port that a setting gives."""
        return Port(getattr(self.settings, field), variable(field))
