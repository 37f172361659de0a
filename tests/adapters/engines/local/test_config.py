from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.engines.local.config import LocalSettings
from adapters.engines.local.engine import open_local
from adapters.engines.local.models import suited_models
from core.generation.pool.pool import PoolSettings


@pytest.mark.parametrize("value", ["", "  ", None])
async def test_without_a_model_file_there_is_no_engine(value: object) -> None:
    assert open_local(LocalSettings.model_validate({"model_file": value})) == ()


async def test_a_model_file_makes_one_engine_that_is_called_by_its_name_alone(tmp_path: Path) -> None:
    (engine,) = open_local(LocalSettings(model_file=tmp_path / "sdxs.q8_0.gguf"))
    assert engine.capabilities().models == ("sdxs.q8_0",)
    assert str(tmp_path) not in repr(engine.capabilities())


def test_a_model_file_may_be_in_the_home_folder() -> None:
    path = LocalSettings(model_file=Path("~/fox.gguf")).model_file
    assert path == Path.home() / "fox.gguf"


@pytest.mark.parametrize("bad", [{"threads": -1}, {"steps_most": 0}, {"silence": 0}, {"url": "x"}])
def test_what_makes_no_sense_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        LocalSettings.model_validate(bad)


def test_the_models_that_suit_a_cpu_are_told_without_an_address() -> None:
    lines = suited_models()
    assert any("SD-Turbo" in line for line in lines)
    assert all("://" not in line for line in lines)


def test_a_child_that_hangs_is_noticed_before_the_pool_gives_the_job_up() -> None:
    assert LocalSettings().silence < PoolSettings().run
