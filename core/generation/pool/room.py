"""Room: what the pool could begin at one moment, for whoever chooses the tasks to begin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.generation.catalog import MAIN_LANE, Catalog, GenerationType
from core.generation.loras import split_loras
from core.generation.models import GenerationRequest, GenerationTask
from core.generation.names import resolved


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the points that are held or paid for it; None where nobody is charged."""

    request: GenerationRequest
    price: int | None = None

    @classmethod
    def of(cls, task: GenerationTask) -> Asked:
        return cls(task.request, task.price or None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A server that could begin `free` jobs. It may be asked from any thread.

    `models`, `samplers` and `loras` are empty where the server does not tell them; `points_per_picture` is
    None where its pictures cost the operator nothing.
    """

    kind: str
    free: int
    models: tuple[str, ...]
    samplers: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    points_per_picture: int | None = None

    @property
    def is_paid(self) -> bool:
        return self.points_per_picture is not None

    def could(self, kind: GenerationType, model: str | None) -> bool:
        """Say whether it makes the type, with that model; one that does not tell its models may have any."""
        return self.kind in kind.recipes and _has(self.models, model)

    def is_covered(self, asked: Asked) -> bool:
        """Say whether what is held for the request pays for its pictures here."""
        if self.points_per_picture is None or asked.price is None:
            return True
        return asked.price >= self.points_per_picture * asked.request.settings.batch_size

    def has_names(self, request: GenerationRequest) -> bool:
        """Say whether it has the sampler and the LoRAs of the request."""
        loras = split_loras(request.prompt)[1] if self.loras else ()
        return _has(self.samplers, request.settings.sampler) and all(
            _has(self.loras, lora.name) for lora in loras
        )


def _has(names: Collection[str], wanted: str | None) -> bool:
    return wanted is None or not names or resolved(wanted, names) is not None


@dataclass(frozen=True, slots=True)
class Room:
    """A snapshot of all servers, those without a free slot too."""

    seats: tuple[Seat, ...]
    catalog: Catalog
    lanes: Mapping[str, int]
    """How many tasks of a lane may run at one time; one that is not named has no such limit."""

    def plan(self, *, coming: Iterable[Asked] = (), running: Iterable[Asked] = ()) -> Plan:
        """Begin to fill the room; what is `coming` takes a place and its lane, what is `running` its lane."""
        plan = Plan(self)
        for asked in running:
            plan.enter_lane(asked.request)
        for asked in coming:
            if not plan.take(asked):
                plan.enter_lane(asked.request)
                plan.waiting += 1
        return plan


class Plan:
    """Fills a room, request by request."""

    def __init__(self, room: Room) -> None:
        self._seats = room.seats
        self._catalog = room.catalog
        self._left = [seat.free for seat in room.seats]
        self._lanes = dict(room.lanes)
        self.waiting = 0
        """Requests that have come and found no place: they keep no other from one."""

    @property
    def left(self) -> int:
        """How many more could begin, whatever they are."""
        return sum(self._left)

    def take(self, asked: Asked) -> bool:
        """Take a place for the request; say whether there was one.

        What no server will ever do takes none and is let in: whoever tries to begin it says why not.
        """
        fitting = fitting_places(self._seats, self._catalog, asked)
        if not fitting:
            return True
        if self._lanes.get(self._lane(asked.request), 1) <= 0:
            return False
        # The pickiest places first: a server that names few models is of use to few requests.
        free = [place for place in fitting if self._left[place] > 0]
        if not free:
            return False
        best = min(free, key=lambda place: len(self._seats[place].models) or 1_000_000)
        self._left[best] -= 1
        self.enter_lane(asked.request)
        return True

    def enter_lane(self, request: GenerationRequest) -> None:
        """Count the request in its lane alone."""
        lane = self._lane(request)
        if lane in self._lanes:
            self._lanes[lane] -= 1

    def _lane(self, request: GenerationRequest) -> str:
        kind = self._catalog.find(request.type)
        return kind.lane if kind else MAIN_LANE


def able_places(seats: Sequence[Seat], kind: GenerationType, model: str | None) -> list[int]:
    """Return the places that could make it; who names the model goes before who does not tell."""
    able = [place for place, seat in enumerate(seats) if seat.could(kind, model)]
    return [place for place in able if model is None or seats[place].models] or able


def fitting_places(seats: Sequence[Seat], catalog: Catalog, asked: Asked) -> list[int]:
    """Return the places that the request may go to.

    Those that cost money only where there are no others, and where its price covers that; those that lack
    its sampler or LoRAs only where there are no others.
    """
    request = asked.request
    kind = catalog.find(request.type)
    if kind is None:
        return []
    able = able_places(seats, kind, request.settings.model)
    able = [place for place in able if not seats[place].is_paid] or able
    covered = [place for place in able if seats[place].is_covered(asked)]
    return [place for place in covered if seats[place].has_names(request)] or covered
