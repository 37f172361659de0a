"""What a request costs: one formula, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.generation.catalog import GenerationType
from core.generation.models import GenerationSettings

MEGAPIXEL = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pricing:
    """base × megapixels × steps ÷ default steps × pictures, rounded up, at least `minimum`.

    A type may have a price per picture instead. `base` overrides a type's own price by the type's name.
    """

    default_steps: int = 20
    minimum: int = 1
    base: Mapping[str, int] = field(default_factory=dict)
    engines: Callable[[GenerationType, str | None], int | None] = lambda *_: None
    """Given a type and a model, returns the points for a picture where only engines that cost their
    operator money can make it; else None."""

    def price(self, kind: GenerationType, settings: GenerationSettings) -> int:
        """Return whole points. Reckoned in integers: a rounding error would be somebody's point."""
        paid = self.engines(kind, settings.model)
        if paid is not None:
            return max(self.minimum, paid * settings.batch_size)
        if kind.price_per_picture is not None and kind.name not in self.base:
            return max(self.minimum, kind.price_per_picture * settings.batch_size)
        base = self.base.get(kind.name, kind.base_price)
        work = base * settings.width * settings.height * settings.steps * settings.batch_size
        return max(self.minimum, -(-work // (MEGAPIXEL * self.default_steps)))
