"""What the documents quote from the program: the command table and ``.env.example``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.engines import READERS
from bot.settings import NESTING, PREFIX, Settings
from core.commands.builtin import builtin_registry
from core.commands.own import offer
from core.generation.catalog import Catalog
from core.generation.types.folder import FoundTypes, builtin_types
from core.presentation import help as presentation


def command_table() -> str:
    """Return the README's table of commands, with those of the types that Easel comes with."""
    registry = builtin_registry()
    offer(FoundTypes(builtin_types(READERS)), Catalog(()), registry)
    return presentation.command_table(registry)


def env_example() -> str:
    """Return ``.env.example``: every setting, commented out, with its default and what it means."""
    return "\n".join(_env_lines()) + "\n"


def _env_lines() -> Iterator[str]:
    yield "# Settings of Easel. Copy this file to .env and take the # away from what you change."
    for name, section in Settings.sections().items():
        yield ""
        yield f"# {(section.__doc__ or name).strip().splitlines()[0]}"
        for part, setting in section.model_fields.items():
            variable = f"{PREFIX}{name}{NESTING}{part}".upper()
            yield f"#   {setting.description}{_choices(setting)}"
            yield f"#{variable}={_default(setting)}"


def _choices(setting: FieldInfo) -> str:
    options = getattr(setting.annotation, "__args__", ())
    texts = [option for option in options if isinstance(option, str)]
    return f" ({' or '.join(texts)})" if texts else ""


def _default(setting: FieldInfo) -> str:
    value = setting.get_default(call_default_factory=True)
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()  # a default is no secret
    if isinstance(value, bool):
        return str(value).lower()
    return value.as_posix() if isinstance(value, Path) else str(value)
