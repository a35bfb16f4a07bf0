"""Files that this process may use from now on, for good: Landlock. https://docs.kernel.org/userspace-api/landlock.html"""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from parlour.core.files.maker.system_calls import LIBC

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER, REMOVE_FILE, MAKE_FILE, TRUNCATE = (
    1 << bit for bit in (0, 1, 2, 3, 5, 8, 14)
)
READ = EXECUTE | READ_FILE | READ_FOLDER
WRITE = READ_FILE | READ_FOLDER | WRITE_FILE | MAKE_FILE | REMOVE_FILE | TRUNCATE
OF_FOLDERS = READ_FOLDER | MAKE_FILE | REMOVE_FILE
KNOWN = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights the first versions of Landlock know."""
KNOWN_LATER = 16


def restrict(*, read: Sequence[str], write: Sequence[str]) -> bool:
    """Refuse every file but these, and those in these folders; return whether that is possible here."""
    version = LIBC.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    if version < 1:
        return False
    handled = (1 << KNOWN.get(version, KNOWN_LATER)) - 1
    rules = LIBC.syscall(CREATE_RULESET, struct.pack("Q", handled), 8, 0)
    for rights, paths in ((READ, read), (WRITE, write)):
        for path in filter(os.path.exists, paths):
            _allow(rules, path, rights & handled)
    restricted = LIBC.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return bool(restricted)


def _allow(rules: int, path: str, rights: int) -> None:
    if not Path(path).is_dir():
        rights &= ~OF_FOLDERS
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    LIBC.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
