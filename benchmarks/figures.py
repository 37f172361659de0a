"""Figures: what was measured, beside what it is compared with and the goal."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Part = Literal["ratio", "measured", "worst"]
Relation = Literal["≥", "≤", ">", "<"]

_RELATIONS: Mapping[Relation, Callable[[float, float], bool]] = {
    "≥": operator.ge,
    "≤": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Spread:
    """A typical value, the median unless said otherwise, and the least and the most of all rounds."""

    typical: float
    least: float
    most: float
    samples: tuple[float, ...] = ()

    @classmethod
    def of(cls, samples: Sequence[float]) -> Self:
        """Raises `ValueError` where there are none."""
        return cls(statistics.median(samples), min(samples), max(samples), tuple(samples))

    @classmethod
    def around(cls, typical: float, samples: Sequence[float]) -> Self:
        """A value of all samples together, such as a percentile, and the same value of each round."""
        return cls(typical, min(samples), max(samples), tuple(samples))

    @classmethod
    def pooled(cls, rounds: Sequence[Sequence[float]], value: Callable[[Sequence[float]], float]) -> Self:
        """`value` of all rounds together, and of each."""
        return cls.around(value([sample for one in rounds for sample in one]), [value(one) for one in rounds])


@dataclass(frozen=True, slots=True)
class Goal:
    """What should hold for a figure's ratio, its measured value or the worst of all its rounds."""

    part: Part
    relation: Relation
    bound: float

    def is_met(self, figure: Figure) -> bool:
        values = {
            "ratio": figure.ratio.typical,
            "measured": figure.measured.typical,
            "worst": figure.measured.most,
        }
        return _RELATIONS[self.relation](values[self.part], self.bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """`measured` and `compared` in `unit`; `ratio` is the first by the second, round by round."""

    name: str
    unit: str
    measured: Spread
    against: str
    compared: Spread
    ratio: Spread
    goal: Goal | None = None
    note: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        unit: str,
        measured: Sequence[float],
        against: str,
        compared: Sequence[float],
        *,
        goal: Goal | None = None,
        note: str = "",
    ) -> Self:
        """Compare samples that were taken in pairs, beside each other."""
        ratios = [one / other for one, other in zip(measured, compared, strict=True)]
        return cls(
            name, unit, Spread.of(measured), against, Spread.of(compared), Spread.of(ratios), goal, note
        )

    @classmethod
    def pooled(
        cls,
        name: str,
        unit: str,
        measured: Sequence[Sequence[float]],
        against: str,
        compared: Sequence[Sequence[float]],
        value: Callable[[Sequence[float]], float],
        *,
        goal: Goal | None = None,
    ) -> Self:
        """Compare a value of all samples together, such as a percentile; each round is a sequence."""
        one, other = Spread.pooled(measured, value), Spread.pooled(compared, value)
        ratios = [this / that for this, that in zip(one.samples, other.samples, strict=True)]
        ratio = Spread.around(one.typical / other.typical, ratios)
        return cls(name, unit, one, against, other, ratio, goal)

    @property
    def verdict(self) -> str:
        """``yes``, ``NO``, or nothing without a goal."""
        if self.goal is None:
            return ""
        return "yes" if self.goal.is_met(self) else "NO"

    def as_json(self) -> dict[str, Any]:
        """Return everything, each sample included."""
        return {**asdict(self), "met": self.goal.is_met(self) if self.goal else None}


@dataclass(slots=True)
class Report:
    """The figures of one program, and how busy the machine was."""

    program: str
    figures: list[Figure]
    load_before: float
    load_after: float
    others_share: float | None
    """How much of all processors other programs used meanwhile, from 0 to 1; None where unknown."""
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "figures": [figure.as_json() for figure in self.figures]}


def percentile_99(samples: Sequence[float]) -> float:
    """Return what one sample in a hundred lies above."""
    return sorted(samples)[min(len(samples) - 1, round(len(samples) * 0.99))]
