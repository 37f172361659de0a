"""Shows tasks in Discord's chats: each in one message, whoever may change that."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

import discord

from adapters.discord.addresses import PLATFORM, Asked, Lent, Sent, address_of, ref_to
from adapters.discord.errors import (
    ALREADY_ANSWERED,
    UNKNOWN_INTERACTION,
    UNKNOWN_WEBHOOK,
    needs_token,
    translated,
)
from adapters.discord.live import Interaction, Live
from adapters.discord.messages import Messages
from adapters.discord.reach import bot_reaches
from adapters.discord.upload import Showcase
from core.delivery.models import MessageRef
from core.delivery.pacing import Pacer, Rate
from core.errors import RateLimitedError
from core.generation.images import ImageStore
from core.presentation import on_discord
from core.presentation.views import StatusView

logger = logging.getLogger(__name__)

EDIT_SECONDS = 2.0
"""Between two edits of a message: discord.py blocks inside an edit when Discord's own budget is spent."""

CHAT_RATE = Rate(5, 5.0)
"""What one channel takes, for sending and for editing."""

OVERALL_RATE = Rate(45, 1.0)
"""Discord takes 50 calls a second of a bot in all."""

CALL_SECONDS = 90.0
"""The longest call, with the largest pictures on a slow line."""

UNREADY_SECONDS = 1.0
REMEMBERED = 10_000


class DiscordGateway:
    """A `core.delivery.gateway.ChatGateway`. Shows nothing until a client is attached."""

    def __init__(self, images: ImageStore) -> None:
        self.showcase = Showcase(images)
        self._pacer = Pacer(
            interval=lambda _: EDIT_SECONDS, chat_rates=lambda _: (CHAT_RATE,), overall=(OVERALL_RATE,)
        )
        self._live: OrderedDict[int, Live] = OrderedDict()
        self._messages = Messages(self.showcase)

    @property
    def platform(self) -> str:
        """As the port."""
        return PLATFORM

    def attach(self, client: discord.Client) -> None:
        """Speak through `client` from now on."""
        self._messages.attach(client)

    def expect(self, interaction: Interaction) -> Live:
        """Return what answers the interaction, now or when its task is shown."""
        live = Live(interaction, self.showcase)
        self._live[interaction.id] = live
        if len(self._live) > REMEMBERED:
            self._live.popitem(last=False)
        return live

    def forget(self, interaction: Interaction) -> None:
        """Say that no task of the interaction's is going to be shown."""
        self._live.pop(interaction.id, None)

    def pause(self, ref: MessageRef, *, is_news: bool) -> float:
        """As the port. An answer is never held back: Discord counts it apart, and gives it 3 seconds."""
        address = address_of(ref)
        if isinstance(address, Asked) and address.interaction in self._live:
            return 0.0
        if not self._messages.is_ready:
            return UNREADY_SECONDS
        return self._pacer.pause(ref, is_news=is_news)

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        """As the port."""
        try:
            with translated():
                async with asyncio.timeout(CALL_SECONDS):
                    shown = await self._show(ref.chat, ref, view)
        except RateLimitedError as error:
            self._pacer.hold(ref.chat, error.retry_after)
            raise
        return shown

    async def remove(self, ref: MessageRef) -> None:
        """As the port."""
        self._pacer.note(ref)  # before the call, so that those that are asked for meanwhile wait
        with translated():
            async with asyncio.timeout(CALL_SECONDS):
                await self._messages.delete(ref.chat, address_of(ref))

    async def _show(self, chat: str, ref: MessageRef, view: StatusView) -> MessageRef:
        address = address_of(ref)
        if isinstance(address, Asked):
            shown = await self._answer(chat, address, view)
            self._pacer.note(shown, calls=0)  # answers are not counted with what the bot does as itself
            return shown
        if address is None:
            sent: Sent | Lent = await self._messages.send(chat, view)
        else:
            sent = await self._messages.edit(chat, address, view)
        shown = ref_to(chat, sent)
        self._pacer.note(shown)
        return shown

    async def _answer(self, chat: str, asked: Asked, view: StatusView) -> MessageRef:
        live = self._live.get(asked.interaction)
        if live is not None:
            try:
                sent = await self._answer_live(live, asked, view)
            except discord.InteractionResponded:
                pass  # answered by what was taken for a failure: its message is looked for below
            except discord.HTTPException as error:
                if error.code not in {ALREADY_ANSWERED, UNKNOWN_INTERACTION, UNKNOWN_WEBHOOK}:
                    raise
            else:
                return ref_to(chat, sent)
        try:
            found = await self._messages.adopt(chat, asked, view) if asked.alive else None
            sent = found or await self._messages.send(chat, view)
        except discord.HTTPException as error:
            if live is not None and needs_token(error):
                await self._tell_where(live, view)
            raise
        self._done(asked.interaction)
        return ref_to(chat, sent)

    async def _answer_live(self, live: Live, asked: Asked, view: StatusView) -> Sent | Lent:
        reached = bot_reaches(live.interaction)
        note = "" if reached or view.final else on_discord.say_may_stop(view.task)
        message = await live.show(view, note)
        lent = Lent(asked.application, asked.token, message)
        self._messages.remember(lent)
        self._done(asked.interaction)
        return Sent(message) if reached else lent

    async def _tell_where(self, live: Live, view: StatusView) -> None:
        try:
            await live.say(on_discord.say_shown_elsewhere(view.task))
        except (discord.HTTPException, OSError):
            logger.info("a member could not be told where the result is")
        self._done(live.interaction.id)

    def _done(self, interaction: int) -> None:
        live = self._live.pop(interaction, None)
        if live is not None:
            live.shown.set()
