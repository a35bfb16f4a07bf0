"""Payloads as well-known senders post them to Slack's incoming webhooks, by their documentation and templates."""

from typing import Any

GRAFANA: dict[str, Any] = {
    "channel": "#alerts",
    "username": "Grafana",
    "icon_emoji": ":chart_with_upwards_trend:",
    "attachments": [
        {
            "color": "#D63232",
            "title": "[FIRING:1] High CPU (node-1 production)",
            "title_link": "https://grafana.example.com/alerting/list",
            "text": "**Firing**\n\nValue: A=97.3\nLabels:\n - alertname = High CPU\n - instance = node-1\n"
            "Source: https://grafana.example.com/alerting/grafana/abc_def/view\n",
            "fallback": "[FIRING:1] High CPU (node-1 production)",
            "fields": [],
            "footer": "Grafana v11.2.0",
            "footer_icon": "https://grafana.com/static/assets/img/fav32.png",
            "ts": 1731499200,
        }
    ],
}
"""Grafana's contact point "Slack" with its own template (alerting/receivers/slack)."""

GITHUB: dict[str, Any] = {
    "username": "GitHub",
    "icon_emoji": ":octocat:",
    "text": "Build <https://github.com/acme/engine/actions/runs/42|#42> "
    "of <https://github.com/acme/engine|acme/engine> by *ada*: `failure` &amp; more",
    "attachments": [
        {
            "color": "danger",
            "author_name": "ada",
            "author_link": "https://github.com/ada",
            "mrkdwn_in": ["text", "fields"],
            "fields": [
                {"title": "Ref", "value": "refs/heads/main", "short": True},
                {
                    "title": "Commit",
                    "value": "<https://github.com/acme/engine/commit/1a2b3c|`1a2b3c`>",
                    "short": True,
                },
                {"title": "Message", "value": "Fix snake_case_names & <script>", "short": False},
            ],
            "footer": "GitHub Actions",
            "ts": "1731499200.5",
            "actions": [
                {
                    "type": "button",
                    "text": "Open run",
                    "url": "https://github.com/acme/engine/actions/runs/42",
                }
            ],
        }
    ],
}
"""A GitHub workflow that posts by one of the usual actions (rtCamp/action-slack-notify, 8398a7/action-slack)."""

BLOCKS: dict[str, Any] = {
    "text": "Deploy of engine finished",
    "blocks": [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": ":rocket: Deploy *finished*", "emoji": True},
        },
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "*engine* to ~staging~ _production_ <https://ci.example.com/1|log>",
            },
            "accessory": {
                "type": "image",
                "image_url": "https://ci.example.com/chart.png",
                "alt_text": "chart",
            },
        },
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": "*Took:*\n3 min"},
                {"type": "mrkdwn", "text": "*By:*\n<@U024BE7LH>"},
            ],
        },
        {"type": "divider"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Steps", "style": {"bold": True}},
                        {"type": "text", "text": " of "},
                        {"type": "link", "url": "https://ci.example.com/", "text": "the pipeline"},
                        {"type": "emoji", "name": "tada"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "build"}]},
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "make", "style": {"code": True}}],
                        },
                    ],
                },
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "ok *all*"}]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "well done"}]},
            ],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Open"},
                    "url": "https://ci.example.com/1",
                    "action_id": "open",
                },
                {"type": "button", "text": {"type": "plain_text", "text": "Roll back"}, "action_id": "back"},
            ],
        },
        {
            "type": "context",
            "elements": [
                {"type": "image", "image_url": "https://ci.example.com/i.png", "alt_text": "CI"},
                {"type": "mrkdwn", "text": "run *42*"},
            ],
        },
        {"type": "image", "image_url": "https://ci.example.com/g.png", "alt_text": "graph"},
        {"type": "input", "element": {}},
    ],
}
"""A message of Block Kit, with what is not known here among it."""
