"""What names and e-mail addresses may be."""

import re
import unicodedata

from parlour.core.chat.text import FORBIDDEN
from parlour.core.errors import InvalidError
from parlour.core.settings import Settings

HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9_])?")
HANDLE_MAX_LENGTH = 24
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
RESERVED_HANDLES = frozenset({"channel", "all", "everyone", "here"})
"""What calls more than one person."""
# One @, something with a dot behind it, no spaces: whether it exists, only a mail can tell.
EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]+@[^@\s.]+(\.[^@\s.]+)+")


def checked_line(text: str, *, field: str, longest: int, limit: str) -> str:
    """Return a text of one line, which may be empty; `limit` is the setting that says how long it may be.

    Raises:
        InvalidError: it is too long, or holds control characters.
    """
    if FORBIDDEN.search(text) or "\n" in text or "\t" in text:
        raise InvalidError.field(field, "This cannot hold control characters or line breaks.")
    shown = " ".join(unicodedata.normalize("NFC", text).split())
    if len(shown) > longest:
        raise InvalidError.field(field, f"This has at most {longest} characters ({limit}).")
    return shown


def checked_language(tag: str) -> str | None:
    """Return a language's tag in the usual case (BCP 47), or none of an empty one.

    Raises:
        InvalidError: it is no tag.
    """
    plain = tag.strip().replace("_", "-")
    if not plain:
        return None
    if not LANGUAGE.fullmatch(plain):
        raise InvalidError.field("language", "This is not the tag of a language, such as en or pt-BR.")
    first, *rest = plain.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in rest)])


def checked_name(name: str, settings: Settings, *, field: str = "name") -> str:
    """Return a name in one line, without needless spaces.

    Raises:
        InvalidError: it is empty, too long, or holds control characters.
    """
    if FORBIDDEN.search(name) or "\n" in name or "\t" in name:
        raise InvalidError.field(field, "A name cannot hold control characters or line breaks.")
    shown = " ".join(unicodedata.normalize("NFC", name).split())
    if not shown:
        raise InvalidError.field(field, "A name needs at least one character.")
    if len(shown) > settings.name_max_length:
        raise InvalidError.field(
            field, f"A name has at most {settings.name_max_length} characters (name_max_length)."
        )
    return shown


def checked_email(email: str, settings: Settings) -> str:
    """Return an e-mail address as it is compared and stored: casefolded.

    Raises:
        InvalidError: it cannot be an address.
    """
    folded = email.strip().casefold()
    if len(folded) > settings.email_max_length or FORBIDDEN.search(folded) or not EMAIL.fullmatch(folded):
        raise InvalidError.field("email", "This is not an e-mail address.")
    return folded


def handle_of(name: str, email: str) -> str:
    """Return the handle that a new person gets, before it is made unique: of their name, else their address."""
    for source in (name, email.split("@", maxsplit=1)[0]):
        plain = unicodedata.normalize("NFKD", source).encode("ascii", "ignore").decode().lower()
        handle = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:HANDLE_MAX_LENGTH].strip(".")
        if handle and handle not in RESERVED_HANDLES:
            return handle
    return "member"


def checked_handle(handle: str) -> str:
    """Return a handle as it is stored and called: lower case, without its `@`.

    Raises:
        InvalidError: it cannot be called by `@handle`, or calls more than one person.
    """
    plain = handle.strip().removeprefix("@").lower()
    if not HANDLE.fullmatch(plain) or plain in RESERVED_HANDLES:
        raise InvalidError.field(
            "handle",
            "A handle has at most 32 of a-z, 0-9, dot, hyphen and underscore, begins with a letter or number, "
            f"and is none of {', '.join(sorted(RESERVED_HANDLES))}.",
        )
    return plain


def folded(name: str) -> str:
    """Return a name as names are compared: compatibility forms and case folded."""
    return unicodedata.normalize("NFKC", name).casefold()


def slug_of(name: str) -> str:
    """Return a name's part of an address: a-z, 0-9 and hyphens, at most 40 of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "workspace"
