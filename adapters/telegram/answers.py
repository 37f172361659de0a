"""Answers to commands: texts, cards shown once more, questions."""

from __future__ import annotations

from adapters.telegram.asked import Asked
from adapters.telegram.cards import NO_PREVIEW, Cards, answering
from adapters.telegram.client import Client
from adapters.telegram.errors import OnlyByPictureError, UnknownPersonError
from adapters.telegram.forms import Forms
from adapters.telegram.outbox import Outbox
from adapters.telegram.photos import Photos
from adapters.telegram.render import look_of, naming_nobody, pieces, plain_answer
from core.commands.dispatcher import refusal
from core.errors import CoreError
from core.presentation.on_telegram import PICTURE_BY_CAPTION, say_unknown_person
from core.presentation.views import Reply, StatusView


class Answers:
    """Gives answers, as fast as the chat's limits allow."""

    def __init__(self, client: Client, outbox: Outbox, cards: Cards, photos: Photos, forms: Forms) -> None:
        self._client = client
        self._outbox = outbox
        self._cards = cards
        self._photos = photos
        self._forms = forms

    async def give(self, asked: Asked, reply: Reply) -> None:
        """Send all that the reply holds but its tasks, which have messages of their own.

        Raises `DeliveryError`s.
        """
        if reply.form is not None:
            await self._forms.ask(asked, reply.form)
        elif reply.text:
            await self.say(asked, reply.text)
        for view in reply.views:
            await self._show(asked, view)

    async def say(self, asked: Asked, text: str) -> None:
        """Send a text, in parts where it is long. In a group, nobody is called by what was quoted."""
        text = plain_answer(text)
        for part in pieces(text if asked.is_private else naming_nobody(text)):
            await self._say(asked, part)

    async def _say(self, asked: Asked, text: str) -> None:
        place = asked.place
        await self._outbox.call_when_free(
            place,
            lambda: self._client.bot.send_message(
                place.chat,
                text,
                message_thread_id=place.thread,
                reply_parameters=answering(place),
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def _show(self, asked: Asked, view: StatusView) -> None:
        """Send a card that is not kept up to date."""
        place, look = asked.place, look_of(view)
        sent = await self._outbox.patiently(place, lambda: self._cards.send(place, look))
        if look.images:
            await self._photos.remember([(look.images[0], sent)])
        if len(look.images) > 1:
            card = place.sent(sent.message_id)
            await self._outbox.patiently(
                card, lambda: self._cards.send_further(card, look), calls=len(look.images) - 1
            )


def refused(error: CoreError) -> Reply:
    """Return the answer that refuses: core's, or one about what only Telegram has."""
    match error:
        case UnknownPersonError():
            return Reply(say_unknown_person(error.name), ok=False)
        case OnlyByPictureError():
            return Reply(PICTURE_BY_CAPTION, ok=False)
    return refusal(error)
