"""``easel check`` says what is there, and leaves everything as it was."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from discord.http import Route

from bot.check import check
from bot.migrate import migrate
from bot.sync import sync
from tests.e2e.program import Program, easel
from tests.e2e.test_bad_input import bound_by_permissions, limited, read_only
from tests.fakes.comfyui.server import FakeComfyUI

FAKE_CYLLAMA = Path(__file__).parents[1] / "fakes" / "cyllama" / "site"

ENGINES = ["comfyui", "automatic1111", "openai", "horde", "local", "sketch"]
LABELS = ["settings", "storage", "images", "points", "types", *ENGINES, "discord", "telegram", "console"]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return what was said of each part."""
    lines = capsys.readouterr().out.splitlines()
    return {line[:14].strip(): line[14:].strip() for line in lines}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_before_the_first_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    parts = said(capsys)
    assert list(parts) == LABELS
    assert {label for label, text in parts.items() if text.split()[0] != "on"} == {
        *ENGINES[:-1],
        "discord",
        "telegram",
    }
    assert parts["comfyui"] == "off    EASEL_COMFYUI__URL is not set"
    assert parts["telegram"] == "off    EASEL_TELEGRAM__TOKEN is not set"
    assert parts["storage"] == "on     data/easel.db, made at the first start"
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate() == 0
    capsys.readouterr()
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db, 0 tasks"
    assert files(tmp_path) == before


def test_what_a_start_would_migrate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "data" / "easel.db"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE migrations (number INTEGER, name TEXT, applied_at INTEGER)")
    before = files(tmp_path)
    assert check() == 0
    assert "brought up to date at the next start (0001_initial" in said(capsys)["storage"]
    assert files(tmp_path) == before


def test_an_easel_at_work_and_one_that_was_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both leave a write-ahead log beside the database."""
    with Program("console", folder=tmp_path) as program:
        program.send("/pause\n/generate a fox\n")
        program.expect("Queued")
        assert check() == 0
        assert said(capsys)["storage"] == f"on     data/easel.db, 1 task, in use by process {program.pid}"
        program.kill()
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db, 1 task"
    after = files(tmp_path)
    assert set(after) == set(before)
    assert before["data/easel.db-wal"]  # still to be recovered
    before.pop("data/easel.db-shm")  # the index of the log, which every reader may make anew
    assert {name: after[name] for name in before} == before


def test_a_database_that_was_never_finished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kill while it was made leaves SQLite's journal, which only a writer may roll back."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "easel.db").write_bytes(bytes(4096))
    (tmp_path / "data" / "easel.db-journal").write_bytes(bytes(512))
    before = files(tmp_path)
    assert check() == 0
    assert said(capsys)["storage"] == "on     data/easel.db"
    assert files(tmp_path) == before


def test_off(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EASEL_POINTS__ENABLED", "false")
    assert check() == 0
    assert said(capsys)["points"] == "off    everything is free: EASEL_POINTS__ENABLED is false"


def test_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("a shopping list\n" * 1000)
    monkeypatch.setenv("EASEL_STORAGE__PATH", "list.txt")
    monkeypatch.setenv("EASEL_IMAGES__PATH", "list.txt/images")
    assert check() == 1
    parts = said(capsys)
    assert parts["storage"].startswith("WRONG  list.txt is not a database")
    assert parts["images"].startswith("WRONG  list.txt/images can't be written")
    assert parts["sketch"].startswith("on")


def test_a_newer_database_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    migrate()
    with closing(sqlite3.connect(tmp_path / "data" / "easel.db")) as newer, newer:
        newer.execute("INSERT INTO migrations VALUES (9999, '9999_later', 0)")
    capsys.readouterr()
    assert check() == 1
    assert said(capsys)["storage"].startswith("WRONG  data/easel.db was written by a newer Easel")


def test_a_database_that_may_not_be_written_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate()
    capsys.readouterr()
    with read_only(tmp_path / "data" / "easel.db"):
        done = easel("check", folder=tmp_path, launcher=bound_by_permissions())
    assert done.code == 1
    assert "storage        WRONG  data/easel.db can't be written; check its owner" in done.out


def test_a_folder_that_can_not_be_made_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even by root, who has every right there."""
    monkeypatch.setenv("EASEL_STORAGE__PATH", "/proc/x/easel.db")
    monkeypatch.setenv("EASEL_IMAGES__PATH", "/proc/x/images")
    assert check() == 1
    parts = said(capsys)
    assert parts["storage"].startswith("WRONG  /proc/x/easel.db can't be written")
    assert parts["images"].startswith("WRONG  /proc/x/images can't be written")


