"""The demo workspace: made once, so that a new installation shows something."""

import subprocess
from pathlib import Path

from deploy import keys
from deploy.failure import StackError
from deploy.roles import environment_path
from deploy.servers import BIN
from deploy.settings import ROOT
from parlour.core.settings import Settings

TIMEOUT_S = 120


def seed(settings: Settings) -> None:
    """Make the demo workspace and its sign-in, unless they are there.

    Raises:
        StackError: when `parlour seed` fails.
    """
    password_file = keys.demo_password_file(settings.data_dir)
    command: list[str | Path] = [
        ROOT / "deploy/with-env",
        environment_path(settings),
        BIN / "parlour",
        "seed",
    ]
    log = settings.data_dir / "log/seed.log"
    with log.open("wb") as output:
        try:
            seeding = subprocess.run(
                [*command, "--password-file", password_file],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise StackError(f"the demo workspace was not made within {TIMEOUT_S} s: see {log}") from None
    if seeding.returncode:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise StackError(f"the demo workspace could not be made: see {log}", details=end)


def password(settings: Settings) -> str:
    """Return the password of the demo's sign-in."""
    return keys.demo_password_file(settings.data_dir).read_text().strip()
