"""`deploy/up`: start, show, stop and reset Parlour on this machine."""

import argparse
import shutil
import sys
import time
from collections.abc import Callable

from deploy import demo, preflight, processes
from deploy.failure import StackError
from deploy.progress import complain, say, step
from deploy.roles import keeps_mails, temporal_ui_url
from deploy.servers import mail_folder
from deploy.settings import read_settings
from deploy.signals import interrupt_on_signals
from deploy.stack import Stack
from deploy.status import show
from parlour.core.settings import Settings

WATCH_S = 1.0


def main() -> int:
    """Do what the command line asks; return the exit code."""
    options = _parse()
    interrupt_on_signals()
    try:
        return _chosen(options)(read_settings(), options)
    except StackError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="deploy/up",
        description="Start Parlour on this machine: real servers and every role, data kept between starts.",
        epilog="Ports, the data folder and every limit are PARLOUR_* variables: core/settings.py lists them.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--detach", action="store_true", help="return once everything is ready")
    what.add_argument(
        "--status", action="store_true", help="show servers and roles; exit 0 when all is ready"
    )
    what.add_argument("--stop", action="store_true", help="stop a running stack; data is kept")
    what.add_argument("--reset", action="store_true", help="stop, and delete all data")
    parser.add_argument("--yes", action="store_true", help="with --reset: do not ask")
    return parser.parse_args()


def _chosen(options: argparse.Namespace) -> Callable[[Settings, argparse.Namespace], int]:
    if options.status:
        return _status
    if options.stop:
        return _stop
    return _reset if options.reset else _start


def _start(settings: Settings, options: argparse.Namespace) -> int:
    stack = Stack(settings)
    keep = False
    say("Starting Parlour")
    try:
        stack.start()
        stack.wait_ready()
        if settings.demo:
            with step("demo workspace"):
                demo.seed(settings)
        _tell_where(stack, detached=options.detach)
        keep = options.detach
        return 0 if keep else _stay(stack)
    finally:
        if stack.supervisor.process is not None and not keep:
            stack.end()


def _tell_where(stack: Stack, *, detached: bool) -> None:
    settings = stack.settings
    say(f"\nParlour is ready at {settings.address}")
    if settings.demo:
        say(f"  demo sign-in  {settings.demo_email}  {demo.password(settings)}")
    say(f"  Temporal UI   {temporal_ui_url(settings)}")
    if keeps_mails(settings):
        say(f"  mails         {mail_folder(settings)}/new  (none leaves this machine)")
        if "email_verification" not in settings.model_fields_set:
            say("  signing up    at once; with PARLOUR_SMTP_HOST set, people confirm their address first")
    say(f"  logs          {settings.data_dir}/log")
    say(f"  to stop       {'deploy/up --stop' if detached else 'Ctrl-C'}, data is kept\n")


def _stay(stack: Stack) -> int:
    try:
        return _watch(stack)
    except KeyboardInterrupt:
        say()
        return 0


def _watch(stack: Stack) -> int:
    """Tell what ends and is started again, until someone stops the stack from elsewhere."""
    supervisor = stack.supervisor
    pids: dict[str, int] = {}
    while supervisor.process is not None and (code := supervisor.process.poll()) is None:
        try:
            found = {state.name: state.pid for state in supervisor.states().values() if state.pid}
        except StackError:
            found = {}  # It is being stopped from elsewhere: the next look sees that it ended.
        for name in found:
            if pids.get(name, found[name]) != found[name]:
                say(f"  {name} ended and was started again: see {stack.log_path(name)}")
        pids.update(found)
        time.sleep(WATCH_S)
    if code:
        log = supervisor.log_dir / "supervisord.log"
        raise StackError(f"the supervisor ended: see {log}, then run deploy/up again")
    say("Parlour was stopped.")
    return 0


def _status(settings: Settings, _options: argparse.Namespace) -> int:
    return show(Stack(settings))


def _stop(settings: Settings, _options: argparse.Namespace) -> int:
    stack = Stack(settings)
    if not processes.owned(settings.data_dir):
        say(f"nothing runs for {settings.data_dir}")
        return 0
    stack.end()
    return 0


def _reset(settings: Settings, options: argparse.Namespace) -> int:
    folder = settings.data_dir
    if not folder.exists():
        say(f"nothing to delete: {folder} does not exist")
        return 0
    if not preflight.is_ours(folder):
        raise StackError(f"{folder} is no data folder of Parlour: nothing was deleted")
    say(f"This stops Parlour and deletes {folder}: every account, message, workflow, secret and log.")
    if sys.stdin.isatty() and not options.yes and input("Type yes to go on: ").strip() != "yes":
        raise StackError("nothing was deleted")
    Stack(settings).end()
    with step("deleting"):
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
