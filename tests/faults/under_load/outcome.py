"""What a load made of a fault, and the table of it."""

from dataclasses import dataclass

from tests.faults.under_load.load import Load

HEADINGS = ("killed", "sent", "acknowledged", "tried again", "longest pause s", "settled after s")


@dataclass(frozen=True)
class Outcome:
    """What a load made of a fault. Seconds are as its slowest talker and channel saw them."""

    fault: str
    sent: int
    acknowledged: int
    tried_again: int
    longest_pause_s: float
    settled_after_s: float

    @classmethod
    def of(cls, fault: str, load: Load, *, settled_after_s: float) -> "Outcome":
        talkers = load.talkers
        return cls(
            fault,
            sent=sum(len(talker.sent) for talker in talkers),
            acknowledged=sum(len(talker.acks) for talker in talkers),
            tried_again=sum(len(talker.refusals) for talker in talkers),
            longest_pause_s=max(talker.longest_pause_s for talker in talkers),
            settled_after_s=settled_after_s,
        )


def table(outcomes: list[Outcome]) -> list[str]:
    """Return the lines of the table."""
    rows = [HEADINGS, *(_row(outcome) for outcome in outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([name.ljust(widths[0]), *map(str.rjust, numbers, widths[1:])]) for name, *numbers in rows
    ]


def _row(outcome: Outcome) -> tuple[str, ...]:
    return (
        outcome.fault,
        str(outcome.sent),
        str(outcome.acknowledged),
        str(outcome.tried_again),
        f"{outcome.longest_pause_s:.1f}",
        f"{outcome.settled_after_s:.1f}",
    )
