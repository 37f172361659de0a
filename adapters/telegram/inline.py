"""Inline mode: `@bot fox` in any chat offers one's own past pictures."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineQuery, InlineQueryResultCachedPhoto, InlineQueryResultsButton

from adapters.telegram.client import Client
from adapters.telegram.errors import TooOldError, border
from adapters.telegram.people import People
from adapters.telegram.photos import Photos
from adapters.telegram.render import CAPTION_MOST, shortened
from core.commands.dispatcher import Dispatcher
from core.commands.spec import CommandCall
from core.presentation.on_telegram import INLINE_EMPTY
from core.presentation.views import StatusView
from core.store import Store, Transaction

RESULTS_MOST = 50
CACHE_SECONDS = 5
"""For how long Telegram may give the same answer again: as long as it takes to make another picture."""


class Inline:
    """Answers inline queries with photos that Telegram has already: nothing can be uploaded there."""

    def __init__(
        self, client: Client, dispatcher: Dispatcher, people: People, photos: Photos, store: Store
    ) -> None:
        self._client = client
        self._dispatcher = dispatcher
        self._people = people
        self._photos = photos
        self._store = store

    async def handle(self, query: InlineQuery) -> None:
        """Answer the query. Raises `StorageError`, `DeliveryError`s."""
        call = CommandCall("history", self._people.caller(query.from_user), {})
        views = await self._dispatcher.gallery(call, query.query, RESULTS_MOST)
        results = await self._store.read(lambda tx: self._results(tx, views))
        button = None if results else InlineQueryResultsButton(INLINE_EMPTY, start_parameter="inline")
        try:
            with border():
                await self._client.bot.answer_inline_query(
                    query.id, results, cache_time=CACHE_SECONDS, is_personal=True, button=button
                )
        except TooOldError:
            pass  # whoever asked has typed on

    def _results(self, tx: Transaction, views: Sequence[StatusView]) -> list[InlineQueryResultCachedPhoto]:
        """Return what can be sent; nothing covered, as who looks on there is unknown."""
        found: dict[str, InlineQueryResultCachedPhoto] = {}
        for view in views:
            for image in () if view.sensitive else view.images:
                file_id = self._photos.known_photo(tx, image)
                if file_id is not None and image not in found and len(found) < RESULTS_MOST:
                    caption = shortened(view.prompt, CAPTION_MOST)
                    found[image] = InlineQueryResultCachedPhoto(image[:64], file_id, caption=caption)
        return list(found.values())
