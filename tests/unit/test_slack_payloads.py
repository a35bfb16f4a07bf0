"""What is written for Slack's incoming webhooks reads here as it does there."""

import json
import random
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from parlour.core.settings import Settings
from parlour.core.webhooks.limits import limits_of
from parlour.core.webhooks.mrkdwn import literal, markdown
from parlour.core.webhooks.slack import Incoming, PayloadError, incoming
from tests.hooks.payloads import BLOCKS, GITHUB, GRAFANA

LIMITS = limits_of(Settings())


def read(payload: Any, content_type: str = "application/json") -> Incoming:
    return incoming(json.dumps(payload).encode(), content_type, LIMITS)


def parts(found: Incoming) -> list[tuple[str, str]]:
    return [(part.kind, part.text or part.url) for card in found.cards for part in card.parts]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("*bold* _it_ ~gone~ `a*b*`", "**bold** _it_ ~~gone~~ `a*b*`"),
        ("<https://a.b|words>", "[words](https://a.b)"),
        ("<https://a.b>", "<https://a.b>"),
        ("*<https://a.b/c(d)|x [y]>*", "**[x \\[y\\]](https://a.b/c%28d%29)**"),
        ("_*both*_", "_**both**_"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("snake_case_name 2*3*4", "snake\\_case\\_name 2\\*3\\*4"),
        ("# no heading\n---", "\\# no heading\n\\---"),
        ("see https://a.b/c_d_e *now*", "see https://a.b/c_d_e **now**"),
        ("<!here> <!channel|channel> <@U1|ada>", "@\u200bhere @\u200bchannel @\u200bada"),
        ("<!subteam^S1|@devs> <#C1|general>", "@\u200bdevs #general"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<javascript:alert(1)|x>", "<javascript:alert(1)\\|x>"),
        ("<mailto:a@b.c|mail>", "[mail](mailto:a@b.c)"),
        (":fire: *[FIRING:1]*", ":fire: **\\[FIRING:1\\]**"),
        ("```\na &lt; b *c*\n```", "```\na < b *c*\n```"),
        ("say ```x``` then", "say \n```\nx\n```\n then"),
        ("    four spaces", "   four spaces"),
        ("* not closed\n*also", "\\* not closed\n\\*also"),
    ],
)  # fmt: skip
def test_slacks_way_of_writing_becomes_markdown(written: str, read_as: str) -> None:
    assert markdown(written) == read_as


def test_plain_text_is_shown_as_it_is() -> None:
    assert literal("*a* `b` [c](d) <i> :fire:") == "\\*a\\* \\`b\\` \\[c\\](d) \\<i> :fire:"


def test_a_text_alone_is_a_message() -> None:
    found = read({"text": "*Hello* &lt;world&gt;"})
    assert (found.text, found.cards, found.shown_as) == ("**Hello** <world>", [], None)


def test_a_form_is_taken_as_slack_takes_it() -> None:
    form = b"payload=" + quote(json.dumps({"text": "caf\xe9 + more"})).encode()
    assert incoming(form, "application/x-www-form-urlencoded; charset=utf-8", LIMITS).text == "caf\xe9 + more"
    assert incoming(form, "", LIMITS).text == "caf\xe9 + more"


def test_json_is_taken_whatever_type_it_is_sent_as() -> None:
    assert incoming(b'{"text": "a"}', "text/plain", LIMITS).text == "a"


def test_grafanas_alert_reads_well() -> None:
    found = read(GRAFANA)
    card = found.cards[0]
    assert (found.text, card.colour) == ("", "#d63232")
    assert [part.kind for part in card.parts] == ["heading", "text", "note"]
    assert card.parts[0].text == "\\[FIRING:1\\] High CPU (node-1 production)"
    assert card.parts[0].url == "https://grafana.example.com/alerting/list"
    assert "abc_def/view" in card.parts[1].text
    assert card.parts[2].at is not None
    assert found.shown_as is not None
    assert (found.shown_as.name, found.shown_as.emoji) == ("Grafana", ":chart_with_upwards_trend:")
    assert found.channel == "#alerts"


def test_githubs_message_reads_well() -> None:
    found = read(GITHUB)
    assert found.text.startswith(
        "Build [#42](https://github.com/acme/engine/actions/runs/42) of [acme/engine]"
    )
    assert found.text.endswith("by **ada**: `failure` & more")
    card = found.cards[0]
    assert card.colour == "#e01e5a"
    fields = next(part.fields for part in card.parts if part.kind == "fields")
    assert [(field.title, field.short) for field in fields] == [
        ("Ref", True),
        ("Commit", True),
        ("Message", False),
    ]
    assert fields[2].text == "Fix snake\\_case\\_names & <script>"
    links = next(part.links for part in card.parts if part.kind == "links")
    assert [link.text for link in links] == ["Open run"]
    assert card.parts[-1].at is not None


