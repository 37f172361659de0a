"""What an operator can set, and what a type's file can say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.engines.horde.config import ANONYMOUS_KEY, HordeSettings
from adapters.engines.horde.engine import open_horde
from adapters.engines.horde.recipe import HordeRecipe, read_recipe
from core.generation.pool.pool import PoolSettings
from core.generation.types.recipes import RecipeError, TypeContext
from tests.fakes.horde.queue import KEY
from tests.fakes.job_notes import FakeJobNotes


def test_it_is_off_until_it_is_switched_on() -> None:
    assert open_horde(HordeSettings(), FakeJobNotes()) == ()


async def test_it_is_one_engine_when_it_is_on() -> None:
    (engine,) = open_horde(HordeSettings(enabled=True), FakeJobNotes())
    assert (engine.kind, engine.name) == ("horde", "horde")
    await engine.aclose()


@pytest.mark.parametrize(
    ("said", "jobs"),
    [({}, 2), ({"key": KEY}, 4), ({"slots": 9}, 9), ({"key": ""}, 2), ({"key": ANONYMOUS_KEY}, 2)],
)
def test_there_are_more_slots_with_a_key_than_without(said: dict[str, Any], jobs: int) -> None:
    assert HordeSettings.model_validate(said).jobs == jobs


def test_an_empty_key_is_the_anonymous_one() -> None:
    assert HordeSettings.model_validate({"key": ""}).api_key == ANONYMOUS_KEY


@pytest.mark.parametrize(
    "said",
    [
        {"key": "not a key!"},
        {"url": "aihorde.net"},
        {"url": "https://aihorde.net/api/"},
        {"slots": 0},
        {"kudos_most": -1},
        {"kudos_most": "nan"},
        {"models": ",".join(f"m{n}" for n in range(51))},
        {"wait_most": 1},
        {"silence": 0},
        {"unknown": 1},
    ],
)
def test_what_can_not_be_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        HordeSettings.model_validate(said)
    assert "not a key!" not in str(caught.value.errors(include_input=False))


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(HordeSettings.model_validate({"key": KEY}))


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in HordeSettings.model_fields.values())
    assert "leave this machine" in str(HordeSettings.model_fields["enabled"].description)


def test_a_job_that_waits_too_long_is_told_of_before_the_pool_gives_the_horde_up() -> None:
    assert HordeSettings().wait_most < PoolSettings().run


PLAIN = TypeContext("txt2img", Path())
PICTURE = TypeContext("img2img", Path(), needs_image=True, takes_mask=True)


@pytest.mark.parametrize(
    ("table", "context"),
    [
        ({"source": "none"}, PLAIN),
        ({"source": "none", "options": {"karras": True, "clip_skip": 2, "x": 0.5, "y": "z"}}, PLAIN),
        ({"source": "img2img"}, PICTURE),
        ({"source": "inpainting"}, PICTURE),
    ],
)
def test_a_table_is_a_recipe(table: dict[str, Any], context: TypeContext) -> None:
    assert read_recipe(table, context) == HordeRecipe(table["source"], table.get("options", {}))


@pytest.mark.parametrize(
    ("table", "context", "path"),
    [
        ({"source": "img2img"}, PLAIN, ("source",)),
        ({"source": "none"}, PICTURE, ("source",)),
        ({"source": "none", "options": {"seed": "1"}}, PLAIN, ("options", "seed")),
        ({"source": "none", "options": {"n": 4}}, PLAIN, ("options", "n")),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_a_hint(
    table: dict[str, Any], context: TypeContext, path: tuple[str, ...]
) -> None:
    with pytest.raises(RecipeError) as caught:
        read_recipe(table, context)
    assert caught.value.path == path
    assert caught.value.hint


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"source": "outpainting"},
        {"source": "none", "option": {}},
        {"source": "none", "options": {"tis": []}},
    ],
)
def test_a_table_of_another_form_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_recipe(table, PLAIN)
