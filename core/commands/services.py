"""What command handlers work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.commands.registry import Registry
from core.generation.catalog import Catalog, GenerationType
from core.generation.engine import Capabilities
from core.generation.estimate import WaitEstimator
from core.generation.models import GenerationSettings
from core.generation.service import GenerationService
from core.generation.types.folder import FoundTypes
from core.points.service import PointsService


class Offer(Protocol):
    """What the engines can make, taken together."""

    def capabilities(self) -> Capabilities: ...

    def offers(self, kind: GenerationType) -> bool:
        """Say whether one of them, well or not, makes pictures of this type."""
        ...

    def is_surveyed(self) -> bool:
        """Say whether each has been asked once for its names: none is then none, and not "not known"."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The core's services, as the composition root joined them. `points` is None where all is free."""

    registry: Registry
    generation: GenerationService
    points: PointsService | None
    waits: WaitEstimator
    catalog: Catalog
    engine: Offer
    defaults: GenerationSettings = field(default_factory=GenerationSettings)
    """What a picture is like where nobody says otherwise."""
    find_types: Callable[[], Awaitable[FoundTypes]] | None = None
    """Reads the types' files anew, off the event loop."""
    facts: Callable[[], Mapping[str, str]] = dict
    """Gives further lines for /stats, by label."""
