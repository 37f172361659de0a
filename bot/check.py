"""``easel check``: what is on, what is off and why, and what is wrong. Leaves everything as it was."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from adapters.engines.local.models import suited_models
from adapters.storage.memory import MemoryStore
from bot.engines import READERS, SWITCHES, engines_on, notice, open_servers
from bot.settings import ENV_FILE, Settings
from bot.settings_errors import BadSettingsError, read_settings
from bot.types import read_types
from core.errors import ChatUnavailableError, CoreError
from core.generation.catalog import Catalog
from core.generation.pool.breaker import Circuit
from core.generation.pool.pool import EnginePool
from core.presentation.engine_messages import say_found, say_out_of_use
from core.presentation.messages import CONSOLE_PLAIN, count, points, say_error, say_unreachable

_LABEL = 14


def check(*, live: bool = False) -> int:
    """Print a line for each part; return 0, 1 where one of them can't work, 2 for bad settings.

    With `live`, the engines that are on are asked whether they are there and what they have, and the chat
    platforms who this bot is and what it may.
    """
    try:
        settings = read_settings()
    except BadSettingsError as error:
        print(*(f"{'settings':<{_LABEL}} WRONG  {problem}" for problem in error.problems), sep="\n")
        return 2
    logging.getLogger("core").setLevel(logging.ERROR)  # what is found is printed, and once is enough
    parts: list[tuple[str, Callable[[Settings], str]]] = [
        ("settings", _settings),
        ("storage", _storage),
        ("images", _images),
        ("points", _points),
        ("types", _types),
        *((kind, partial(_engine, kind, live)) for kind in READERS),
        ("discord", partial(_platform, "discord", live)),
        ("telegram", partial(_platform, "telegram", live)),
        ("console", _console),
    ]
    results = [_line(label, part, settings) for label, part in parts]
    return 0 if all(results) else 1


def _line(label: str, part: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        print(f"{label:<{_LABEL}} {part(settings)}")
    except ChatUnavailableError:
        print(f"{label:<{_LABEL}} WRONG  {say_unreachable(label)}")
        return False
    except CoreError as error:
        print(f"{label:<{_LABEL}} WRONG  {say_error(error)}")
        return False
    except (_WrongError, BadSettingsError) as error:
        problems = error.problems if isinstance(error, BadSettingsError) else str(error).splitlines()
        print(*(f"{label:<{_LABEL}} WRONG  {problem}" for problem in problems), sep="\n")
        return False
    return True


def _settings(_: Settings) -> str:
    env_file = f"and {ENV_FILE}" if Path(ENV_FILE).is_file() else f"alone: there is no {ENV_FILE} here"
    return f"on     from the environment {env_file}"


def _storage(settings: Settings) -> str:
    from adapters.storage.inspection import inspect, try_changing, try_writing

    path = settings.storage.path
    try_writing(path.parent, path)
    if not path.exists():
        return f"on     {path}, made at the first start"
    try_changing(path)
    found = inspect(path)
    facts = [str(path)]
    if found.tasks is not None:
        facts.append(count(found.tasks, "task"))
    if found.pending:
        facts.append(f"brought up to date at the next start ({', '.join(found.pending)})")
    if found.process is not None:
        facts.append(f"in use by process {found.process}")
    return f"on     {', '.join(facts)}"


def _images(settings: Settings) -> str:
    from adapters.storage.inspection import try_writing

    try_writing(settings.images.path, settings.images.path)
    return f"on     {settings.images.path}"


def _points(settings: Settings) -> str:
    if not settings.points.enabled:
        return "off    everything is free: EASEL_POINTS__ENABLED is false"
    return f"on     a new account starts with {points(settings.points.starting_grant)}"


def _types(settings: Settings) -> str:
    found = read_types(settings)
    if found.problems:
        raise _WrongError("\n".join(map(str, found.problems)))
    return f"on     {', '.join(one.name for one in found.types)}"


def _engine(kind: str, live: bool, settings: Settings) -> str:  # noqa: FBT001 - bound by name of the part
    if kind not in engines_on(settings):
        return f"off    {SWITCHES[kind]}"
    if kind == "sketch":
        return f"on     {settings.sketch.slots} at a time. {notice(settings)}"
    hints = suited_models() if kind == "local" else ()
    if not live:
        return _lines(["easel check --live asks whether it is there", *hints])
    return _lines([*asyncio.run(_found(kind, settings)), *hints])


def _lines(texts: Sequence[str]) -> str:
    return "on     " + f"\n{'':<{_LABEL}}        ".join(texts)


async def _found(kind: str, settings: Settings) -> list[str]:
    """Return a line for each server of the kind. Raises `_WrongError` where one is not well."""
    servers = [one for one in open_servers(settings, MemoryStore()) if one.engine.kind == kind]
    try:
        states = await EnginePool(servers, Catalog(())).probe()
    finally:
        await asyncio.gather(*(one.engine.aclose() for one in servers))
    lines = [
        f"{one.engine.name}: {say_found(one.capabilities)}"
        if state.circuit is Circuit.CLOSED
        else f"{one.engine.name} {say_out_of_use(state.reason)}"
        for one, state in zip(servers, states, strict=True)
    ]
    if any(state.circuit is not Circuit.CLOSED for state in states):
        raise _WrongError("\n".join(lines))
    return lines


class _WrongError(Exception):
    """A part that can't work, in words; several lines for several reasons."""


def _platform(name: str, live: bool, settings: Settings) -> str:  # noqa: FBT001 - bound by name of the part
    from bot.platforms import inspect, platforms_on

    if name not in platforms_on(settings):
        return f"off    EASEL_{name.upper()}__TOKEN is not set"
    if not live:
        return "on     easel check --live asks who the bot is there"
    findings = asyncio.run(inspect(name, settings))
    return "on     " + f"\n{'':<{_LABEL}}        ".join(findings)


def _console(_: Settings) -> str:
    is_plain = any(importlib.util.find_spec(name) is None for name in ("prompt_toolkit", "rich"))
    return (
        f"on     with plain lines. {CONSOLE_PLAIN}"
        if is_plain
        else "on     easel run and easel console open it"
    )