def test_a_folder_in_the_place_of_the_database_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data" / "easel.db").mkdir(parents=True)
    assert check() == 1
    assert said(capsys)["storage"].startswith("WRONG  data/easel.db can't be written")


@pytest.mark.parametrize("made", [False, True])
def test_a_full_disk_is_wrong(tmp_path: Path, made: bool) -> None:
    if made:
        (tmp_path / "data" / "images").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    done = easel("check", folder=tmp_path, launcher=limited(1000))
    assert done.code == 1
    assert "storage        WRONG  The disk is full" in done.out
    assert "images         WRONG  The disk is full" in done.out
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_in_the_place_of_the_pictures_is_refused_by_a_start_too(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = {"images__path": str(tmp_path / "file")}
    sentence = f"{tmp_path / 'file'} can't be written; check its disk and permissions."
    assert f"WRONG  {sentence}\n" in easel("check", folder=tmp_path, settings=settings).out
    done = easel("run", folder=tmp_path, settings=settings)
    assert (done.code, done.out, done.err) == (1, "", f"{sentence}\n")


def test_bad_settings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "many")
    assert check() == 2
    assert said(capsys)["settings"].startswith("WRONG  EASEL_WORKER__SLOTS: ")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert check() == 0
    assert said(capsys)["console"].endswith("pip install 'easel[console]'")


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back what a program of its own may leave behind: discord.py's address, and where logs go."""
    monkeypatch.setattr("discord.http.Route.BASE", Route.BASE)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(
    ("platform", "token"), [("discord", "abc.def.ghi"), ("telegram", "123456:ABC-DEF_0123456789")]
)
def test_a_platform_that_can_not_be_reached(
    platform: str, token: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"EASEL_{platform.upper()}__TOKEN", token)
    monkeypatch.setenv(f"EASEL_{platform.upper()}__API_BASE_URL", "http://127.0.0.1:9")
    assert check() == 0
    assert said(capsys)[platform] == "on     easel check --live asks who the bot is there"
    assert check(live=True) == 1
    output = said(capsys)[platform]
    assert output.startswith(f"WRONG  {platform.capitalize()} can't be reached, so the token was not tried;")
    assert token not in output


@pytest.mark.usefixtures("undone")
def test_sync_needs_discord(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert sync() == 1
    assert capsys.readouterr().err == "Discord is off: EASEL_DISCORD__TOKEN is not set.\n"
    monkeypatch.setenv("EASEL_DISCORD__TOKEN", "abc.def.ghi")
    monkeypatch.setenv("EASEL_DISCORD__API_BASE_URL", "http://127.0.0.1:9")
    assert sync() == 1
    assert "Discord can't be reached" in capsys.readouterr().err


def test_a_type_whose_command_is_taken_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "types").mkdir()
    command = '[command]\nname = "status"\nsummary = "x"'
    text = f'summary = "x"\n[price]\nbase = 1\n{command}\n[sketch]\ndo = "draw"\n'
    (tmp_path / "types" / "mine.toml").write_text(text, encoding="utf-8")
    assert check() == 1
    assert said(capsys)["types"] == (
        "WRONG  mine.toml:5: there is a command /status already; take another name."
    )


# The engines


