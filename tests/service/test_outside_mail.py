"""Mails, against an SMTP server that takes, refuses, hangs, encrypts and asks for a password."""

import ssl
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import trustme

from parlour.core.clock import now
from parlour.core.outside.answer import Answer
from parlour.core.outside.mail import compose
from parlour.core.outside.notice import Mail
from parlour.core.outside.outside import Outside
from parlour.core.settings import Settings
from parlour.ui.mails import render
from tests.outside.leading import secret, towards
from tests.outside.mail_server import DROP, HANG, MailServer, mail_server
from tests.outside.mailbox import mails_to, text_of
from tests.outside.samples import a_conversation, a_mail, a_message, plainly


@pytest.fixture
async def outside(stack_settings: Settings, mails: MailServer) -> AsyncIterator[Outside]:
    async with Outside(towards(stack_settings, mails), plainly) as opened:
        yield opened


async def sent(outside: Outside, mails: MailServer, mail: Mail) -> EmailMessage:
    """Send a mail, and return it as its reader's program parses it."""
    answer = await outside.mail(mail)
    assert (answer.answered, answer.code) == ("sent", "250 2.0.0"), answer
    return mails.to(mail.to_email)[-1]


async def test_a_mail_arrives_with_both_parts(outside: Outside, mails: MailServer) -> None:
    said = "Grüße ☕\n.\nFrom here on: " + "a very long line " * 100
    mail = a_mail(conversations=[a_conversation(a_message(said))])
    got = await sent(outside, mails, mail)
    assert got.get_content_type() == "multipart/alternative"
    text, html = got.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n").strip() == said.strip()
    assert said[:5] in html.get_content()
    assert all(len(line) <= 998 for line in bytes(got).splitlines())
    assert mails.envelopes[0].mail_from == "parlour@127.0.0.1"
    assert mails.envelopes[0].rcpt_tos == ["ben@example.com"]


async def test_its_headers_tell_programs_what_it_is(outside: Outside, mails: MailServer) -> None:
    mail = a_mail(to_name="Ben, the Ünlikely", workspace="Gesellschaft für Maschinen")
    got = await sent(outside, mails, mail)
    assert got["From"] == "Parlour <parlour@127.0.0.1>"
    assert got["To"].addresses[0].display_name == "Ben, the Ünlikely"
    assert got["Message-ID"] == f"<{mail.dispatch_id}@127.0.0.1>"
    assert got["List-Unsubscribe"] == f"<{mail.unsubscribe_url}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Id"] == "Gesellschaft für Maschinen <gesellschaft-f-r-maschinen.127.0.0.1>"
    assert abs((parsedate_to_datetime(got["Date"]) - now()).total_seconds()) < 60
    assert got["Importance"] is None
    assert (await sent(outside, mails, a_mail(urgent=True)))["Importance"] == "high"


