"""The stable codes of errors, read from the source.

    python -m tests.error_codes

writes them, with what the source says of each, to the list that the documentation shows. A test compares the two.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from parlour.core import errors

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "ui" / "templates" / "docs" / "errors.json"
FOLDERS = ("core", "api", "socket", "workflows", "activities")
KINDS: dict[str, tuple[int, str]] = {
    name: (kind.status, kind.title)
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.ParlourError)
}
CHOSEN = {
    "f'{record.kind}_is_fixed'": ("direct_is_fixed", "group_is_fixed"),
}
"""Codes that the source puts together."""
GENERAL = {
    "address_refused": "Parlour calls public addresses by https alone, unless the server's admin allows a range.",
    "command_taken": "There is already a command of this name here.",
    "forbidden": "You see the thing, but may not do this to it.",
    "handle_taken": "Somebody else, or a group, has this handle.",
    "invalid": "A field cannot be taken: `errors` says which, and why.",
    "name_taken": "There is already a channel of this name here.",
    "not_found": "It does not exist, or you have no access to it: the same answer.",
    "too_many_requests": "Faster or more often than a setting allows: wait as long as Retry-After says.",
    "unavailable": "A server behind does not answer. Nothing was promised: try again.",
}
"""What to say of codes with many causes."""
OF = {"NotFoundError": "not_found", "UnavailableError": "unavailable"}
"""What their `of` gives."""

Row = dict[str, str | int]


def codes() -> list[Row]:
    """Return each code with its status and words, by code; of several places that raise it, the first one's."""
    trees = [
        ast.parse(path.read_text()) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    kinds = KINDS | _kinds_of(trees)
    found: dict[str, Row] = {}
    for code, kind, words in _raised(trees, kinds):
        status, title = kinds[kind]
        row: Row = {"code": code, "status": status, "words": GENERAL.get(code) or words or title}
        known = found.setdefault(code, row)
        if known["words"] == title and words:
            known["words"] = words
    return [found[code] for code in sorted(found)]


def _kinds_of(trees: list[ast.Module]) -> dict[str, tuple[int, str]]:
    """Return the types of errors that are declared where they are raised."""
    found: dict[str, tuple[int, str]] = {}
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        known = KINDS | found
        for base in (base.id for base in node.bases if isinstance(base, ast.Name) and base.id in known):
            said = {
                target.id: line.value.value
                for line in node.body
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
                for target in line.targets
                if isinstance(target, ast.Name)
            }
            status, title = known[base]
            found[node.name] = (int(str(said.get("status", status))), str(said.get("title", title)))
    return found


def _raised(trees: list[ast.Module], kinds: dict[str, tuple[int, str]]) -> Iterator[tuple[str, str, str]]:
    for tree in trees:
        strange = _strange(tree, kinds)
        known = {name: kind for name, kind in kinds.items() if name not in strange}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _of_call(node, known)
            elif isinstance(node, ast.ClassDef) and node.name in kinds:
                yield from _of_class(node)


def _strange(tree: ast.Module, kinds: dict[str, tuple[int, str]]) -> set[str]:
    """Return the names of classes of a module that are no errors of Parlour's, whatever others are called."""
    declared = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {
        node.name
        for node in declared
        if not any(isinstance(base, ast.Name) and base.id in kinds for base in node.bases)
    } - KINDS.keys()


def _of_class(kind: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    """Yield the code that a type gives itself: `super().__init__("code", …)`."""
    for call in (node for node in ast.walk(kind) if isinstance(node, ast.Call) and len(node.args) > 1):
        if ast.unparse(call.func) == "super().__init__":
            yield from ((code, kind.name, _words(call.args[1])) for code in _codes_of(call.args[0]))


def _of_call(call: ast.Call, kinds: dict[str, tuple[int, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the code, the type and the words of a call that makes an error."""
    made = call.func
    if isinstance(made, ast.Name) and made.id in kinds and call.args:
        words = _words(call.args[1]) if len(call.args) > 1 else ""
        yield from ((code, made.id, words) for code in _codes_of(call.args[0]))
    elif isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name) and made.value.id in kinds:
        if made.attr == "field":
            is_own = len(call.args) > len(("name", "detail"))
            given = call.args[2] if is_own else ast.Constant("invalid")
            words = _words(call.args[1]) if is_own else ""
            yield from ((code, made.value.id, words) for code in _codes_of(given))
        elif made.attr == "of" and made.value.id in OF:
            yield OF[made.value.id], made.value.id, ""


def _codes_of(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    return CHOSEN.get(ast.unparse(node), ())


def _words(node: ast.expr) -> str:
    """Return a sentence of the source; what is put in is an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
        return "".join(str(part) for part in parts)
    if isinstance(node, ast.BinOp):
        return _words(node.left) + _words(node.right)
    return ""


if __name__ == "__main__":
    LISTED.write_text(json.dumps(codes(), ensure_ascii=False, indent=1) + "\n")
