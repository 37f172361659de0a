"""Logs: one formatter for every line, with the task's id and without secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr

from bot.logs import MASK, configure_logs, secrets_of
from bot.settings import Settings
from core.ids import TaskId
from core.tracing import about

SECRET = "123:very-secret"

logger = logging.getLogger("tests.logs")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def fail() -> None:
    raise ValueError(f"bad token {SECRET}")


@pytest.mark.parametrize("style", ["text", "json"])
def test_secrets_are_masked_wherever_they_stand(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json" if style == "json" else "text", ["", SECRET, SECRET[:4]])
    logger.info("token %s", SECRET)
    logger.info("token " + SECRET)  # noqa: G003 - as somebody might
    try:
        fail()
    except ValueError:
        logger.exception("failed")
    said = capsys.readouterr().err
    assert SECRET not in said
    assert said.count(MASK) >= 3
    assert "Traceback" in said


def test_json_is_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "json")
    with about(TaskId("k7f3qz")):
        logger.warning('said "%s"', "yes\nand no")
    logger.info("idle")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["event"] == 'said "yes\nand no"'
    assert (first["level"], first["logger"], first["task"]) == ("warning", "tests.logs", "k7f3qz")
    assert first["timestamp"].endswith("Z")
    assert "task" not in second


def test_text_names_the_task(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "text")
    with about(TaskId("k7f3qz")):
        logger.info("started")
    (line,) = capsys.readouterr().err.splitlines()
    assert "started" in line
    assert line.endswith("task=k7f3qz")


def test_levels(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG", "text")
    logging.getLogger("aiosqlite").debug("a statement")
    logger.debug("detail")
    configure_logs("WARNING", "text")
    logger.info("news")
    said = capsys.readouterr().err
    assert "detail" in said
    assert "a statement" not in said
    assert "news" not in said


def test_it_is_quiet_unless_told_otherwise() -> None:
    assert Settings(_env_file=None).log.level == "WARNING"


def test_what_somebody_wrote_is_no_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "text")
    logger.info("refused: %s", "a\n2026-11-22 [info] forged \x1b[31m\x9b")
    (line,) = capsys.readouterr().err.splitlines()
    assert "a\\x0a2026-11-22 [info] forged \\x1b[31m\\x9b" in line


def test_the_secrets_of_settings_are_found_however_deep() -> None:
    class Platform(BaseModel):
        token: SecretStr = SecretStr("12:abc")
        name: str = "x"

    class All(BaseModel):
        key: SecretStr = SecretStr("k")
        platform: Platform = Platform()
        absent: Platform | None = None

    assert sorted(secrets_of(All())) == ["12:abc", "k"]
    assert secrets_of(Settings(_env_file=None)) == []


def test_a_password_in_an_address_is_a_secret_as_it_is_written_and_as_it_is_sent() -> None:
    class Engine(BaseModel):
        url: str = "http://ann:one@gpu1:8188, https://ann:t%40o@gpu2/path,http://gpu3:8188"

    assert sorted(secrets_of(Engine())) == ["one", "t%40o", "t@o"]


def test_lines_go_where_standard_error_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("INFO", "text")
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        import io
        import sys

        elsewhere = io.StringIO()
        patch.setattr(sys, "stderr", elsewhere)
        logger.info("over there")
    assert "over there" in elsewhere.getvalue()
    assert capsys.readouterr().err == ""
