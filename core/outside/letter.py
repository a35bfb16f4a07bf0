"""A mail to one person about their account or an invitation: no list, no thread, nothing to unsubscribe from."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from parlour.core.ids import MailId
from parlour.core.model.mails import MailKind
from parlour.core.outside.mail import Rendered


class Letter(Struct, frozen=True, kw_only=True):
    """It before it is rendered; `words` is what its kind needs."""

    mail_id: MailId
    kind: MailKind
    to_name: str
    to_email: str
    words: Mapping[str, str]


RenderLetter = Callable[[Letter], Rendered]