def test_blocks_read_well_and_their_text_is_for_notifications() -> None:
    found = read(BLOCKS)
    assert found.text == ""
    assert found.cards[0].summary == "Deploy of engine finished"
    assert parts(found) == [
        ("heading", ":rocket: Deploy \\*finished\\*"),
        ("text", "**engine** to ~~staging~~ _production_ [log](https://ci.example.com/1)"),
        ("image", "chart"),
        ("fields", ""),
        ("line", ""),
        (
            "text",
            "**Steps** of [the pipeline](https://ci.example.com/):tada:\n1. build\n2. `make`\n"
            "```\nok *all*\n```\n> well done",
        ),
        ("links", ""),
        ("note", "CI run **42**"),
        ("image", "graph"),
    ]


NO_PAYLOAD = (b"", b"[]", b"nonsense", b"\xff\xfe", b'"text"', b"payload=", b"payload=%ff", b"[" * 100_000)
NO_TEXT = (
    b"{}", b'{"text": ""}', b'{"text": " \\n"}', b'{"text": {"a": 1}}', b'{"attachments": []}',
    b'{"attachments": [1, null, {}]}',
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *((body, "invalid_payload") for body in NO_PAYLOAD),
        *((body, "no_text") for body in NO_TEXT),
        (b'{"text": "a", "attachments": 5}', "invalid_attachments"),
        (b'{"blocks": {"type": "divider"}}', "invalid_blocks"),
        (b'{"blocks": "nonsense"}', "invalid_blocks"),
    ],
)
def test_what_is_no_message_is_refused_in_slacks_words(body: bytes, code: str) -> None:
    with pytest.raises(PayloadError) as refused:
        incoming(body, "application/json", LIMITS)
    assert refused.value.code == code


def test_what_is_too_much_is_cut_and_never_refused() -> None:
    big = {
        "text": "x" * 100_000,
        "attachments": [
            {
                "title": "t" * 5000,
                "text": "y" * 50_000,
                "fields": [{"title": "a", "value": "b"}] * 300,
                "color": "#12345g",
            }
        ]
        * 50,
    }
    found = read(big)
    assert len(found.text) <= LIMITS.text
    assert len(found.cards) <= LIMITS.cards
    shown = [part for card in found.cards for part in card.parts]
    assert len(shown) <= LIMITS.parts
    assert sum(len(part.fields) for part in shown) <= LIMITS.fields
    assert len(msgspec.json.encode(found)) < 60_000


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "ftp://a.b", " ", "https://a b"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    links = {"title_link": url, "image_url": url, "author_link": url, "actions": [{"text": "b", "url": url}]}
    found = read({"text": "a", "attachments": [{"title": "t", "author_name": "n", **links}]})
    assert all(not part.url and not part.links for card in found.cards for part in card.parts)


WORDS = (
    "",
    "a",
    "*b*",
    "<https://a.b|c>",
    "<!here>",
    "\x00\ud7ff",
    "```",
    "`",
    "https://a.b",
    "1731499200",
    "-1e400",
    "nan",
)
NAMES = (
    "type",
    "text",
    "fields",
    "elements",
    "accessory",
    "url",
    "image_url",
    "title",
    "title_link",
    "value",
    "short",
    "style",
    "indent",
    "color",
    "pretext",
    "author_name",
    "footer",
    "ts",
    "mrkdwn_in",
    "actions",
    "blocks",
    "attachments",
    "fallback",
    "username",
    "icon_emoji",
    "channel",
    "thread_ts",
    "mrkdwn",
)

TYPES = (
    "header",
    "section",
    "context",
    "divider",
    "image",
    "actions",
    "rich_text",
    "video",
    "markdown",
    "rich_text_list",
    "rich_text_section",
    "rich_text_quote",
    "rich_text_preformatted",
    "mrkdwn",
    "plain_text",
    "button",
    "link",
    "emoji",
    "user",
)


def anything(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(10 if depth < 5 else 6)
    if kind < 3:
        return chance.choice(WORDS)
    if kind < 6:
        return chance.choice([None, True, False, 0, -7, 10**30, 1.5, 1e308, *TYPES])
    if kind < 8:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    made = {chance.choice(NAMES): anything(chance, depth + 1) for _ in range(chance.randrange(7))}
    return made | ({"type": chance.choice(TYPES)} if chance.random() < 0.7 else {})


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_is_a_message_or_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance that can be had again
    for _ in range(200):
        payload = {name: anything(chance) for name in chance.sample(NAMES, 8)}
        for name in ("blocks", "attachments"):
            payload[name] = (
                [anything(chance) for _ in range(3)] if chance.random() < 0.8 else anything(chance)
            )
        try:
            found = read(payload)
        except PayloadError:
            continue
        assert found.text.strip() or found.cards
        msgspec.json.encode(found)
