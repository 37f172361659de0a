"""A task's message on Discord: found, sent, changed and deleted, by whoever may."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any

import discord

from adapters.discord.addresses import Address, Asked, Lent, Sent
from adapters.discord.errors import error_of, needs_token, token_is_dead
from adapters.discord.reach import file_limit
from adapters.discord.upload import Showcase
from core.errors import ChatGoneError, ChatUnavailableError
from core.presentation import on_discord
from core.presentation.views import StatusView

REMEMBERED = 10_000


class _Original:
    """The answer to an interaction, where Discord takes a message's id. As a str it would be quoted."""

    def __str__(self) -> str:
        return "@original"


_ORIGINAL: Any = _Original()


class Messages:
    """Speaks as the bot itself wherever it may, and by an interaction's token where that lives.

    Its methods raise what discord.py raises, but for `ChatUnavailableError` where there is no connection.
    """

    def __init__(self, showcase: Showcase) -> None:
        self._showcase = showcase
        self._client: discord.Client | None = None
        self._lent: OrderedDict[int, Lent] = OrderedDict()
        """By what token a message was sent, for as long as the bot might need it there."""

    def attach(self, client: discord.Client) -> None:
        """Speak through `client` from now on."""
        self._client = client

    @property
    def is_ready(self) -> bool:
        return self._client is not None and self._client.is_ready()

    def remember(self, lent: Lent) -> None:
        """Remember the token, for where the bot turns out not to reach its own message."""
        self._lent[lent.message] = lent
        if len(self._lent) > REMEMBERED:
            self._lent.popitem(last=False)

    async def adopt(self, chat: str, asked: Asked, view: StatusView) -> Sent | Lent | None:
        """Make the answer that an earlier process gave equal to the view; None where it gave none."""
        webhook = self._webhook(asked)
        try:
            message = await webhook.fetch_message(_ORIGINAL)
            metadata = message.interaction_metadata
            if metadata is not None and metadata.id != asked.interaction:
                return None
            await self._showcase.put(
                view,
                self._limit(chat),
                lambda card, files: webhook.edit_message(_ORIGINAL, view=card, attachments=files),
            )
        except discord.HTTPException as error:
            if isinstance(error, discord.NotFound) or token_is_dead(error):
                return None
            raise
        lent = Lent(asked.application, asked.token, message.id)
        self.remember(lent)
        known = self._ready().get_channel(int(chat)) is not None
        return Sent(message.id) if known else lent

    async def send(self, chat: str, view: StatusView) -> Sent:
        """Send a message as the bot itself."""
        channel = self._ready().get_partial_messageable(int(chat))
        message = await self._showcase.put(
            view,
            self._limit(chat),
            # Discord sends nothing twice within minutes that has the same nonce: an answer may get lost.
            lambda card, files: channel.send(view=card, files=files, nonce=view.task),
        )
        return Sent(message.id)

    async def edit(self, chat: str, address: Sent | Lent, view: StatusView) -> Sent | Lent:
        """Make the message equal to the view; return how it was reached."""
        sent = Sent(address.message)
        lent = address if isinstance(address, Lent) else self._lent.get(address.message)
        if isinstance(address, Lent):
            try:
                return await self._edit_lent(chat, address, view)
            except discord.HTTPException as error:
                if not token_is_dead(error):
                    raise
            return await self._edit_sent(chat, sent, view)
        try:
            return await self._edit_sent(chat, sent, view)
        except discord.HTTPException as error:
            if lent is None or not lent.alive or not needs_token(error):
                raise
        return await self._edit_lent(chat, lent, view)

    async def _edit_sent(self, chat: str, sent: Sent, view: StatusView) -> Sent:
        message = self._ready().get_partial_messageable(int(chat)).get_partial_message(sent.message)
        await self._showcase.put(
            view, self._limit(chat), lambda card, files: message.edit(view=card, attachments=files)
        )
        return sent

    async def _edit_lent(self, chat: str, lent: Lent, view: StatusView) -> Lent:
        webhook = self._webhook(lent)
        await self._showcase.put(
            view,
            self._limit(chat),
            lambda card, files: webhook.edit_message(lent.message, view=card, attachments=files),
            note="" if view.final else on_discord.say_may_stop(view.task),
        )
        return lent

    async def delete(self, chat: str, address: Address) -> None:
        """Take the message away; one that is not there is well."""
        if address is None:
            return
        client = self._ready()
        if isinstance(address, Asked):
            if address.alive:
                await _unless_gone(self._webhook(address).delete_message(_ORIGINAL))
            return
        if isinstance(address, Lent) and address.alive:
            await _unless_gone(self._webhook(address).delete_message(address.message))
            return
        channel = client.get_partial_messageable(int(chat))
        await _unless_gone(channel.get_partial_message(address.message).delete())

    def _webhook(self, address: Asked | Lent) -> discord.Webhook:
        return discord.Webhook.partial(address.application, address.token, client=self._ready())

    def _limit(self, chat: str) -> int:
        return file_limit(self._ready(), chat)

    def _ready(self) -> discord.Client:
        if self._client is None or self._client.is_closed():
            raise ChatUnavailableError(reason="closed")
        return self._client


async def _unless_gone(deleting: Awaitable[None]) -> None:
    """Wait for it; what is gone already, or out of reach for good, needs no deleting."""
    try:
        await deleting
    except discord.HTTPException as error:
        if not isinstance(error_of(error), ChatGoneError):
            raise
