"""An interaction that is being answered: once, in time, by whoever is ready first."""

from __future__ import annotations

import asyncio
from typing import Any

import discord

from adapters.discord.markdown import pieces
from adapters.discord.upload import Showcase
from core.presentation import on_discord
from core.presentation.views import StatusView

Interaction = discord.Interaction[Any]


class Live:
    """Answers one interaction. Discord waits for three seconds, then takes no answer any more.

    A command's own coroutine and the delivery loop both speak through it: a lock keeps them apart.
    """

    def __init__(self, interaction: Interaction, showcase: Showcase) -> None:
        self.interaction = interaction
        self.shown = asyncio.Event()
        """Set when the task's message is there, or never will be."""
        self._showcase = showcase
        self._lock = asyncio.Lock()
        self._thinking = False
        """Whether everybody sees that the bot is thinking, and nothing else yet."""

    async def defer(self) -> None:
        """Say that it takes longer, where nothing has been said yet."""
        async with self._lock:
            await self._think()

    async def show(self, view: StatusView, note: str) -> int:
        """Answer with the task's message, for everybody; return the message's id."""
        interaction = self.interaction
        async with self._lock:
            if not view.images and not interaction.response.is_done():
                response = await self._showcase.put(
                    view,
                    0,
                    lambda card, _: interaction.response.send_message(view=card),
                    note=note,
                )
                if response.message_id is not None:
                    return response.message_id
                return (await interaction.original_response()).id
            await self._think()  # what is sent with pictures might take longer than Discord waits
            message = await self._showcase.put(
                view,
                interaction.filesize_limit,
                lambda card, files: interaction.edit_original_response(view=card, attachments=files),
                note=note,
            )
            self._thinking = False
            return message.id

    async def say(self, text: str) -> None:
        """Answer with what only the member sees, in as many messages as it takes."""
        interaction = self.interaction
        async with self._lock:
            for words in pieces(text) or [on_discord.NOTHING_TO_SAY]:
                if not interaction.response.is_done():
                    await interaction.response.send_message(words, ephemeral=True)
                else:
                    await self._stop_thinking()
                    await interaction.followup.send(words, ephemeral=True)

    async def ask(self, modal: discord.ui.Modal, instead: str) -> None:
        """Open a form; where it is too late for one, say `instead`."""
        async with self._lock:
            if not self.interaction.response.is_done():
                await self.interaction.response.send_modal(modal)
                return
        await self.say(instead)

    async def show_aside(self, view: StatusView) -> None:
        """Show a task as it is now to the member alone, in a message that does not follow it."""
        interaction = self.interaction
        async with self._lock:
            if not interaction.response.is_done():
                await interaction.response.defer(ephemeral=True, thinking=True)
                await self._showcase.put(
                    view,
                    interaction.filesize_limit,
                    lambda card, files: interaction.edit_original_response(view=card, attachments=files),
                )
                return
            await self._stop_thinking()
            await self._showcase.put(
                view,
                interaction.filesize_limit,
                lambda card, files: interaction.followup.send(
                    view=card, files=files, ephemeral=True, wait=True
                ),
            )

    async def _think(self) -> None:
        if not self.interaction.response.is_done():
            await self.interaction.response.defer(thinking=True)
            self._thinking = True

    async def _stop_thinking(self) -> None:
        """Take the public placeholder away.

        A followup would take its place, for all to see, until it has been made a message.
        """
        if self._thinking:
            self._thinking = False
            await self.interaction.edit_original_response(content=on_discord.ONE_MOMENT)
            await self.interaction.delete_original_response()
