"""The subjects that can be drawn; importing the package fills the register."""

from adapters.engines.sketch.subjects import (
    animals,
    beings,
    birds,
    buildings,
    food,
    herd,
    plants,
    sea_life,
    skies,
    things,
    vehicles,
)
from adapters.engines.sketch.subjects.register import NOUNS, REGISTER, Look, Stand, Subject

__all__ = [
    "NOUNS",
    "REGISTER",
    "Look",
    "Stand",
    "Subject",
    "animals",
    "beings",
    "birds",
    "buildings",
    "food",
    "herd",
    "plants",
    "sea_life",
    "skies",
    "things",
    "vehicles",
]
