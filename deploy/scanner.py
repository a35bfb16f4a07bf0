"""The embedded virus scanner: ClamAV's clamd, with the machine's signatures or, for want of them, a test's."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from deploy import probes
from deploy.program import FAR_BEHIND_THE_TALK, Port, Program
from deploy.rendering import render
from deploy.server import LOOPBACK, Server

SYSTEM_SIGNATURES = Path("/var/lib/clamav")
"""Where the machine's freshclam keeps what it fetches."""
# The test string of EICAR, in two parts: no scanner is to find it in this file.
TEST_STRING = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(Server):
    """clamd on a TCP port, as the current user. It finds newer signatures of the machine by itself."""

    name = "clamav"
    address_setting = "clamav_address"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{LOOPBACK}:{self.settings.clamav_port}"

    @property
    def found_by(self) -> dict[str, str]:
        """Where it is, and whether it knows nothing but the test string."""
        return super().found_by | {"clamav_test_signatures": str(not has_signatures()).lower()}

    @property
    def ports(self) -> Sequence[Port]:
        """One port."""
        return [self.port("clamav_port")]

    @property
    def programs(self) -> Sequence[Program]:
        """The clamd of the machine."""
        command = [*FAR_BEHIND_THE_TALK, "clamd", "--config-file", str(self.folder / "clamd.conf")]
        return [Program(self.name, command, self.folder, stop_seconds=15)]

    def prepare(self) -> None:
        """Write its configuration, and signatures where the machine has none; delete what scans left behind."""
        super().prepare()
        temporary = self.folder / "temporary"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        signatures = SYSTEM_SIGNATURES if has_signatures() else self._test_signatures()
        settings = self.settings
        text = render(
            "clamd.conf.j2",
            settings=settings,
            signatures=signatures,
            temporary=temporary,
            unpacked=max(settings.scan_unpacked_max_bytes, settings.scan_max_bytes),
        )
        (self.folder / "clamd.conf").write_text(text)

    def waits_for(self) -> str | None:
        """Answer a PING."""
        return probes.clamd_answers(self.settings.clamav_port)

    def _test_signatures(self) -> Path:
        """Return a folder with one signature: the test string, anywhere in a file of any type."""
        folder = self.folder / "signatures"
        folder.mkdir(exist_ok=True)
        (folder / "test.ndb").write_text(f"Eicar-Test-Signature:0:*:{TEST_STRING.hex()}\n")
        return folder


def has_signatures() -> bool:
    """Whether this machine has ClamAV's own signatures."""
    return any(SYSTEM_SIGNATURES.glob("main.c[vl]d")) or any(SYSTEM_SIGNATURES.glob("daily.c[vl]d"))
