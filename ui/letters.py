"""Mails about accounts and invitations as people read them: a subject, HTML with its styles in place, the same as text.

What each kind of letter says is a function of its words.
"""

from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import urlsplit

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined

from parlour.core.model.mails import MailKind
from parlour.core.outside.letter import Letter
from parlour.core.outside.mail import Rendered
from parlour.core.settings import settings
from parlour.ui import account_letters, workspace_letters
from parlour.ui.said import Said, Words

SAID: Mapping[MailKind, Callable[[Words], Said]] = {**account_letters.SAID, **workspace_letters.SAID}
"""What each kind of letter says."""


def render(letter: Letter) -> Rendered:
    """Return a letter as it is sent.

    Raises:
        KeyError: a word is missing that its kind needs.
    """
    said = SAID[letter.kind](letter.words)
    home = settings().address
    values = {
        "said": said,
        "name": letter.to_name,
        "preheader": said.before[0],
        "home_url": home,
        "host": urlsplit(home).netloc,
    }
    html = _pages().get_template("mail/letter.html").render(values)
    text = _texts().get_template("mail/letter.txt").render(values)
    return Rendered(subject=said.subject, html=_inliner().inline(html), text=text.strip() + "\n")


@cache
def _pages() -> Environment:
    return _environment(autoescape=True)


@cache
def _texts() -> Environment:
    return _environment(autoescape=False)


def _environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("parlour.ui"),
        autoescape=autoescape,  # noqa: S701 - the text part is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _inliner() -> CSSInliner:
    # What only some programs understand (dark colours, phones) stays in a style element.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
