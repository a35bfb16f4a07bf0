"""What runs under the supervisor: programs, and the services that servers and roles are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Protocol


class Tier(IntEnum):
    """When a program is stopped: the highest tier first, and the next only when that has ended.

    All tiers start at once, since every role waits for the servers it needs.
    """

    SERVERS = 1
    ROLES = 2
    FRONT = 3


@dataclass(frozen=True)
class Port:
    """A TCP port that a service listens on, and the setting that moves it."""

    number: int
    setting: str
    host: str = "127.0.0.1"
    index: int = 0

    def __str__(self) -> str:
        """Name the setting, for people."""
        return f"{self.setting} + {self.index}" if self.index else self.setting


BEHIND_THE_TALK = ("nice", "-n", "5")
"""How what may be a moment later is started: on a busy machine, messages come first and their promises second."""
FAR_BEHIND_THE_TALK = ("nice", "-n", "10")
"""How what keeps a core busy for seconds on end is started."""


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    command: Sequence[str]
    folder: Path
    stop_seconds: int
    tier: Tier = Tier.SERVERS
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_whole_group: bool = True


class Service(Protocol):
    """A server or a role: what it runs, where it listens, and whether it serves."""

    @property
    def name(self) -> str:
        """The name people know it by; that of its main program too."""

    @property
    def ports(self) -> Sequence[Port]:
        """Every port it listens on; the first is the one people want to know."""

    @property
    def programs(self) -> Sequence[Program]:
        """What runs, as the supervisor shall start it."""

    def prepare(self) -> None:
        """Write the files it needs; called before every start."""

    def waits_for(self) -> str | None:
        """Return what is still missing until it serves, None once it does."""
