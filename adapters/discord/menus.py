"""What a message's menu offers under Apps: to use its picture, to make it again, to show its details."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from adapters.discord.buttons import task_in
from adapters.discord.desk import Desk
from adapters.discord.live import Interaction
from core.ids import TaskId
from core.presentation import forms, on_discord
from core.presentation.views import Reply


def menus(desk: Desk) -> list[app_commands.ContextMenu]:
    """Return the menus, which work on any message that the member sees."""

    async def use(interaction: Interaction, message: discord.Message) -> None:
        task = _task(interaction, message)
        if task is not None:
            await desk.take(interaction, "use", {"task": task}, in_sight=task)
        else:
            await desk.answer(interaction, lambda: _ask_about_picture(desk, message))

    async def again(interaction: Interaction, message: discord.Message) -> None:
        await _on_task(interaction, message, "again")

    async def details(interaction: Interaction, message: discord.Message) -> None:
        await _on_task(interaction, message, "details")

    async def _on_task(interaction: Interaction, message: discord.Message, command: str) -> None:
        task = _task(interaction, message)
        if task is not None:
            await desk.take(interaction, command, {"task": task}, in_sight=task)
        else:
            await desk.answer(interaction, _not_a_task)

    return [
        app_commands.ContextMenu(name=on_discord.USE_MENU, callback=use),
        app_commands.ContextMenu(name=on_discord.AGAIN_MENU, callback=again),
        app_commands.ContextMenu(name=on_discord.DETAILS_MENU, callback=details),
    ]


async def _not_a_task() -> Reply:
    return Reply(on_discord.NOT_A_TASK, ok=False)


async def _ask_about_picture(desk: Desk, message: discord.Message) -> Reply:
    """Store the message's first picture, and ask what to make of it."""
    for attachment in message.attachments:
        if (attachment.content_type or "").startswith("image/"):
            stored = await desk.calls.accepted(attachment)
            form = desk.forms.with_arguments(forms.ask_prompt("generate"), {"image": stored})
            return Reply(on_discord.say_too_late_to_ask("generate"), form=form)
    return Reply(on_discord.NO_PICTURE, ok=False)


def _task(interaction: Interaction, message: discord.Message) -> TaskId | None:
    """Return the task that the message shows. Another bot's buttons may look like ours."""
    client: Any = interaction.client
    return task_in(message) if client.user and message.author.id == client.user.id else None
