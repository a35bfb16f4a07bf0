"""What a run found: figures, requirements and whether they are met, as Markdown."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Requirement:
    """One line of the verdict. `found` is a ratio or a rate; it must reach, or not exceed, `bound`."""

    name: str
    found: float
    bound: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether what was found is good enough."""
        return self.found <= self.bound if self.at_most else self.found >= self.bound

    @property
    def row(self) -> list[str]:
        """The requirement as cells."""
        sign = "≤" if self.at_most else "≥"
        return [
            self.name,
            number(self.found),
            f"{sign} {number(self.bound)}",
            "yes" if self.met else "**no**",
        ]


@dataclass
class Section:
    """What one part found: Markdown, requirements, and faults that make its figures worthless."""

    title: str
    text: list[str] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def say(self, *paragraphs: str) -> None:
        """Add paragraphs or tables."""
        self.text.extend(paragraphs)


def render(notes: Sequence[str], sections: Sequence[Section]) -> str:
    """Return the whole report."""
    blocks = ["# Benchmark", *notes]
    for section in sections:
        blocks += [f"## {section.title}", *section.text]
        blocks += [f"**Fault:** {fault}" for fault in section.faults]
    if rows := [requirement.row for section in sections for requirement in section.requirements]:
        blocks += ["## Requirements", table(["requirement", "found", "required", "met"], rows)]
    return "\n\n".join(blocks) + "\n"


def good(sections: Iterable[Section]) -> bool:
    """Return whether every requirement is met, without a fault."""
    return all(not s.faults and all(r.met for r in s.requirements) for s in sections)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its first column text and the others numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def number(value: float) -> str:
    """Return a number with three digits that mean something, thousands parted."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def middle(values: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """Return the median and, of several values, between which they lie."""
    shown = number(middle(values))
    return f"{shown} ({number(min(values))}–{number(max(values))})" if len(values) > 1 else shown
