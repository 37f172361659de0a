"""Tasks as messages in Telegram's chats: one message for a task, first its status, then its picture."""

from __future__ import annotations

import logging
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from telegram import Message

from adapters.telegram.actions import Actions
from adapters.telegram.cards import Cards
from adapters.telegram.client import Client
from adapters.telegram.errors import (
    MigratedError,
    NoAnswerError,
    NotAllowedError,
    NotEditableError,
    NotModifiedError,
    OtherKindError,
)
from adapters.telegram.migrations import Migrations
from adapters.telegram.outbox import Outbox
from adapters.telegram.photos import Photos
from adapters.telegram.receipts import Receipts
from adapters.telegram.recovery import Recovery
from adapters.telegram.refs import PLATFORM, Place
from adapters.telegram.render import Look, look_of
from core.delivery.models import MessageRef
from core.errors import NotFoundError, RateLimitedError
from core.generation.models import GenerationStatus
from core.ids import TaskId
from core.presentation.on_telegram import NO_PICTURES_HERE
from core.presentation.views import StatusView

K = TypeVar("K")
V = TypeVar("V")

logger = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Messages whose last look is kept, so that none is edited into what it is."""


class TelegramGateway:
    """A `core.delivery.gateway.ChatGateway`."""

    def __init__(
        self,
        client: Client,
        outbox: Outbox,
        cards: Cards,
        photos: Photos,
        recovery: Recovery,
        migrations: Migrations,
        actions: Actions,
        receipts: Receipts,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._cards = cards
        self._photos = photos
        self._recovery = recovery
        self._migrations = migrations
        self._actions = actions
        self._receipts = receipts
        self._looks: OrderedDict[tuple[int, int | None], Look] = OrderedDict()
        self._placed: OrderedDict[TaskId, Place] = OrderedDict()
        """Where cards are that were sent: what fails afterwards must not have a second one sent."""

    @property
    def platform(self) -> str:
        """As the port."""
        return PLATFORM

    def pause(self, ref: MessageRef, *, is_news: bool) -> float:
        """As the port. Telegram's limits are in `outbox`."""
        return self._outbox.pause(Place.of(ref), is_news=is_news)

    async def show(self, ref: MessageRef, view: StatusView) -> MessageRef:
        """As the port. What can be edited is; what can't, at a task's end, is sent anew."""
        place = await self._migrations.moved(Place.of(ref))
        self._actions.end(view.task)  # begun again below: a chat that takes no news is told of no work either
        try:
            shown = await self._show(place, view)
        except MigratedError as error:
            place = await self._migrations.follow(place, error.chat)
            shown = await self._show(place, view)
        self._receipts.came(view.task)
        if view.status is GenerationStatus.PROCESSING:
            self._actions.begin(view.task, shown)
        return shown.ref

    async def remove(self, ref: MessageRef) -> None:
        """As the port."""
        place = await self._migrations.moved(Place.of(ref))
        self._looks.pop((place.chat, place.message), None)
        if not place.messages:
            return
        try:
            await self._outbox.call(
                place, lambda: self._client.bot.delete_messages(place.chat, place.messages)
            )
        except NotEditableError as error:  # gone, or older than what a bot may delete
            logger.info("a message stays: %s", error)
        except MigratedError:
            pass  # what was in the old group can't be reached any more

    async def _show(self, place: Place, view: StatusView) -> Place:
        look = look_of(view)
        try:
            return await self._make_equal(place, view, look)
        except (NotAllowedError, NotFoundError) as error:
            # No pictures may be sent to the chat, or they are deleted: the words can stand alone.
            logger.info("shown without pictures: %s", error)
            view = replace(view, details=f"{view.details} {NO_PICTURES_HERE}")
            return await self._make_equal(place, view, look_of(view, with_images=False))

    async def _make_equal(self, place: Place, view: StatusView, look: Look) -> Place:
        if place.message is None:
            known = self._placed.get(view.task)
            place = known if known is not None and known.chat == place.chat else place
        if place.message is None:
            place = await self._send(place, view, look)
        elif self._looks.get((place.chat, place.message)) != look:
            place = await self._edit(place, view, look)
        self._remember(place, look)
        if len(look.images) > 1 and not place.further:
            return await self._send_further(place, look)
        return place

    async def _send(self, place: Place, view: StatusView, look: Look) -> Place:
        message, sent = await self._recovery.send_once(place, view, lambda: self._cards.send(place, look))
        found = place.sent(message)
        if sent is None:  # it was sent before, and may show something older
            _keep(self._placed, view.task, found)
            return await self._edit(found, view, look)
        _keep(self._placed, view.task, found)
        if look.images:
            await self._photos.remember([(look.images[0], sent)])
        return found

    async def _edit(self, place: Place, view: StatusView, look: Look) -> Place:
        try:
            edited = await self._cards.edit(place, look)
        except NotModifiedError:
            return place
        except OtherKindError:
            await self._edit_caption(place, look)
            return place
        except NotEditableError:
            if not view.final:
                return place  # somebody deleted it: they are shown the end, and nothing before
            fresh = replace(place, message=None, further=())
            return await self._send(fresh, view, look)
        if look.images and isinstance(edited, Message):
            await self._photos.remember([(look.images[0], edited)])
        return place

    async def _edit_caption(self, place: Place, look: Look) -> None:
        with suppress(NotModifiedError):
            await self._cards.edit_caption(place, look)

    async def _send_further(self, place: Place, look: Look) -> Place:
        pause = self._outbox.pause(place, calls=len(look.images) - 1)
        if pause > 0:
            raise RateLimitedError(pause)  # what the card looks like is remembered: it isn't edited again
        try:
            sent = await self._cards.send_further(place, look)
        except NoAnswerError:  # sent again until one is answered, there might be any number of them
            logger.warning("nobody knows whether the further pictures below %s arrived", place.message)
            return place
        return replace(place, further=tuple(message.message_id for message in sent))

    def _remember(self, place: Place, look: Look) -> None:
        _keep(self._looks, (place.chat, place.message), look)


def _keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
