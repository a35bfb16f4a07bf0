"""Runs the load scripts, which are JavaScript: the official client is. JSON in, JSON out."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from deploy.failure import StackError
from deploy.servers import BIN

SCRIPTS = Path(__file__).parent / "load"
# What a script may take beyond the time it measures: connecting, warming up, draining.
MARGIN_S = 120


def run_load(script: str, task: dict[str, Any], *, seconds: float) -> dict[str, Any]:
    """Return what a script measured, which may take about `seconds`.

    Raises:
        StackError: it failed, or did not end.
    """
    try:
        ran = subprocess.run(
            [_node(), SCRIPTS / script],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=seconds + MARGIN_S,
        )
    except subprocess.TimeoutExpired:
        raise StackError(f"{script} did not end within {seconds + MARGIN_S} s") from None
    if ran.returncode:
        raise StackError(f"{script} failed", details=ran.stderr[-2000:])
    return dict(json.loads(ran.stdout))


def _node() -> str:
    found = shutil.which("node") or shutil.which("node", path=os.fspath(BIN))
    if found is None:
        raise StackError("no node found: put one on PATH")
    return found