async def test_mails_of_a_conversation_thread_and_a_digest_stands_alone(
    outside: Outside, mails: MailServer
) -> None:
    first, second = [await sent(outside, mails, a_mail(thread_key="c1")) for _ in range(2)]
    other = await sent(outside, mails, a_mail(thread_key="c2"))
    digest = await sent(outside, mails, a_mail(thread_key=None, digest=True))
    assert first["References"] == second["References"] == second["In-Reply-To"] != other["References"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "c1" not in first["References"]
    assert digest["References"] is None


async def test_the_same_dispatch_is_the_same_mail_at_every_attempt(
    outside: Outside, mails: MailServer
) -> None:
    mail = a_mail()
    assert (await sent(outside, mails, mail))["Message-ID"] == (await sent(outside, mails, mail))[
        "Message-ID"
    ]


async def test_what_people_write_adds_no_header(outside: Outside, mails: MailServer) -> None:
    evil = "Ada\r\nBcc: eve@example.com\n"
    mail = a_mail(to_name=evil, workspace=evil, conversations=[a_conversation(title=evil)], thread_key=evil)
    got = await sent(outside, mails, mail)
    assert got["Bcc"] is None
    assert "Bcc: eve@example.com" in got["Subject"]


@pytest.mark.parametrize(
    "to", ["", "ben", "ben@", "@example.com", "a@b@c", "ben@example.com\r\nDATA", "b en@x.org"]
)
async def test_an_address_that_is_none_is_refused(outside: Outside, mails: MailServer, to: str) -> None:
    answer = await outside.mail(a_mail(to))
    assert answer.answered == "refused", answer
    assert not mails.mails


async def test_an_address_that_is_not_ascii_goes_where_servers_take_it(
    outside: Outside, mails: MailServer
) -> None:
    assert (await outside.mail(a_mail("jürgen@example.com"))).answered == "sent"
    assert mails.envelopes[-1].rcpt_tos == ["jürgen@example.com"]


@pytest.mark.parametrize(
    ("step", "reply", "answered", "code"),
    [
        ("RCPT", "550 5.1.1 no such user <ben@example.com>", "gone", "550 5.1.1"),
        ("RCPT", "550 no such user", "gone", "550"),
        ("RCPT", "550 5.7.1 blocked", "refused", "550 5.7.1"),
        ("RCPT", "552 5.2.2 mailbox full", "refused", "552 5.2.2"),
        ("RCPT", "450 4.2.1 greylisted, come again", "retry", "450 4.2.1"),
        ("RCPT", "421 4.3.2 going down", "retry", "421 4.3.2"),
        ("MAIL", "550 5.7.60 you may not send as that", "misconfigured", "550 5.7.60"),
        ("MAIL", "530 5.7.0 authentication required", "misconfigured", "530 5.7.0"),
        ("MAIL", "451 4.7.1 too many", "retry", "451 4.7.1"),
        (
            "DATA",
            "554 5.6.0 looks like spam, see https://spam.test/?m=ben@example.com",
            "refused",
            "554 5.6.0",
        ),
        ("DATA", "452 4.3.1 disk full", "retry", "452 4.3.1"),
        ("RCPT", DROP, "retry", "unreachable"),
        ("DATA", DROP, "unknown", "halfway"),
        ("DATA", HANG, "unknown", "halfway"),
    ],
)
async def test_each_reply_means_what_it_means(
    outside: Outside, mails: MailServer, step: str, reply: str, answered: str, code: str
) -> None:
    mails.then(step, reply)  # type: ignore[arg-type]
    answer = await outside.mail(a_mail())
    assert (answer.answered, answer.code) == (answered, code), answer
    assert "@" not in answer.words
    assert "spam.test" not in answer.words
    assert (await outside.mail(a_mail())).answered == "sent"


async def test_connections_are_used_again_and_replaced_when_they_broke(
    outside: Outside, mails: MailServer
) -> None:
    for _ in range(5):
        assert (await outside.mail(a_mail())).answered == "sent"
    assert mails.sessions == 1
    mails.then("DATA", DROP)
    assert (await outside.mail(a_mail())).answered == "unknown"
    assert (await outside.mail(a_mail())).answered == "sent"
    assert mails.sessions == 2


async def test_a_mail_server_that_is_away_is_tried_again(stack_settings: Settings) -> None:
    away = towards(stack_settings, smtp_host="127.0.0.1", smtp_port=9)
    async with Outside(away, plainly) as outside:
        answer = await outside.mail(a_mail())
    assert (answer.answered, answer.code) == ("retry", "unreachable")


@contextmanager
def certificates(folder: Path) -> Iterator[tuple[ssl.SSLContext, str]]:
    """A server's context, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(path)
    yield context, str(path)


async def answered(settings: Settings, mails: MailServer, **changed: object) -> Answer:
    async with Outside(towards(settings, mails, **changed), plainly) as outside:
        return await outside.mail(a_mail())


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_mails_leave_encrypted_and_signed_in(
    stack_settings: Settings, tmp_path: Path, security: str
) -> None:
    with certificates(tmp_path) as (context, authority):
        tls = {"tls": context} if security == "tls" else {"starttls": context}
        async with mail_server(**tls, sign_in=True) as mails:
            reached = {"smtp_security": security, "smtp_timeout": 5, "smtp_user": "parlour"}
            good = reached | {"smtp_ca_file": authority, "smtp_password": secret("parlour")}
            assert (await answered(stack_settings, mails, **good)).answered == "sent"
            assert mails.signed_in == ["parlour"]
            wrong = await answered(stack_settings, mails, **(good | {"smtp_password": secret("wrong-one")}))
            assert (wrong.answered, wrong.code[:3]) == ("misconfigured", "535")
            assert "wrong-one" not in wrong.words
            unknown = await answered(stack_settings, mails, **(good | {"smtp_ca_file": ""}))
            assert (unknown.answered, unknown.code) == ("misconfigured", "tls")
            nobody = await answered(stack_settings, mails, **(good | {"smtp_user": ""}))
            assert (nobody.answered, nobody.code[:3]) == ("misconfigured", "530")


async def test_a_server_without_the_encryption_asked_for_gets_nothing(
    stack_settings: Settings, mails: MailServer
) -> None:
    for security in ("starttls", "tls"):
        answer = await answered(stack_settings, mails, smtp_security=security)
        assert answer.answered == "misconfigured", answer
        assert "PARLOUR_SMTP_SECURITY" in answer.words
    assert not mails.mails


async def test_a_mail_is_short_enough_in_every_line_and_parses_back(stack_settings: Settings) -> None:
    mail = a_mail(conversations=[a_conversation(title="Ünïcödé " * 30)])
    raw = compose(mail, plainly(mail), stack_settings).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 78 for line in head.split(b"\r\n") if not line.startswith(b"List-Unsub"))


async def test_the_stack_keeps_mails_as_files_for_who_runs_it(stack_settings: Settings) -> None:
    mail = a_mail(f"{uuid.uuid4().hex}@example.com")
    async with Outside(stack_settings, render) as outside:
        assert (await outside.mail(mail)).answered == "sent"
    [kept] = mails_to(stack_settings, mail.to_email)
    assert kept["Subject"] == "Ada mentioned you in #general"
    assert "Lunch at noon?" in text_of(kept)
