"""The rules of the house that machines keep: who imports whom, and where an `__init__.py` must not be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("core", "workflows", "activities", "api", "socket", "ui")

# What a folder may import of ours. A role's `main` is where its parts are put together.
LAW: dict[str, tuple[str, ...]] = {
    "core": ("parlour.core",),
    "activities": ("parlour.activities", "parlour.core"),
    "workflows": ("parlour.workflows", "parlour.core", "parlour.activities.names"),
    "workflows/main.py": ("parlour.workflows", "parlour.core", "parlour.activities", "parlour.ui"),
    "api": ("parlour.api", "parlour.core", "parlour.workflows"),
    "api/main.py": ("parlour.api", "parlour.core", "parlour.workflows", "parlour.ui"),
    "socket": ("parlour.socket", "parlour.core", "parlour.workflows"),
    "ui": ("parlour.ui", "parlour.core"),
}
INSTEAD = {
    "core": "core knows nothing of its callers: pass what it needs as an argument, or move the rule into core",
    "activities": "an activity calls rules and stores of core; what a workflow decides comes as its input",
    "workflows": "a workflow calls activities by their names (parlour.activities.names) and shares types of core",
    "api": "the API translates requests into rules of core: put the rule there, or start a workflow",
    "socket": "the gateway translates events into rules of core: put the rule there, or start a workflow",
    "ui": "pages show what core knows; in the browser, use the public API",
}
DRIVERS: dict[str, tuple[str, ...]] = {
    "motor": ("core/store",),
    "pymongo": ("core/store",),
    "aio_pika": ("core/bus.py",),
    "redis": ("core",),
    "sanic": ("api", "ui"),
    "socketio": ("socket",),
    "engineio": ("socket",),
}


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: import by the full name, parlour.…"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(module: str, allowed: str) -> bool:
    return module == allowed or module.startswith(f"{allowed}.")


def test_every_folder_imports_only_what_the_map_allows() -> None:
    broken = []
    for path in sources():
        relative = path.relative_to(ROOT).as_posix()
        folder = relative.split("/")[0]
        allowed = LAW.get(relative, LAW[folder])
        broken += [
            f"{relative}:{line} imports {module}: {INSTEAD[folder]}"
            for line, module in imports(path)
            if within(module, "parlour") and not any(within(module, name) for name in allowed)
        ]
    assert not broken, "\n".join(broken)


def test_each_driver_is_imported_only_behind_its_door() -> None:
    broken = []
    for path in sources():
        relative = path.relative_to(ROOT).as_posix()
        for line, module in imports(path):
            doors = DRIVERS.get(module.split(".")[0])
            if doors and not any(relative == door or relative.startswith(f"{door}/") for door in doors):
                broken.append(f"{relative}:{line} imports {module}, which belongs into {' or '.join(doors)}")
    assert not broken, "\n".join(broken)


def test_the_folder_socket_never_shadows_the_standard_library() -> None:
    assert not (ROOT / "socket" / "__init__.py").exists(), "socket/ must hold no __init__.py: see README"
    code = "import socket, asyncio; socket.AF_INET; import parlour.socket.main"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_is_the_package_of_its_name(folder: str) -> None:
    link = ROOT / ".types" / "parlour" / folder
    assert link.is_symlink()
    assert link.resolve() == ROOT / folder
    code = f"import parlour.{folder} as p; print(list(p.__path__)[0])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert Path(ran.stdout.strip()).resolve() == ROOT / folder, ran.stderr


def test_every_package_folder_is_named_in_pyproject() -> None:
    named = (ROOT / "pyproject.toml").read_text()
    for path in sources():
        package = "parlour." + path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        assert f'"{package}"' in named, f"{package} is missing in pyproject.toml: a wheel would lack it"
