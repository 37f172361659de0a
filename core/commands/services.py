"""What command handlers work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.commands.registry import Registry
from core.generation.catalog import Catalog
from core.generation.engine import Engine
from core.generation.estimate import WaitEstimator
from core.generation.models import GenerationSettings
from core.generation.service import GenerationService
from core.points.service import PointsService


@dataclass(frozen=True, slots=True)
class Services:
    """The core's services, as the composition root joined them. `points` is None where all is free."""

    registry: Registry
    generation: GenerationService
    points: PointsService | None
    waits: WaitEstimator
    catalog: Catalog
    engine: Engine
    defaults: GenerationSettings = field(default_factory=GenerationSettings)
    """What a picture is like where nobody says otherwise."""
    facts: Callable[[], Mapping[str, str]] = dict
    """Gives further lines for /stats, by label."""
