"""What ``easel check`` finds of a part: whether it is on or off, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LABEL = 14
"""The width of a part's name."""

_MARK = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One line, with others below it that say more."""

    mark: str
    lines: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """The part can't work so."""
        return self.mark == _WRONG


_WRONG = "WRONG"


def on(*lines: str) -> Finding:
    return Finding("on", lines)


def off(why: str) -> Finding:
    return Finding("off", (why,))


def wrong(why: str) -> Finding:
    return Finding(_WRONG, (why,))


def print_findings(label: str, findings: Iterable[Finding]) -> None:
    """Print them to standard output, each under its part's name and its own mark."""
    for finding in findings:
        first, *more = finding.lines
        print(f"{label:<{LABEL}} {finding.mark:<{_MARK}} {first}")
        print(*(f"{'':<{LABEL + _MARK + 2}}{line}\n" for line in more), sep="", end="")
