"""The buttons under a task's message. They work after any restart: all they know is in their custom_id."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from typing import Any

import discord

from adapters.discord.desk import Desk
from adapters.discord.live import Interaction
from adapters.discord.render import CODE_PREFIX
from core.ids import TaskId
from core.presentation import on_discord
from core.presentation.views import Reply, arguments_of

DOUBLE_CLICK_SECONDS = 2.0

QUESTIONS = frozenset({"edit", "use", "details"})
"""What changes nothing may be pressed as often as one likes: a form may have been closed by mistake."""

REMEMBERED = 2_000

_TEMPLATE = re.compile(re.escape(CODE_PREFIX) + r"(?P<code>[a-z_]{1,32}:[0-9a-z]{1,32}(?::\d{1,2})?)")


class Presses:
    """Does what a button says, once for each press that is meant."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pressed: OrderedDict[tuple[int, int, str], float] = OrderedDict()

    async def press(self, interaction: Interaction, code: str) -> None:
        """Give the code's command. Never raises."""
        found = arguments_of(code)
        if found is None:
            await self._desk.answer(interaction, _outdated)
            return
        command, task, arguments = found
        if command not in QUESTIONS and self._is_second(interaction, code):
            await self._desk.answer(interaction, _second)
            return
        await self._desk.take(interaction, command, arguments, in_sight=task)

    def _is_second(self, interaction: Interaction, code: str) -> bool:
        message = interaction.message.id if interaction.message else 0
        key, now = (interaction.user.id, message, code), time.monotonic()
        before = self._pressed.get(key)
        if before is not None and now - before < DOUBLE_CLICK_SECONDS:
            return True
        self._pressed[key] = now
        self._pressed.move_to_end(key)
        if len(self._pressed) > REMEMBERED:
            self._pressed.popitem(last=False)
        return False


async def _outdated() -> Reply:
    return Reply(on_discord.OUTDATED, ok=False)


async def _second() -> Reply:
    return Reply(on_discord.SECOND_PRESS, ok=False)


def button_class(presses: Presses) -> type[discord.ui.DynamicItem[discord.ui.Button[Any]]]:
    """Return what discord.py is to make of each of our buttons that is pressed.

    It has no hook for errors, and swallows what is raised in any of these methods: `press` raises nothing.
    """

    class ActionButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_TEMPLATE):
        def __init__(self, item: discord.ui.Button[Any], code: str) -> None:
            super().__init__(item)
            self._code = code

        @classmethod
        async def from_custom_id(
            cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
        ) -> ActionButton:
            assert isinstance(item, discord.ui.Button)  # noqa: S101 - only buttons have these ids
            return cls(item, match["code"])

        async def callback(self, interaction: Interaction) -> None:
            await presses.press(interaction, self._code)

    return ActionButton


def task_in(message: discord.Message) -> TaskId | None:
    """Return the task that a message of ours shows; None where it shows none."""
    for custom_id in _custom_ids(message.components):
        match = _TEMPLATE.fullmatch(custom_id)
        found = arguments_of(match["code"]) if match else None
        if found is not None:
            return found[1]
    return None


def _custom_ids(components: Any) -> list[str]:
    found: list[str] = []
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if custom_id:
            found.append(custom_id)
        found += _custom_ids(getattr(component, "children", ()))
    return found
