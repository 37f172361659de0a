"""What a request costs: one formula, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.generation.catalog import GenerationType
from core.generation.models import GenerationSettings

MEGAPIXEL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pricing:
    """base × megapixels × steps ÷ default steps × pictures, rounded up, at least `minimum`.

    `base` overrides a type's own base price by the type's name.
    """

    default_steps: int = 20
    minimum: int = 1
    base: Mapping[str, int] = field(default_factory=dict)

    def price(self, kind: GenerationType, settings: GenerationSettings) -> int:
        """Return whole points. Reckoned in integers: a rounding error would be somebody's point."""
        base = self.base.get(kind.name, kind.base_price)
        work = base * settings.width * settings.height * settings.steps * settings.batch_size
        return max(self.minimum, -(-work // (MEGAPIXEL * self.default_steps)))
