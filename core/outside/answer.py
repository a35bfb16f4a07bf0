"""What a world outside answered to one attempt."""

from datetime import timedelta

from msgspec import Struct

from parlour.core.model.notifications import Answered


class Answer(Struct, frozen=True, kw_only=True):
    """What came of an attempt: `code` is the world's own (`201`, `550 5.1.1`, `timeout`), `words` say it to people.

    `retry_after` is when the world wants to be asked again, if it said so. Neither ever holds a secret, an address that
    is one (a push endpoint), or text of a message.
    """

    answered: Answered
    code: str
    words: str
    retry_after: timedelta | None = None

    @property
    def is_the_worlds_fault(self) -> bool:
        """Whether the world itself, not this device or address, is the trouble: its circuit counts those."""
        return self.answered in ("retry", "misconfigured")
