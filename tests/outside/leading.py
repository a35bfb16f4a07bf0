"""Settings that lead `Outside` to servers of tests."""

from pydantic import SecretStr

from parlour.core.settings import Settings
from tests.outside.mail_server import MailServer


def towards(settings: Settings, mails: MailServer | None = None, **changed: object) -> Settings:
    """Return settings by which `Outside` reaches servers of tests, quick to lose patience."""
    mailing = {"smtp_host": mails.host, "smtp_port": mails.port} if mails else {}
    defaults: dict[str, object] = {
        "push_allow": "127.0.0.1",
        "push_timeout": 0.5,
        "smtp_timeout": 0.5,
        "smtp_security": "none",
    }
    return settings.model_copy(update={**defaults, **mailing, **changed})


def secret(text: str) -> SecretStr:
    return SecretStr(text)
