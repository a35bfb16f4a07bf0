"""`deploy/test`: lint, types and every test, against a stack of its own.

Each run has its own ports and its own folder below `.data-test`, so that runs beside each other, and beside
`deploy/up`, do not meet. A run that failed leaves its folder until the next run.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from deploy import processes
from deploy.checks import checks_pass
from deploy.failure import StackError
from deploy.free_ports import free_ports
from deploy.progress import complain, say, step
from deploy.roles import environment
from deploy.settings import ROOT, read_settings
from deploy.signals import interrupt_on_signals
from deploy.stack import Stack
from parlour.core.settings import Settings

REMAINS = ROOT / ".data-test"
PYTEST_END_S = 30


def main() -> int:
    """Do what the command line asks; return pytest's exit code, or 1 when it does not come to that."""
    options, pytest_arguments = _parse()
    interrupt_on_signals()
    try:
        _delete_remains()
        return _run(_own_settings(), options, pytest_arguments)
    except StackError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="deploy/test",
        description="Lint, check types and run the tests against a stack of their own.",
        epilog="All other arguments are pytest's, for instance: deploy/test tests/unit -k title",
        allow_abbrev=False,
    )
    parser.add_argument("--no-checks", action="store_true", help="tests only: no lint, no types")
    parser.add_argument(
        "--keep", action="store_true", help="keep the stack's data and logs until the next run"
    )
    return parser.parse_known_args()


def _own_settings() -> Settings:
    """Set the environment that a stack of this run's own is described by, and nothing else."""
    for name in [name for name in os.environ if name.startswith("PARLOUR_")]:
        del os.environ[name]
    os.environ["PARLOUR_DATA_DIR"] = str(REMAINS / str(os.getpid()))
    os.environ.update(free_ports(Stack.here().ports))
    # Tests serve the pages that links lead to, and push services; any other private address stays refused.
    os.environ["PARLOUR_PREVIEW_ALLOW"] = os.environ["PARLOUR_PUSH_ALLOW"] = "127.0.0.1"
    os.environ["PARLOUR_WEBHOOK_ALLOWED_RANGES"] = "127.0.0.1/32"
    # What tests would otherwise wait for: a busy channel's routing, a delivery's idle end, the next sweep, a sender's
    # silence.
    os.environ |= {
        "PARLOUR_DELIVERY_SPACING_MAX": "1",
        "PARLOUR_DELIVERY_IDLE": "5",
        "PARLOUR_SWEEP_INTERVAL": "5",
        "PARLOUR_UPLOAD_IDLE": "5",
        "PARLOUR_WEBHOOK_RETRY_FIRST": "0.5",
        "PARLOUR_WEBHOOK_SWEEP_INTERVAL": "5",
        "PARLOUR_APPROVAL_STEP_MIN": "1",
        "PARLOUR_ONBOARDING_SWEEP_INTERVAL": "5",
        "PARLOUR_ONBOARDING_ORPHAN_SECONDS": "20",
        "PARLOUR_SLASH_TIMEOUT": "2",
        # All tests come from one network address.
        "PARLOUR_SIGN_UPS_PER_ADDRESS": "1000000",
        "PARLOUR_MAIL_REQUESTS_PER_ADDRESS": "1000000",
        "PARLOUR_LINK_TRIES_PER_ADDRESS": "1000000",
        "PARLOUR_SIGN_IN_FAILURES_PER_ADDRESS": "1000000",
        "PARLOUR_DOOR_TRIES_WITHOUT_REDIS": "1000000",
        "PARLOUR_RUN_BY": "Example Hosting",
        "PARLOUR_TERMS_URL": "https://example.com/terms",
        "PARLOUR_PRIVACY_URL": "https://example.com/privacy",
        "PARLOUR_SECURITY_LINES_PER_MINUTE": "1000000",
    }
    return read_settings()


def _run(settings: Settings, options: argparse.Namespace, pytest_arguments: list[str]) -> int:
    stack = Stack(settings)
    worth_reading = False
    try:
        stack.start()
        # The servers come up meanwhile.
        if not options.no_checks and not checks_pass():
            # A broker on its way up takes a minute to end cleanly, and its data is deleted anyway.
            stack.discard()
            return 1
        worth_reading = True
        stack.wait_ready()
        code = _pytest(pytest_arguments, environment(settings))
        worth_reading = code != 0
        return code
    finally:
        stack.end()
        if worth_reading or options.keep:
            say(f"logs of servers and roles, until the next run: {settings.data_dir}/log")
        else:
            shutil.rmtree(settings.data_dir, ignore_errors=True)


def _pytest(arguments: list[str], variables: dict[str, str]) -> int:
    """Run pytest; an interruption of ours is passed on once, and the tests may clean up."""
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        start_new_session=True,
    )
    try:
        return running.wait()
    except KeyboardInterrupt:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(PYTEST_END_S)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
        raise


def _delete_remains() -> None:
    """Delete the folders of runs that ended, and end what they left running."""
    for folder in REMAINS.glob("*"):
        if folder.name.isdecimal() and not psutil.pid_exists(int(folder.name)):
            _delete(folder)


def _delete(folder: Path) -> None:
    if leftovers := processes.owned(folder):
        with step(f"ending {len(leftovers)} processes of a run that was killed"):
            processes.end(leftovers, patience_s=10)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
