"""Templates of workspaces: data files beside this module, `template_files/*.json`, read once."""

from functools import cache
from importlib.resources import files

import msgspec

from parlour.core.errors import InvalidError
from parlour.core.model.onboarding import WorkspaceTemplate

PLAIN = "plain"
"""What a workspace is made of when nobody chose: #general, and no welcome."""
ORDER = ("team", "project", "community", PLAIN)


@cache
def templates() -> dict[str, WorkspaceTemplate]:
    """Return all templates by their ids, in the order in which they are offered."""
    folder = files("parlour.core.onboarding") / "template_files"
    found = [
        msgspec.json.decode(path.read_bytes(), type=WorkspaceTemplate)
        for path in folder.iterdir()
        if path.name.endswith(".json")
    ]
    found.sort(key=lambda each: (ORDER.index(each.id) if each.id in ORDER else len(ORDER), each.title))
    return {each.id: each for each in found}


def checked_template(template_id: str) -> WorkspaceTemplate:
    """Return a template.

    Raises:
        InvalidError: there is none of that id.
    """
    found = templates().get(template_id)
    if found is None:
        known = ", ".join(templates())
        raise InvalidError.field("template", f"There is no such template; there are {known}.")
    return found
