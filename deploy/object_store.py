"""The embedded object store: SeaweedFS with its S3, for files and all that is made of them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from deploy import keys
from deploy.program import FAR_BEHIND_THE_TALK, Port, Program
from deploy.rendering import render, write_private
from deploy.server import LOOPBACK, Server
from deploy.settings import ROOT, variable

PROBE_TIMEOUT = timedelta(seconds=3)
# A volume is a file that grows to this; nothing is allocated before it is written.
VOLUME_MB = 1024
MEMORY = "300MiB"
# Asked to end, its filer waits 15 s for a subscription to itself. What it answered is written by then, and nothing but
# a new start waits for it.
STOP_SECONDS = 4
PARTS = ("s3", "filer", "master", "volume")


class ObjectStore(Server):
    """SeaweedFS in one process: master, volumes, filer and S3, which makes the bucket when it is first written to."""

    name = "seaweedfs"
    address_setting = "s3_url"

    @property
    def address(self) -> str:
        """The URL of its S3."""
        return f"http://{LOOPBACK}:{self.settings.s3_port}"

    @property
    def found_by(self) -> dict[str, str]:
        """Its address, and the keys that it knows."""
        access, secret = self._keys
        return {"s3_url": self.address, "s3_access_key": access, "s3_secret_key": secret}

    @property
    def ports(self) -> Sequence[Port]:
        """For each part one of HTTP and one of gRPC."""
        first = self.settings.s3_port
        return [Port(first + index, variable("s3_port"), index=index) for index in range(2 * len(PARTS))]

    @property
    def programs(self) -> Sequence[Program]:
        """The weed among the Python packages."""
        command = [
            *FAR_BEHIND_THE_TALK,
            *(str(ROOT / ".venv/bin/weed"), "-logtostderr=true", "server", "-dir", str(self.folder)),
            *("-ip", LOOPBACK, "-ip.bind", LOOPBACK, *self._port_options),
            *("-master.telemetry=false", "-master.volumeSizeLimitMB", str(VOLUME_MB)),
            # It is a cluster of one: there is nobody to wait for.
            *("-master.electionTimeout", "1s"),
            *("-volume.max", "0", "-volume.preStopSeconds", "0"),
            *("-filer", "-filer.disableDirListing", "-filer.localSocket", str(self.folder / "filer.sock")),
            *("-s3", "-s3.config", str(self._identities), "-s3.localSocket", str(self.folder / "s3.sock")),
            *("-s3.port.iceberg", "0", "-s3.port.lance", "0"),
        ]
        environment = {"HOME": str(self.folder), "GOMEMLIMIT": MEMORY}
        return [Program(self.name, command, self.folder, stop_seconds=STOP_SECONDS, environment=environment)]

    def prepare(self) -> None:
        """Write whom it knows, and how it cleans up."""
        super().prepare()
        access, secret = self._keys
        identity = {
            "name": "parlour",
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        write_private(self._identities, json.dumps({"identities": [identity]}))
        (self.folder / "master.toml").write_text(render("seaweedfs-master.toml.j2"))
        self.tidy()

    @property
    def strays(self) -> Sequence[Path]:
        """The sockets of a killed one: they lie in /tmp, whatever it is told."""
        ports = zip(PARTS, self.ports[1::2], strict=True)
        return [Path(f"/tmp/seaweedfs-{part}-grpc-{port.number}.sock") for part, port in ports]  # noqa: S108

    def waits_for(self) -> str | None:
        """Store an object; the first one makes the bucket."""
        access, secret = self._keys
        store = S3Store(
            self.settings.s3_bucket,
            endpoint=self.address,
            region=self.settings.s3_region,
            access_key_id=access,
            secret_access_key=secret,
            client_options={"allow_http": True, "timeout": PROBE_TIMEOUT},
            retry_config={"max_retries": 0},
        )
        try:
            obstore.put(store, "probe", b"", use_multipart=False)
            obstore.delete(store, "probe")
        except (BaseError, OSError) as error:
            return f"its bucket ({str(error).splitlines()[0][:200]})"
        return None

    @property
    def _keys(self) -> tuple[str, str]:
        settings = self.settings
        return (
            settings.s3_access_key.get_secret_value() or keys.s3_access_key(settings.data_dir),
            settings.s3_secret_key.get_secret_value() or keys.s3_secret_key(settings.data_dir),
        )

    @property
    def _identities(self) -> Path:
        return self.folder / "s3.json"

    @property
    def _port_options(self) -> list[str]:
        numbers = [str(port.number) for port in self.ports]
        options = [f"-{part}.port{kind}" for part in PARTS for kind in ("", ".grpc")]
        return [word for pair in zip(options, numbers, strict=True) for word in pair]
