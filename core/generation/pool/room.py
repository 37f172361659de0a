"""Room: what the pool could begin at one moment, for whoever chooses the tasks to begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.generation.catalog import MAIN_LANE, Catalog, GenerationType
from core.generation.models import GenerationRequest


@dataclass(frozen=True, slots=True)
class Seat:
    """A server that could begin `free` jobs. It may be asked from any thread."""

    kind: str
    free: int
    models: frozenset[str]
    """Empty where the server does not tell its models."""
    is_paid: bool

    def fits(self, kind: GenerationType, model: str | None) -> bool:
        return self.kind in kind.recipes and (model is None or not self.models or model in self.models)


@dataclass(frozen=True, slots=True)
class Room:
    """A snapshot of all servers, those without a free slot too."""

    seats: tuple[Seat, ...]
    catalog: Catalog
    lanes: Mapping[str, int]
    """How many tasks of a lane may run at one time; one that is not named has no such limit."""

    def plan(
        self, *, coming: Iterable[GenerationRequest] = (), running: Iterable[GenerationRequest] = ()
    ) -> Plan:
        """Begin to fill the room; what is `coming` takes a place and its lane, what is `running` its lane."""
        plan = Plan(self)
        for request in running:
            plan.enter_lane(request)
        for request in coming:
            plan.take(request)
        return plan


class Plan:
    """Fills a room, request by request."""

    def __init__(self, room: Room) -> None:
        self._seats = room.seats
        self._catalog = room.catalog
        self._left = [seat.free for seat in room.seats]
        self._lanes = dict(room.lanes)

    @property
    def left(self) -> int:
        """How many more could begin, whatever they are."""
        return sum(self._left)

    def take(self, request: GenerationRequest) -> bool:
        """Take a place for the request; say whether there was one.

        What no server will ever do takes none and is let in: whoever tries to begin it says why not.
        """
        fitting = fitting_seats(self._seats, self._catalog, request)
        if not fitting:
            return True
        if self._lanes.get(self._lane(request), 1) <= 0:
            return False
        # The pickiest places first: a server that names few models is of use to few requests.
        free = [place for place in fitting if self._left[place] > 0]
        if not free:
            return False
        best = min(free, key=lambda place: len(self._seats[place].models) or 1_000_000)
        self._left[best] -= 1
        self.enter_lane(request)
        return True

    def enter_lane(self, request: GenerationRequest) -> None:
        """Count the request in its lane alone."""
        lane = self._lane(request)
        if lane in self._lanes:
            self._lanes[lane] -= 1

    def _lane(self, request: GenerationRequest) -> str:
        kind = self._catalog.find(request.type)
        return kind.lane if kind else MAIN_LANE


def fitting_seats(seats: Sequence[Seat], catalog: Catalog, request: GenerationRequest) -> list[int]:
    """Return the places that the request may go to; those that cost money only where there are no others."""
    kind = catalog.find(request.type)
    if kind is None:
        return []
    model = request.settings.model
    fitting = [place for place, seat in enumerate(seats) if seat.fits(kind, model)]
    free_of_charge = [place for place in fitting if not seats[place].is_paid]
    return free_of_charge or fitting
