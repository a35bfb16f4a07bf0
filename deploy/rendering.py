"""Configuration files from the templates in `deploy/templates`."""

import os
import shlex
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - configuration files, not pages
)
# supervisord reads `%` as the begin of a placeholder.
_templates.filters["ini"] = lambda value: str(value).replace("%", "%%")
_templates.filters["command"] = shlex.join
_templates.filters["quoted"] = shlex.quote


def render(template: str, **facts: object) -> str:
    """Return a filled-in template; a fact it names and does not get is an error."""
    return _templates.get_template(template).render(**facts)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, never readable by others in between."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
