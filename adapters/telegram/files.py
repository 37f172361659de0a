"""The button "As file": the original pictures, with what they were made by inside."""

from __future__ import annotations

from adapters.telegram.asked import Asked
from adapters.telegram.cards import Cards
from adapters.telegram.outbox import Outbox
from adapters.telegram.photos import Photos
from core.errors import InvalidRequestError, NotFoundError
from core.ids import TaskId
from core.presentation.status import status_view
from core.store import Store


class Files:
    """Sends originals."""

    def __init__(self, cards: Cards, outbox: Outbox, photos: Photos, store: Store) -> None:
        self._cards = cards
        self._outbox = outbox
        self._photos = photos
        self._store = store

    async def send(self, asked: Asked, task_id: TaskId, *, is_in_sight: bool) -> None:
        """Send the task's pictures as files, to whoever may see them.

        Raises `NotFoundError` where they are gone or nobody's business, `InvalidRequestError` where they
        would have to be covered, as files can't be, and `DeliveryError`s.
        """
        task = await self._store.read(lambda tx: tx.tasks.get(task_id))
        is_own = task is not None and task.request.account == asked.caller.account
        if task is None or task.response is None or not task.response.outputs:
            raise NotFoundError("task", task_id)
        if not (is_own or is_in_sight or asked.caller.is_admin):
            raise NotFoundError("task", task_id)
        if status_view(task).sensitive and not asked.is_private:
            raise InvalidRequestError.of("nsfw", "not_here")
        images = task.response.outputs
        place = asked.place
        sent = await self._outbox.patiently(
            place,
            lambda: self._cards.send_album(place, images, place.answers, as_photos=False),
            calls=len(images),
        )
        await self._photos.remember(list(zip(images, sent, strict=True)))
