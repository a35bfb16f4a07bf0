"""How mails about accounts read: every kind in both parts, and what they do not repeat."""

from typing import get_args

import pytest
from selectolax.lexbor import LexborHTMLParser

from parlour.core.ids import MailId
from parlour.core.model.mails import MailKind
from parlour.core.outside.letter import Letter
from parlour.ui.letters import SAID, render

WORDS = {
    "link": "https://chat.test/verify#id.secret",
    "code": "482917",
    "lasts": "1 hour",
    "device": "Firefox on Linux",
    "address": "203.0.113.7",
    "origin": "Firefox on Linux, 203.0.113.7",
    "reset": "https://chat.test/forgot",
    "how": "it was changed in the settings of the account",
    "old": "ada@old.example",
    "new": "ada@new.example",
    "inviter": "Ada",
    "workspace": "Analytical Engines",
    "ends": "1 December 2026",
    "by": "8 December 2026",
    "webhook": "Deploy bot",
    "why": "The receiver answered 410: it is gone for good.",
    "when": "5 December 2026",
    "what": "Your messages stay, under “Deleted person”.",
}
KINDS: tuple[MailKind, ...] = get_args(MailKind)


def a_letter(kind: MailKind, name: str = "Ben", **changed: str) -> Letter:
    return Letter(
        mail_id=MailId("m1"), kind=kind, to_name=name, to_email="ben@example.com", words=WORDS | changed
    )


def test_every_kind_has_words() -> None:
    assert set(SAID) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_both_parts_say_the_same_and_hold_the_link(kind: MailKind) -> None:
    made = render(a_letter(kind))
    seen = LexborHTMLParser(made.html).body
    assert seen is not None
    html = " ".join(seen.text().split())
    text = " ".join(made.text.split())
    for part in (html, text):
        assert WORDS["link"] in part
        assert "You get this because" in part
        assert "Hello Ben," in part
    assert made.subject
    assert "\n" not in made.subject


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_write_is_never_markup(kind: MailKind) -> None:
    evil = "<script>alert(1)</script>"
    made = render(
        a_letter(
            kind,
            name=evil,
            inviter=evil,
            workspace=evil,
            origin=evil,
            device=evil,
            address=evil,
            how=evil,
            old=evil,
            webhook=evil,
            why=evil,
        )
    )
    assert "<script" not in made.html


def test_a_code_stands_in_the_subject_where_phones_show_it() -> None:
    assert "482917" in render(a_letter("sign_up")).subject
