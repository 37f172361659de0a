"""``easel check``: what is on, what is off and why, and what is wrong. Leaves everything as it was."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bot.engine_check import look_at_engine
from bot.engines import READERS
from bot.findings import Finding, off, on, print_findings, wrong
from bot.settings import ENV_FILE, Settings
from bot.settings_errors import BadSettingsError, read_settings
from bot.types import read_types
from core.commands.builtin import builtin_registry
from core.commands.own import offer
from core.errors import ChatUnavailableError, CoreError
from core.generation.catalog import Catalog
from core.presentation.messages import CONSOLE_PLAIN, count, points, say_error, say_unreachable

Part = Callable[[Settings], Sequence[Finding]]


def check(*, live: bool = False) -> int:
    """Print a line for each part; return 0, 1 where one of them can't work, 2 for bad settings.

    With `live`, the engines that are on are asked whether they are there and what they have, and the chat
    platforms who this bot is and what it may.
    """
    try:
        settings = read_settings()
    except BadSettingsError as error:
        print_findings("settings", map(wrong, error.problems))
        return 2
    logging.getLogger("core").setLevel(logging.ERROR)  # what is found is printed, and once is enough
    parts: list[tuple[str, Part]] = [
        ("settings", _settings),
        ("storage", _storage),
        ("images", _images),
        ("points", _points),
        ("types", _types),
        *((kind, partial(look_at_engine, kind, live=live)) for kind in READERS),
        ("discord", partial(_platform, "discord", live=live)),
        ("telegram", partial(_platform, "telegram", live=live)),
        ("console", _console),
    ]
    is_well = True
    for label, part in parts:
        findings = _findings(label, part, settings)
        print_findings(label, findings)
        is_well &= not any(finding.is_wrong for finding in findings)
    return 0 if is_well else 1


def _findings(label: str, part: Part, settings: Settings) -> Sequence[Finding]:
    try:
        return part(settings)
    except ChatUnavailableError:
        return [wrong(say_unreachable(label))]
    except CoreError as error:
        return [wrong(say_error(error))]
    except BadSettingsError as error:
        return [wrong(problem) for problem in error.problems]


def _settings(_: Settings) -> Sequence[Finding]:
    env_file = f"and {ENV_FILE}" if Path(ENV_FILE).is_file() else f"alone: there is no {ENV_FILE} here"
    return [on(f"from the environment {env_file}")]


def _storage(settings: Settings) -> Sequence[Finding]:
    from adapters.storage.inspection import inspect, try_changing, try_writing

    path = settings.storage.path
    try_writing(path.parent, path)
    if not path.exists():
        return [on(f"{path}, made at the first start")]
    try_changing(path)
    found = inspect(path)
    facts = [str(path)]
    if found.tasks is not None:
        facts.append(count(found.tasks, "task"))
    if found.pending:
        facts.append(f"brought up to date at the next start ({', '.join(found.pending)})")
    if found.process is not None:
        facts.append(f"in use by process {found.process}")
    return [on(", ".join(facts))]


def _images(settings: Settings) -> Sequence[Finding]:
    from adapters.storage.inspection import try_writing

    try_writing(settings.images.path, settings.images.path)
    return [on(str(settings.images.path))]


def _points(settings: Settings) -> Sequence[Finding]:
    if not settings.points.enabled:
        return [off("everything is free: EASEL_POINTS__ENABLED is false")]
    return [on(f"a new account starts with {points(settings.points.starting_grant)}")]


def _types(settings: Settings) -> Sequence[Finding]:
    found = read_types(settings)
    if problems := offer(found, Catalog(()), builtin_registry()):
        return [wrong(str(problem)) for problem in problems]
    return [on(", ".join(one.name for one in found.types))]


def _platform(name: str, settings: Settings, *, live: bool) -> Sequence[Finding]:
    from bot.platforms import inspect, platforms_on

    if name not in platforms_on(settings):
        return [off(f"EASEL_{name.upper()}__TOKEN is not set")]
    if not live:
        return [on("easel check --live asks who the bot is there")]
    return [on(*asyncio.run(inspect(name, settings)))]


def _console(_: Settings) -> Sequence[Finding]:
    is_plain = any(importlib.util.find_spec(name) is None for name in ("prompt_toolkit", "rich"))
    return [on(f"with plain lines. {CONSOLE_PLAIN}" if is_plain else "easel run and easel console open it")]
