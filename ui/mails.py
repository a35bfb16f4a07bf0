"""Mails as people read them: a subject, HTML with its styles in place, and the same as text."""

from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined

from parlour.core.errors import InvalidError
from parlour.core.later.zones import checked_timezone
from parlour.core.outside.mail import Rendered
from parlour.core.outside.notice import Mail, MailConversation, MailMessage
from parlour.core.settings import settings
from parlour.ui.mail_text import as_html, shortened, with_emoji

DEEDS = ("wrote ", "mentioned ", "called ", "replied ")
REASONS_SHOWN = 3
PREHEADER_MAX = 140
NO_TEXT = "The text stays in Parlour."


def render(mail: Mail) -> Rendered:
    """Return a mail as it is sent."""
    values = {
        "mail": mail,
        "subject": subject(mail),
        "preheader": preheader(mail),
        "headline": headline(mail),
        "reasons": reasons(mail),
        "zone": _zone(mail.timezone),
        "host": urlsplit(mail.home_url).netloc,
        "no_text": NO_TEXT,
        "most": _most(mail),
    }
    html = _pages().get_template("mail/notification.html").render(values)
    text = _texts().get_template("mail/notification.txt").render(values)
    return Rendered(subject=subject(mail), html=_inliner().inline(html), text=text.strip() + "\n")


def subject(mail: Mail) -> str:
    """Return the line of a mail in an inbox, urgent ones marked."""
    return f"Urgent: {_gist(mail)}" if mail.urgent else _gist(mail)


def headline(mail: Mail) -> str:
    """Return how a mail begins."""
    if mail.total == 1:
        return "A message is waiting for you"
    return f"{mail.total} messages are waiting for you"


def preheader(mail: Mail) -> str:
    """Return what inboxes show behind the subject."""
    said = " · ".join(
        f"{message.author}: {' '.join(message.text.split())}"
        for conversation in mail.conversations
        for message in conversation.messages
        if message.text
    )
    return shortened(said or f"Open {mail.workspace} to read.", PREHEADER_MAX)


def reasons(mail: Mail) -> str:
    """Return why someone gets a mail, as the end of a sentence."""
    every = dict.fromkeys(
        _reason(message, conversation)
        for conversation in mail.conversations
        for message in conversation.messages
    )
    if not every:
        return "you have unread messages"
    told = list(every)[:REASONS_SHOWN]
    if len(every) > len(told):
        told.append("for other reasons")
    return ", ".join(told[:-1]) + (" and " if len(told) > 1 else "") + told[-1]


def _gist(mail: Mail) -> str:
    if not mail.conversations:
        return f"{_count(mail.total)} in {mail.workspace}"
    if len(mail.conversations) > 1:
        return f"{mail.workspace}: {_count(mail.total)} in {len(mail.conversations)} conversations"
    [conversation] = mail.conversations
    if mail.total == 1 and conversation.messages and _is_deed(conversation.messages[0]):
        return _deed(conversation)
    return f"{_where(conversation)}: {_count(mail.total)}"


def _deed(conversation: MailConversation) -> str:
    [message] = conversation.messages[:1]
    has_place = conversation.title.startswith("#")
    place = f" in {conversation.title}" if has_place else ""
    return f"{message.author} {message.why}{place}"


def _where(conversation: MailConversation) -> str:
    people = _people(conversation)
    if not people or people == conversation.title:
        return conversation.title
    if conversation.root_id:
        return f"{people} in a {conversation.title[:1].lower()}{conversation.title[1:]}"
    return f"{people} in {conversation.title}"


def _people(conversation: MailConversation) -> str:
    names = list(dict.fromkeys(message.author for message in conversation.messages))
    if len(names) > 2:
        return f"{names[0]} and {len(names) - 1} others"
    return " and ".join(names)


def _is_deed(message: MailMessage) -> bool:
    return message.why.startswith(DEEDS)


def _reason(message: MailMessage, conversation: MailConversation) -> str:
    if _is_deed(message):
        return f"{message.author} {message.why}"
    if message.why.startswith("your "):
        return f"{message.author} used {message.why}"
    return message.why.removesuffix(" here") + f" of {conversation.title}"


def _count(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _when(message: MailMessage, zone: ZoneInfo) -> str:
    local = message.at.astimezone(zone)
    return f"{local.day} {local:%B, %H:%M}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(checked_timezone(name))
    except InvalidError:
        return ZoneInfo("UTC")


def _doing(message: MailMessage) -> str:
    """Return what stands behind an author's name: what they did, or the reader's keyword."""
    if _is_deed(message):
        return f" {message.why}"
    return f" · {message.why}" if message.why.startswith("your ") else ""


def _most(mail: Mail) -> int:
    """Return how many characters of each message a mail has room for."""
    shown = sum(len(conversation.messages) for conversation in mail.conversations)
    return min(settings().mail_text_max, settings().mail_texts_max // max(shown, 1) + 1)


def _text(text: str, most: int) -> str:
    return shortened(with_emoji(text), most)


@cache
def _pages() -> Environment:
    return _environment(autoescape=True)


@cache
def _texts() -> Environment:
    return _environment(autoescape=False)


def _environment(*, autoescape: bool) -> Environment:
    made = Environment(
        loader=PackageLoader("parlour.ui"),
        autoescape=autoescape,  # noqa: S701 - the text part is no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(html=as_html, text=_text, count=_count, when=_when, doing=_doing)
    return made


@cache
def _inliner() -> CSSInliner:
    # What only some programs understand (dark colours, phones) stays in a style element.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
