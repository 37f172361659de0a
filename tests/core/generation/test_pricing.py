from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.catalog import GenerationType
from core.generation.models import GenerationSettings
from core.generation.pricing import MEGAPIXEL, Pricing
from tests.fakes.builders import MEGAPIXEL as MEGAPIXEL_SIDES

TEN = GenerationType("txt2img", "", base_price=10)

sides = st.integers(64, 2048)
settings_of = st.builds(
    GenerationSettings,
    width=sides,
    height=sides,
    steps=st.integers(1, 150),
    batch_size=st.integers(1, 8),
)


@pytest.mark.parametrize(
    ("settings", "price"),
    [
        (GenerationSettings(**MEGAPIXEL_SIDES), 10),
        (GenerationSettings(**MEGAPIXEL_SIDES, steps=40), 20),
        (GenerationSettings(**MEGAPIXEL_SIDES, steps=10), 5),
        (GenerationSettings(**MEGAPIXEL_SIDES, batch_size=4), 40),
        (GenerationSettings(width=2048, height=2048), 40),
        (GenerationSettings(width=1024, height=512), 5),
        (GenerationSettings(), 6),  # 5.625
        (GenerationSettings(width=64, height=64, steps=1), 1),  # 0.002
        (GenerationSettings(**MEGAPIXEL_SIDES, steps=21), 11),  # 10.5
        (GenerationSettings(**MEGAPIXEL_SIDES, seed=5, cfg_scale=30, strength=1, model="dear"), 10),
    ],
)
def test_the_price_of_a_picture(settings: GenerationSettings, price: int) -> None:
    assert Pricing().price(TEN, settings) == price


@given(settings_of, st.integers(0, 1000), st.integers(1, 150), st.integers(0, 50))
def test_the_price_is_the_formula_rounded_up(
    settings: GenerationSettings, base: int, default_steps: int, minimum: int
) -> None:
    kind = GenerationType("x", "", base_price=base)
    price = Pricing(default_steps, minimum).price(kind, settings)
    exact = (
        base
        * Fraction(settings.width * settings.height, MEGAPIXEL)
        * Fraction(settings.steps, default_steps)
        * settings.batch_size
    )
    assert type(price) is int
    assert price == max(minimum, ceil(exact))


@given(settings_of, st.sampled_from(["width", "height", "steps", "batch_size"]), st.integers(1, 100))
def test_more_never_costs_less(settings: GenerationSettings, what: str, more: int) -> None:
    larger = settings.model_copy(update={what: getattr(settings, what) + more})
    assert Pricing().price(TEN, larger) >= Pricing().price(TEN, settings)


def test_a_base_of_the_operators_goes_before_the_types_own() -> None:
    pricing = Pricing(base={"txt2img": 3})
    assert pricing.price(TEN, GenerationSettings(**MEGAPIXEL_SIDES)) == 3
    other = GenerationType("img2img", "", base_price=10)
    assert pricing.price(other, GenerationSettings(**MEGAPIXEL_SIDES)) == 10


def test_the_minimum_may_be_higher_than_the_formula() -> None:
    assert Pricing(minimum=25).price(TEN, GenerationSettings(**MEGAPIXEL_SIDES)) == 25


def test_a_type_may_be_free() -> None:
    free = GenerationType("free", "", base_price=0)
    assert Pricing(minimum=0).price(free, GenerationSettings()) == 0


FLAT = GenerationType("flat", "", base_price=0, price_per_picture=7)


@given(settings_of)
def test_a_price_for_a_picture_is_the_same_whatever_it_is_like(settings: GenerationSettings) -> None:
    assert Pricing().price(FLAT, settings) == 7 * settings.batch_size


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        (Pricing(base={"flat": 10}), 20),
        (Pricing(base={"other": 10}), 14),
        (Pricing(minimum=25), 25),
        (Pricing(engines=lambda *_: 9), 18),
        (Pricing(engines=lambda *_: 0), 1),
        (Pricing(engines=lambda *_: 9, base={"flat": 10}), 18),
        (Pricing(engines=lambda *_: 2, minimum=5), 5),
        (Pricing(engines=lambda *_: None), 14),
    ],
)
def test_which_of_its_prices_a_picture_has(pricing: Pricing, price: int) -> None:
    assert pricing.price(FLAT, GenerationSettings(**MEGAPIXEL_SIDES, batch_size=2)) == price


@pytest.mark.parametrize(("model", "price"), [("dear", 50), ("cheap", 10), (None, 10)])
def test_an_engine_that_costs_money_is_asked_by_type_and_model(model: str | None, price: int) -> None:
    def engines(kind: GenerationType, wanted: str | None) -> int | None:
        return 50 if (kind, wanted) == (TEN, "dear") else None

    settings = GenerationSettings(**MEGAPIXEL_SIDES, model=model)
    assert Pricing(engines=engines).price(TEN, settings) == price
