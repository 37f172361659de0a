"""How often a job is looked at."""

from __future__ import annotations

from dataclasses import dataclass

_LOOKS = 20
"""At least so many while the wait lasts as long as the Horde tells."""


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds."""

    least: float = 1.5
    """Between two looks at a job: the Horde's own answer is a second old."""
    most: float = 10.0
    """The same, while the wait is long."""
    retry: float = 2.0
    """Before a call is made again that was not answered."""
    stranded: float = 60.0
    """For which no worker may be able to do it: they come and go."""

    def after(self, wait: float) -> float:
        """Return the pause before the next look, by the longest wait that the Horde tells."""
        return min(max(wait / _LOOKS, self.least), self.most)
