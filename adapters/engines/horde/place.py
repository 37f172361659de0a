"""What is told of a job while it waits and runs at the Horde."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.engines.horde.answers import Standing
from core.generation.engine import OnProgress
from core.generation.models import Progress


class Places:
    """Makes one progress of the standings of several requests."""

    def __init__(self, pictures: int, on_progress: OnProgress) -> None:
        self._pictures = pictures
        self._on_progress = on_progress

    def tell(self, made: int, standings: Sequence[Standing]) -> None:
        """Report. The place is the best one of any request, the seconds are those of the last one."""
        seconds = max((float(one.wait_time) for one in standings), default=None)
        if made or any(one.processing for one in standings):
            self._on_progress(Progress(made, self._pictures, seconds=seconds))
        elif standings:
            places = [one.queue_position for one in standings if one.queue_position > 0]
            self._on_progress(Progress(0, 0, position=min(places, default=None), seconds=seconds))
