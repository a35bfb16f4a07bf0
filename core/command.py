"""The command line: `parlour ROLE` serves a role; `settings`, `keys`, `audit` and `seed` are for who runs it."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

from pydantic import SecretStr, ValidationError

from parlour.core.people.audit_command import verify_audits
from parlour.core.people.keyring import SETTLE_SECONDS, all_keys, rotate
from parlour.core.people.tokens import SECRET_KEY_MIN
from parlour.core.seed import seed_demo
from parlour.core.settings import Settings, settings
from parlour.core.telemetry import set_up_logs


def main() -> None:
    """Run what the command line says; ends with 2 and one line a fault when the settings are wrong."""
    roles = {point.name: point for point in entry_points(group="parlour.roles")}
    arguments = _parser(sorted(roles)).parse_args()
    try:
        chosen = settings()
    except ValidationError as error:
        sys.exit(_faults(error))
    if arguments.command == "settings":
        sys.stdout.write(settings_table())
    elif arguments.command == "keys":
        sys.stdout.write(renewed_keys(chosen))
    elif arguments.command == "audit":
        set_up_logs("audit", chosen.log_level)
        sys.exit(asyncio.run(verify_audits(chosen, arguments.workspace, sys.stdout.write)))
    elif arguments.command == "seed":
        set_up_logs("seed", chosen.log_level)
        asyncio.run(seed_demo(chosen, arguments.password_file.read_text().strip()))
    else:
        _serve(roles[arguments.command].load(), arguments.command, chosen)


def settings_table() -> str:
    """Return every setting as a Markdown table: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    # The general ones first, then those of the parts that Settings is made of.
    general = {
        name: Settings.model_fields[name] for name in Settings.__annotations__ if name != "model_config"
    }
    for name, field in (general | Settings.model_fields).items():
        default = "" if isinstance(field.default, SecretStr) or field.default is None else field.default
        rows.append(
            f"| `PARLOUR_{name.upper()}` | `{default}` | {field.description} |".replace("| `` |", "| – |")
        )
    return "\n".join(rows) + "\n"


def renewed_keys(chosen: Settings) -> str:
    """Make a new key for access tokens, and return which keys there are now."""
    rotate(chosen.keys_dir, keep_seconds=chosen.access_token_seconds)
    lines = [f"{key.kid}  made {key.made_at:%Y-%m-%d %H:%M:%S} UTC" for key in all_keys(chosen.keys_dir)]
    return "\n".join([*lines, f"The last one signs in {SETTLE_SECONDS} seconds.", ""])


def _serve(run: Callable[[Settings], None], role: str, chosen: Settings) -> None:
    if len(chosen.secret_key.get_secret_value()) < SECRET_KEY_MIN:
        sys.exit(f"PARLOUR_SECRET_KEY needs at least {SECRET_KEY_MIN} characters; deploy/up makes one.")
    if not all_keys(chosen.keys_dir):
        sys.exit(f"PARLOUR_KEYS_DIR, {chosen.keys_dir}, holds no key; parlour keys rotate makes one.")
    set_up_logs(role, chosen.log_level)
    run(chosen)


def _parser(roles: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parlour", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for role in roles:
        commands.add_parser(role, help=f"serve the role {role}")
    commands.add_parser("settings", help="list every setting with default and meaning")
    keys = commands.add_parser("keys", help="the keys that sign access tokens")
    keys.add_argument(
        "action", choices=["rotate"], help="make a new one, and remove those that signed long ago"
    )
    audits = commands.add_parser("audit", help="look after the audits of workspaces")
    audits.add_argument("deed", choices=["verify"], help="whether every entry is what was written")
    audits.add_argument("--workspace", help="the id or slug of one workspace; otherwise all are looked at")
    seed = commands.add_parser("seed", help="make the demo workspace if it is not there")
    seed.add_argument("--password-file", type=Path, required=True, help="holds the demo password")
    return parser


def _faults(error: ValidationError) -> str:
    lines = [f"PARLOUR_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
    return "\n".join(["These settings are wrong:", *lines])
