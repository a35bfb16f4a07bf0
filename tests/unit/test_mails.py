"""How mails read: their subjects, both parts, and what they keep to themselves."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from parlour.core.ids import EntryId
from parlour.core.outside.notice import MailConversation
from parlour.ui.mails import render, subject
from tests.outside.samples import AT, a_conversation, a_mail, a_message


def said_by(*authors: str, why: str = "you want everything here") -> list[MailConversation]:
    return [a_conversation(*(a_message(author=author, why=why) for author in authors))]


@pytest.mark.parametrize(
    ("conversations", "total", "expected"),
    [
        (said_by("Ada"), 3, "Ada in #general: 3 messages"),
        (said_by("Ada"), 1, "Ada in #general: 1 message"),
        (said_by("Ada", "Ben", "Ada"), 3, "Ada and Ben in #general: 3 messages"),
        (said_by("Ada", "Ben", "Cy", "Di"), 4, "Ada and 3 others in #general: 4 messages"),
        (said_by("Ada", why="mentioned you"), 1, "Ada mentioned you in #general"),
        ([a_conversation(a_message(why="wrote to you"), title="Ada")], 1, "Ada wrote to you"),
        ([a_conversation(a_message(why="wrote to you"), title="Ada")], 2, "Ada: 2 messages"),
        (
            [a_conversation(a_message(), title="Thread in #general", root_id=EntryId("r"))],
            2,
            "Ada in a thread in #general: 2 messages",
        ),
        (
            [a_conversation(), a_conversation(title="#random")],
            7,
            "Analytical Engines: 7 messages in 2 conversations",
        ),
        ([], 4, "4 messages in Analytical Engines"),
    ],
)
def test_a_subject_says_who_where_and_how_many(
    conversations: list[MailConversation], total: int, expected: str
) -> None:
    assert subject(a_mail(conversations=conversations, total=total)) == expected
    urgent = a_mail(conversations=conversations, total=total, urgent=True)
    assert render(urgent).subject == f"Urgent: {expected}"


def test_both_parts_hold_the_messages_their_reasons_and_the_ways_out() -> None:
    mail = a_mail(
        conversations=[
            a_conversation(a_message("Lunch at *noon*? :tada:"), a_message("Fine", author="Ben")),
            a_conversation(a_message("Ship it", why="your keyword “ship”"), title="#releases", more=11),
        ],
        total=14,
    )
    made = render(mail)
    seen = LexborHTMLParser(made.html).body
    assert seen is not None
    for part in (made.text, " ".join(seen.text().split())):
        for words in ("#general", "#releases", "Fine", "Ben", "🎉", "11 more messages before this"):
            assert words in part
        assert "Ada used your keyword “ship”" in part
    links = {link.attributes["href"] for link in seen.css("a")}
    assert {mail.unsubscribe_url, mail.preferences_url, mail.conversations[0].url} <= links
    assert mail.unsubscribe_url in made.text
    assert "<em" in made.html


def test_times_are_the_readers() -> None:
    mail = a_mail(timezone="America/New_York", conversations=[a_conversation(a_message(at=AT))])
    assert "2 March, 04:30" in render(mail).text
    assert "2 March, 09:30" in render(a_mail(timezone="Mars/Olympus")).text


def test_what_people_write_is_text_and_loads_nothing() -> None:
    evil = (
        "<script>alert(1)</script><img src=https://spy.test/p.png> ![pixel](https://spy.test/pixel.png) "
        "[click](javascript:alert(1)) <style>*{display:none}</style>"
    )
    names = '"><img src=x>'
    mail = a_mail(workspace=names, conversations=[a_conversation(a_message(evil, author=names), title=names)])
    made = LexborHTMLParser(render(mail).html)
    assert not made.css("script, img, link, iframe, [onerror], [src]")
    assert len(made.css("style")) == 1
    assert all("javascript" not in (link.attributes["href"] or "") for link in made.css("a"))


def test_styles_are_in_place_and_dark_colours_stay() -> None:
    html = render(a_mail()).html
    page = LexborHTMLParser(html)
    button = page.css_first("td.button")
    assert button
    assert "background-color" in (button.attributes["style"] or "")
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 480px" in html


def test_a_mail_of_a_workspace_that_lets_nothing_out_says_only_that() -> None:
    hidden = render(a_mail(conversations=[], total=4))
    assert "4 messages are waiting" in hidden.text
    assert "lets nothing of its messages leave" in hidden.text
    sender_only = render(a_mail(conversations=[a_conversation(a_message(""))]))
    assert "The text stays in Parlour." in sender_only.text


def test_the_largest_mail_is_below_what_mail_programs_clip() -> None:
    messages = [a_message("word " * 3000, at=AT + timedelta(minutes=i)) for i in range(50)]
    assert len(render(a_mail(conversations=[a_conversation(*messages)], total=50)).html) < 102_000
    assert "…" in render(a_mail(conversations=[a_conversation(*messages)])).text
