"""Settings: what is read, and how what is wrong is named."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Self

import pytest
from pydantic import BaseModel, SecretStr, ValidationError, model_validator

from bot.reference import env_example
from bot.setting_sentences import PATTERNS, say_broken_rule
from bot.settings import Settings
from bot.settings_errors import BadSettingsError, read_settings, variables

ENV_EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with nothing set."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().startswith("EASEL_"):
            monkeypatch.delenv(name)


def problems() -> list[str]:
    with pytest.raises(BadSettingsError) as raised:
        read_settings()
    return raised.value.problems


def test_nothing_needs_to_be_set() -> None:
    assert read_settings() == Settings()


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        'EASEL_WORKER__SLOTS=3\nexport EASEL_LOG__LEVEL="DEBUG" # loud\n', encoding="utf-8-sig"
    )
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "2")
    settings = read_settings()
    assert (settings.worker.slots, settings.log.level) == (2, "DEBUG")


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "")
    monkeypatch.setenv("EASEL_STORAGE__PATH", "")
    assert read_settings() == Settings()


def test_the_file_may_set_other_programs_too() -> None:
    Path(".env").write_text("COMPOSE_PROJECT_NAME=easel\nEASEL_WORKER__SLOTS=3\n")
    assert read_settings().worker.slots == 3


def test_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("EASEL_STORAGE__PATH", "~/easel.db")
    monkeypatch.setenv("EASEL_IMAGES__PATH", "~/pictures")
    monkeypatch.setenv("EASEL_CONSOLE__HISTORY_FILE", "~/typed")
    settings = read_settings()
    assert settings.storage.path == tmp_path / "easel.db"
    assert settings.images.path == tmp_path / "pictures"
    assert settings.console.history_file == tmp_path / "typed"


def test_a_choice_may_be_in_capitals_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_LOG__LEVEL", "debug")
    monkeypatch.setenv("EASEL_LOG__FORMAT", "JSON")
    monkeypatch.setenv("EASEL_STORAGE__SYNCHRONOUS", "Normal")
    settings = read_settings()
    assert (settings.log.level, settings.log.format) == ("DEBUG", "json")
    assert settings.storage.synchronous == "NORMAL"


def test_a_table_may_be_json_or_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_POINTS__BASE", '{"txt2img": 5}')
    assert read_settings().points.base == {"txt2img": 5}
    monkeypatch.delenv("EASEL_POINTS__BASE")
    monkeypatch.setenv("EASEL_POINTS__BASE__IMG2IMG", "6")
    assert read_settings().points.base == {"img2img": 6}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("EASEL_WORKER__SLOTS", "many", "must be a whole number."),
        ("EASEL_WORKER__SLOTS", "1.5", "must be a whole number."),
        ("EASEL_WORKER__SLOTS", "0", "must be from 1 to 64."),
        ("EASEL_WORKER__SLOTS", "9" * 5000, "must be from 1 to 64."),
        ("EASEL_WORKER__LEASE", "long", "must be a number."),
        ("EASEL_WORKER__LEASE", "nan", "must be more than 0.5 and at most 3600."),
        ("EASEL_RETENTION__DAYS", "inf", "must be from 0 to 36500."),
        ("EASEL_POINTS__ENABLED", "maybe", "must be true or false."),
        ("EASEL_POINTS__BASE", "cheap", 'must be JSON, such as {"name": 1}.'),
        ("EASEL_POINTS__BASE", "[1]", 'must be JSON, such as {"name": 1}.'),
        ("EASEL_POINTS__BASE", '{"txt2img": 1.5}', "must be a whole number."),
        ("EASEL_POINTS__BASE", '{"txt2img": null}', "must be a whole number."),
        ("EASEL_POINTS__BASE__TXT2IMG", "-1", "must be from 0 to 1000000."),
        ("EASEL_STORAGE__SYNCHRONOUS", "OFF", "must be FULL or NORMAL."),
        ("EASEL_LOG__LEVEL", "loud", "must be DEBUG, INFO, WARNING or ERROR."),
        ("EASEL_STORAGE__PATH", "~nobody-of-that-name/x", "there is no such home folder."),
        ("EASEL_CONSOLE__HISTORY_FILE", "~nobody-of-that-name/x", "there is no such home folder."),
        (
            "EASEL_CONSOLE__ACCOUNT",
            "two words",
            "may have letters, digits, dots, dashes and underscores only.",
        ),
        ("EASEL_HORDE__KUDOS_MOST", "-1", "must be at least 0."),
        ("EASEL_HORDE__KUDOS_MOST", "inf", "must be at least 0, and not that large."),
        ("EASEL_DISCORD__GUILD", "0", "must be at least 1."),
        ("EASEL_DISCORD__GUILD", "9" * 5000, "must be at least 1, and not that large."),
        ("EASEL_LOCAL__STEPS_MOST", "0", "must be from 1 to 150."),
        ("EASEL_LOCAL__CFG_SCALE", "-1", "must be from 0 to 30."),
        ("EASEL_LOCAL__CFG_SCALE", "nan", "must be from 0 to 30."),
        ("EASEL_LOCAL__MODEL_FILE", "~nobody-of-that-name/x", "there is no such home folder."),
        (
            "EASEL_HORDE__URL",
            "aihorde.net",
            "must begin with http:// or https://, name a host, and not end with /.",
        ),
        ("EASEL_TELEGRAM__WEBHOOK_URL", "example.org", "must begin with http:// or https://."),
        ("EASEL_DISCORD__GATEWAY_URL", "http://x", "must begin with ws:// or wss://."),
        ("EASEL_TELEGRAM__WEBHOOK_LISTEN", "8080", "must be a host and a port, such as 127.0.0.1:8080."),
        (
            "EASEL_OPENAI__QUALITY",
            "very high",
            "may have letters, digits, dashes and underscores only, at most 40.",
        ),
        ("EASEL_CONSOLE__ACCOUNT", "a" * 65, "may have at most 64 characters."),
        ("EASEL_STORAGE__PAHT", "x", "there is no such setting; did you mean EASEL_STORAGE__PATH?"),
        ("EASEL_X", "x", "there is no such setting; .env.example lists the settings."),
        ("EASEL_POINTS", "{}", "there is no such setting; did you mean EASEL_POINTS__BASE?"),
    ],
)
def test_what_is_wrong_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    (problem,) = problems()
    assert problem == f"{variable}: {sentence}"


@pytest.mark.parametrize("variable", variables())
@pytest.mark.parametrize(
    "value",
    ["-9999999", "99999999", "-1e300", "1e300", "9" * 5000, "inf", "nan", "some text", "[]", "x" * 600],
)
def test_whatever_is_set_is_taken_or_told_of_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    try:
        read_settings()
    except BadSettingsError as error:
        (problem,) = error.problems
        assert re.fullmatch(rf"{variable}: (must|may|write|there) .+\.", problem)
        assert "as it is" not in problem


def patterns_in(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(patterns_in, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
    return own.union(*map(patterns_in, schema.values()))


def test_every_pattern_has_its_sentence() -> None:
    used = [patterns_in(section.model_json_schema()) for section in Settings.sections().values()]
    assert set().union(*used) == set(PATTERNS)


# Rules over several settings


@pytest.mark.parametrize(
    "given",
    [
        {
            "EASEL_OPENAI__URL": "https://api.openai.com/v1",
            "EASEL_OPENAI__KEY": "sk-1234",
            "EASEL_OPENAI__MODEL": "gpt-image-1",
            "EASEL_OPENAI__POINTS_PER_PICTURE": "40",
        },
        {
            "EASEL_TELEGRAM__WEBHOOK_URL": "https://example.org/easel",
            "EASEL_TELEGRAM__WEBHOOK_SECRET": "abc-123",
        },
    ],
)
@pytest.mark.parametrize("in_file", [0, 1, 10])
def test_what_belongs_together_is_looked_at_together(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], in_file: int
) -> None:
    """Wherever each of them is set."""
    Path(".env").write_text("\n".join(f"{name}={value}" for name, value in list(given.items())[:in_file]))
    for name, value in list(given.items())[in_file:]:
        monkeypatch.setenv(name, value)
    read_settings()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {
                "EASEL_COMFYUI__URL": "http://user:secret@host",
                "EASEL_COMFYUI__AUTHORIZATION": "Bearer secret",
            },
            "Set EASEL_COMFYUI__AUTHORIZATION, or a user and a password in EASEL_COMFYUI__URL, not both.",
        ),
        (
            {"EASEL_OPENAI__POINTS_PER_PICTURE": "4"},
            "EASEL_OPENAI__MODEL must be set where EASEL_OPENAI__POINTS_PER_PICTURE is.",
        ),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert problems() == [sentence]


def test_a_webhook_without_its_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EASEL_TELEGRAM__WEBHOOK_URL", "https://example.org")
    (problem,) = problems()
    assert "EASEL_TELEGRAM__WEBHOOK_SECRET must be" in problem


def test_a_rule_that_names_no_field_is_told_of_its_section() -> None:
    class Pair(BaseModel):
        left: int = 0
        right: int = 0

        @model_validator(mode="after")
        def _equal(self) -> Self:
            if self.left != self.right:
                raise ValueError("both must be equal")
            return self

    with pytest.raises(ValidationError) as raised:
        Pair(left=1)
    (error,) = raised.value.errors()
    assert say_broken_rule("pair", Pair, error) == "EASEL_PAIR__*: both must be equal."


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every kind, in the environment and in the file; what is in both is told once."""
    Path(".env").write_text(
        "EASEL_X=1\nEASEL_WORKER__SLOTS 3\nEASEL_RETENTION__DAYS=-1\nexport EASEL_POINTS__BASE=cheap\n"
    )
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "many")
    monkeypatch.setenv("EASEL_X", "1")
    monkeypatch.setenv("EASEL_POINTS__BASE", "{}")
    assert [problem.partition(": ")[0] for problem in sorted(problems())] == [
        ".env",
        "EASEL_POINTS__BASE",
        "EASEL_RETENTION__DAYS",
        "EASEL_WORKER__SLOTS",
        "EASEL_X",
    ]


