"""What a file is called: the name that it came with, as far as it is harmless to show and to save under.

A name never decides what a file is. It is shown to others, so it cannot pretend: no path, nothing that cannot be seen,
nothing that turns the order of letters around, by which `annexegnp.exe` is made to end in `.png`.
"""

import re
import unicodedata

UNNAMED = "unnamed"
EXTENSION_MAX_LENGTH = 16
"""Longer ones are part of the name, as in `notes.of the meeting last week`."""
# Parts of emoji, and of words in Persian or Hindi, are held together by these; all else that cannot be seen goes.
JOINERS = "\u200c\u200d"
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
# Reserved by Unicode to be ignored, or never to be characters. Others without a category may be newer than our tables.
NEVER_SEEN = re.compile("[\u2065\ufdd0-\ufdef\ufff0-\ufff8\ufffe\uffff\U000e0000-\U000e0fff]")
BLANK = frozenset({"Zs", "Zl", "Zp"})
BLANK_CONTROLS = "\t\n\v\f\r"
DRIVE = re.compile(r"[A-Za-z]:")
EDGES = " ." + JOINERS


def kept_name(given: str, *, longest: int) -> str:
    """Return the name under which a file is kept, of at most `longest` characters; it never is empty.

    Applied to what it returned, it returns the same.
    """
    name = _bare(_seen(given))
    if len(name) > longest:
        name = _cut(name, longest)
    return name or UNNAMED


def _seen(given: str) -> str:
    """Return what of a name can be seen, in composed form, every kind of blank as a space."""
    shown = "".join(_seen_character(character) for character in given)
    return unicodedata.normalize("NFC", shown)


def _seen_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in BLANK or character in BLANK_CONTROLS:
        return " "
    if (category in UNSEEN and character not in JOINERS) or NEVER_SEEN.match(character):
        return ""
    return character


def _bare(name: str) -> str:
    """Return a name without the folders and the drive that it came from, and without what hides at its ends."""
    before = None
    while before != name:
        before = name
        parts = [part for part in re.split(r"[/\\]", name) if part.strip(EDGES)]
        name = DRIVE.sub("", parts[-1], count=1) if parts and DRIVE.match(parts[-1]) else "".join(parts[-1:])
        name = " ".join(name.split()).strip(EDGES)
    return name


def _cut(name: str, longest: int) -> str:
    """Return the beginning of a name, and its extension."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > EXTENSION_MAX_LENGTH:
        stem, dot, extension = name, "", ""
    shorter = stem[: longest - len(dot + extension)].rstrip(EDGES)
    return f"{shorter}{dot}{extension}"
