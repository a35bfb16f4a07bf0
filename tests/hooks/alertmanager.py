"""Debian's prometheus-alertmanager, told to send its alerts to one webhook."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.person import eventually

CONFIGURATION = """
route:
  receiver: parlour
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: parlour
    slack_configs:
      - api_url: "{url}"
        channel: "#alerts"
        send_resolved: true
        fields:
          - title: Severity
            value: '{{{{ .CommonLabels.severity }}}}'
            short: true
          - title: Instance
            value: '{{{{ .CommonLabels.instance }}}}'
            short: true
        actions:
          - type: button
            text: Runbook
            url: https://runbooks.example.com/engine
        text: '{{{{ range .Alerts }}}}*{{{{ .Annotations.summary }}}}*{{{{ end }}}}'
"""


@asynccontextmanager
async def alerting(url: str, folder: Path) -> AsyncIterator[str]:
    """Run it with its own Slack receiver on `url`; yield the address of its API."""
    program = shutil.which("prometheus-alertmanager")
    assert program, "prometheus-alertmanager is missing: run deploy/bootstrap --dev"
    configuration = folder / "alertmanager.yml"
    configuration.write_text(CONFIGURATION.format(url=url))
    address = f"127.0.0.1:{_free_port()}"
    process = await asyncio.create_subprocess_exec(
        program,
        f"--config.file={configuration}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(os.environ),
    )
    try:
        async with aiohttp.ClientSession() as session:

            async def is_ready() -> bool:
                try:
                    return (await session.get(f"http://{address}/-/ready")).status == 200
                except aiohttp.ClientError:
                    return False

            await eventually(is_ready)
        yield f"http://{address}"
    finally:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
