"""The types that the real engines can make, and ``easel types``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.cli import main
from bot.engines import READERS
from bot.settings import PointsSection, TypesSection
from bot.settings_errors import BadSettingsError
from bot.types import read_types, reread_types, types
from core.commands.builtin import builtin_registry
from core.commands.own import offer
from core.generation.catalog import Catalog, GenerationType
from core.generation.types.folder import ORDER, FoundTypes, builtin_types
from tests.bot.houses import settings_in

OWN = """\
summary = "square and few colours"
[price]
base = 10
[command]
name = "pixelart"
summary = "Draw with few pixels"
[sketch]
do = "draw"
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with nothing set."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith("EASEL_"):
            monkeypatch.delenv(name)


def write(text: str, name: str = "pixels") -> None:
    folder = Path("types")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


# The built-in ones, as the engines read them


def test_the_built_in_types_are_in_order() -> None:
    assert tuple(one.name for one in builtin_types(READERS)) == ORDER


@pytest.mark.parametrize("one", builtin_types(READERS), ids=lambda one: one.name)
def test_every_engine_that_a_built_in_type_names_is_one_that_there_is(one: GenerationType) -> None:
    assert one.recipes
    assert set(one.recipes) <= set(READERS)


def test_there_is_always_an_engine_that_draws_from_words() -> None:
    (first, *_) = builtin_types(READERS)
    assert first.name == "txt2img"
    assert set(first.recipes) == set(READERS)


def test_the_built_in_types_get_on_with_the_built_in_commands() -> None:
    assert offer(FoundTypes(builtin_types(READERS)), Catalog(()), builtin_registry()) == []


# An operator's own


def test_a_folder_of_types_is_read_with_the_engines_own_readers(tmp_path: Path) -> None:
    write(OWN)
    write(OWN.replace('do = "draw"', 'do = "sculpt"'), "statue")
    found = read_types(settings_in(tmp_path))
    assert [one.name for one in found.types] == [*ORDER, "pixels"]
    (problem,) = found.problems
    assert (problem.file, problem.line) == ("statue.toml", 8)


def test_the_folder_may_be_another(tmp_path: Path) -> None:
    write(OWN)
    elsewhere = TypesSection(folder=tmp_path / "elsewhere")
    assert [one.name for one in read_types(settings_in(tmp_path, types=elsewhere)).types] == [*ORDER]


def test_a_price_is_of_a_type_that_there_is(tmp_path: Path) -> None:
    write(OWN)
    read_types(settings_in(tmp_path, points=PointsSection(base={"pixels": 3, "upscale": 2})))
    with pytest.raises(BadSettingsError) as caught:
        read_types(settings_in(tmp_path, points=PointsSection(base={"pixel": 3, "voxel": 2})))
    assert caught.value.problems == [
        f"EASEL_POINTS__BASE: there is no type pixel, voxel; there are {', '.join([*ORDER, 'pixels'])}."
    ]


def test_a_price_whose_types_file_is_bad_is_told_with_what_is_wrong_there(tmp_path: Path) -> None:
    write("summary =")
    with pytest.raises(BadSettingsError) as caught:
        read_types(settings_in(tmp_path, points=PointsSection(base={"pixels": 3})))
    assert [one[:22] for one in caught.value.problems] == ["pixels.toml:1: it is n", "EASEL_POINTS__BASE: th"]


def test_a_price_whose_type_has_gone_meanwhile_is_one_more_problem(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, points=PointsSection(base={"pixels": 3}))
    write(OWN)
    assert reread_types(settings).problems == ()
    write("summary =")
    found = reread_types(settings)
    assert [one.name for one in found.types] == [*ORDER]
    assert [str(one) for one in found.problems] == [
        "pixels.toml:1: it is not TOML: invalid value.",
        f"EASEL_POINTS__BASE: there is no type pixels; there are {', '.join(ORDER)}.",
    ]


# easel types


def said(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, str], str]:
    """Return what was said of each type, and of what is wrong."""
    out, err = capsys.readouterr()
    return {line.split()[0]: line[13:] for line in out.splitlines()}, err


def test_types_are_listed_with_who_makes_them(capsys: pytest.CaptureFixture[str]) -> None:
    write(OWN)
    assert types() == 0
    lines, wrong = said(capsys)
    assert list(lines) == [*ORDER, "pixels"]
    assert lines["txt2img"] == "a picture from words (by sketch)"
    assert lines["inpaint"] == "a part of a picture, made anew (by sketch, /inpaint)"
    assert lines["pixels"] == "square and few colours (by sketch, /pixelart)  [types/pixels.toml]"
    assert wrong.strip() == ""


def test_nothing_is_said_of_what_is_not_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert types() == 0
    assert said(capsys)[1] == ""


def test_a_type_that_nobody_makes_says_whom_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EASEL_COMFYUI__URL", "http://127.0.0.1:8188")
    monkeypatch.setenv("EASEL_HORDE__ENABLED", "true")
    write(OWN)
    assert types() == 0
    lines, _ = said(capsys)
    assert lines["txt2img"] == "a picture from words (by horde, comfyui)"
    assert "(needs sketch, /pixelart)" in lines["pixels"]


def test_bad_files_and_clashes_are_told_and_the_others_listed(capsys: pytest.CaptureFixture[str]) -> None:
    write("summary =", "broken")
    write(OWN)
    write(OWN.replace('"pixelart"', '"status"'), "clash")
    assert types() == 1
    lines, wrong = said(capsys)
    assert list(lines) == [*ORDER, "clash", "pixels"]
    assert wrong.splitlines() == [
        "broken.toml:1: it is not TOML: invalid value.",
        "clash.toml:5: there is a command /status already; take another name.",
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("EASEL_WORKER__SLOTS", "many"), ("EASEL_POINTS__BASE", '{"oil": 3}')]
)
def test_bad_settings_are_2(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert types() == 2
    lines, wrong = said(capsys)
    assert lines == {}
    assert wrong.startswith(f"{name}: ")


def test_it_is_a_command_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["types"]) == 0
    assert list(said(capsys)[0]) == list(ORDER)
