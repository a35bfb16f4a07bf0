"""A push and a mail as the rules hand them to `Outside`, and a mail rendered as plainly as can be."""

from datetime import UTC, datetime
from typing import Any

from parlour.core.ids import ChannelId, DispatchId, UserId, WorkspaceId, new_id
from parlour.core.outside.mail import Rendered
from parlour.core.outside.notice import Mail, MailConversation, MailMessage, Push

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def a_push(**changed: Any) -> Push:
    fields: dict[str, Any] = {
        "dispatch_id": DispatchId(new_id()),
        "user_id": UserId(new_id()),
        "workspace_id": WorkspaceId(new_id()),
        "channel_id": ChannelId(new_id()),
        "tag": "general",
        "title": "Ada in #general",
        "body": "Lunch at noon? ☕",
        "url": "/app/engines/general",
    }
    return Push(**(fields | changed))


def a_message(text: str = "Lunch at noon?", **changed: Any) -> MailMessage:
    fields: dict[str, Any] = {"author": "Ada", "at": AT, "url": "https://chat.test/app/m/1", "text": text}
    return MailMessage(**(fields | {"why": "mentioned you"} | changed))


def a_conversation(*messages: MailMessage, **changed: Any) -> MailConversation:
    fields: dict[str, Any] = {"title": "#general", "url": "https://chat.test/app/engines/general"}
    return MailConversation(**(fields | {"messages": list(messages) or [a_message()]} | changed))


def a_mail(to: str = "ben@example.com", **changed: Any) -> Mail:
    fields: dict[str, Any] = {
        "dispatch_id": DispatchId(new_id()),
        "to_name": "Ben",
        "to_email": to,
        "workspace": "Analytical Engines",
        "conversations": [a_conversation()],
        "total": 1,
        "timezone": "Europe/London",
        "home_url": "https://chat.test/app",
        "preferences_url": "https://chat.test/app/preferences",
        "unsubscribe_url": "https://chat.test/unsubscribe/" + "t" * 150,
        "thread_key": "general",
    }
    return Mail(**(fields | changed))


def plainly(mail: Mail) -> Rendered:
    said = [message.text for conversation in mail.conversations for message in conversation.messages]
    text = "\n".join(said)
    return Rendered(subject=f"{mail.conversations[0].title}: {mail.total}", html=f"<p>{text}</p>", text=text)