def found(capsys: pytest.CaptureFixture[str], label: str) -> list[str]:
    """Return what was said of a part, a line for each of its own."""
    lines = capsys.readouterr().out.splitlines()
    return [line[14:].strip() for line in lines if line[:14].strip() == label]


async def checked_live() -> int:
    """Check in a thread: the fake servers need the loop that is here."""
    return await asyncio.to_thread(check, live=True)


@pytest.mark.parametrize("kind", ["comfyui", "automatic1111", "openai"])
def test_each_server_is_named_by_its_address_without_the_password(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"EASEL_{kind.upper()}__URL", "http://ann:opensesame@gpu1:8188/v1,http://gpu2:8188/v1")
    assert check() == 0
    asks = "easel check --live asks whether it is there"
    assert found(capsys, kind) == [f"on     http://gpu{number}:8188/v1; {asks}" for number in (1, 2)]


async def test_a_server_that_is_well_is_not_blamed_for_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeComfyUI() as fake:
        monkeypatch.setenv("EASEL_COMFYUI__URL", f"{fake.address},http://ann:opensesame@127.0.0.1:9")
        assert await checked_live() == 1
    well, ill = found(capsys, "comfyui")
    assert well.startswith(f"on     comfyui-1 ({fake.address}): ")
    assert ill == "WRONG  comfyui-2 (http://127.0.0.1:9) can't be reached"


async def test_a_default_model_that_a_server_lacks_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FakeComfyUI() as fake:
        monkeypatch.setenv("EASEL_COMFYUI__URL", fake.address)
        monkeypatch.setenv("EASEL_COMFYUI__MODEL", "nonesuch")
        assert await checked_live() == 1
    (line,) = found(capsys, "comfyui")
    what = 'has no model "nonesuch"; set EASEL_COMFYUI__MODEL to one that it has'
    assert line == f"WRONG  comfyui ({fake.address}) {what}"


@pytest.fixture
def with_cyllama(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FAKE_CYLLAMA))


@pytest.mark.usefixtures("with_cyllama")
def test_the_local_model_is_named_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "model.gguf"
    monkeypatch.setenv("EASEL_LOCAL__MODEL_FILE", "model.gguf")
    assert check() == 1
    assert found(capsys, "local") == [f"WRONG  {model} is not there"]
    model.mkdir()
    assert check() == 1
    assert found(capsys, "local") == [f"WRONG  {model} is a folder; name the model file in it"]
    model.rmdir()
    model.touch()
    assert check() == 0
    assert found(capsys, "local") == [f"on     {model}; easel check --live asks whether it is there"]
    monkeypatch.setenv("EASEL_LOCAL__DECODER_FILE", "taesd.gguf")
    assert check() == 1
    assert found(capsys, "local") == [f"WRONG  {tmp_path / 'taesd.gguf'} is not there"]


def test_a_local_model_that_may_not_be_read_is_wrong(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.touch(0o000)
    done = easel(
        "check", folder=tmp_path, settings={"local__model_file": str(model)}, launcher=bound_by_permissions()
    )
    assert done.code == 1
    assert f"local          WRONG  {model} can't be read; check its owner and permissions\n" in done.out


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("kind", "setting", "package", "wanted"),
    [
        ("local", "MODEL_FILE", "cyllama", "cyllama>=0.2.18"),
        ("comfyui", "URL", "aiohttp", "easel[engines]"),
    ],
)
def test_a_package_that_is_missing_is_named_with_the_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    setting: str,
    package: str,
    wanted: str,
    live: bool,
) -> None:
    really = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == package else really(name))
    (tmp_path / "model.gguf").touch()
    value = "model.gguf" if kind == "local" else "http://127.0.0.1:9"
    monkeypatch.setenv(f"EASEL_{kind.upper()}__{setting}", value)
    assert check(live=live) == 1
    assert found(capsys, kind) == [
        f"WRONG  the package {package} is not installed: pip install '{wanted}'",
    ]