def test_a_bad_value_that_the_environment_overrules_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("EASEL_WORKER__SLOTS=many\n")
    monkeypatch.setenv("EASEL_WORKER__SLOTS", "3")
    assert read_settings().worker.slots == 3


def test_the_file_may_quote_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLOTS", "3")
    Path(".env").write_text("EASEL_WORKER__SLOTS=${SLOTS}\n")
    assert read_settings().worker.slots == 3
    monkeypatch.setenv("SLOTS", "many")
    assert problems() == ["EASEL_WORKER__SLOTS: must be a whole number."]


@pytest.mark.parametrize(
    "variable", [name for name in variables() if "PATH" not in name and "FILE" not in name]
)
def test_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Somebody may have put a token into the wrong line; where any text will do, there is no problem."""
    monkeypatch.setenv(variable, "sk secret 1234")
    is_text = variables()[variable].annotation in {str, str | None, SecretStr, SecretStr | None, Path}
    try:
        read_settings()
    except BadSettingsError as error:
        said = str(error)
    else:
        said = "" if is_text else "secret"
    assert "secret" not in said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"EASEL_WORKER__SLOTZ=3\n", "EASEL_WORKER__SLOTZ: there is no such setting; did you mean"),
        (b"\nEASEL_WORKER__SLOTS 3\n", ".env: line 2 is not NAME=VALUE."),
        (b"EASEL_CONSOLE__ACCOUNT=\xff\n", ".env can't be read: it is not UTF-8."),
    ],
)
def test_a_bad_file(content: bytes, sentence: str) -> None:
    Path(".env").write_bytes(content)
    (problem,) = problems()
    assert problem.startswith(sentence)


def test_the_example_is_the_programs_own() -> None:
    assert ENV_EXAMPLE.read_text(encoding="utf-8") == env_example()


def test_the_examples_lines_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.removeprefix("#") for line in env_example().splitlines() if line.startswith("#EASEL_")]
    assert [line.partition("=")[0] for line in lines] == list(variables())
    Path(".env").write_text("\n".join(lines))
    assert read_settings() == Settings()
    for line in lines:
        monkeypatch.setenv(*line.split("=", 1))
    assert read_settings() == Settings()
