"""Cards: how a task's message is sent and edited, one call at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import LinkPreviewOptions, Message, ReplyParameters

from adapters.telegram.client import UPLOAD_SECONDS, Client
from adapters.telegram.errors import NotAllowedError, PictureRefusedError, UnknownFileError
from adapters.telegram.keyboards import markup
from adapters.telegram.outbox import Outbox
from adapters.telegram.photos import Photos, Picture
from adapters.telegram.refs import Place
from adapters.telegram.render import Look
from core.ids import ImageId

R = TypeVar("R")

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

ALBUM_MOST = 10


def answering(place: Place, message: int | None = None) -> ReplyParameters | None:
    """Return what makes a message an answer, even where the one that it answers is gone."""
    answered = message or place.answers
    return ReplyParameters(answered, allow_sending_without_reply=True) if answered else None


class Cards:
    """Sends and edits cards."""

    def __init__(self, client: Client, outbox: Outbox, photos: Photos) -> None:
        self._client = client
        self._outbox = outbox
        self._photos = photos

    async def send(self, place: Place, look: Look) -> Message:
        """Send a card: its first picture with all that is said, or the text alone."""
        bot = self._client.bot
        if not look.images:
            return await self._outbox.call(
                place,
                lambda: bot.send_message(
                    place.chat,
                    look.text,
                    parse_mode="HTML",
                    message_thread_id=place.thread,
                    reply_parameters=answering(place),
                    reply_markup=markup(look.rows),
                    link_preview_options=NO_PREVIEW,
                ),
            )
        image = look.images[0]
        return await self._with_picture(
            place, look, image, lambda one: self._send_one(place, one, look, answering(place))
        )

    async def edit(self, place: Place, look: Look) -> Message | bool:
        """Make the card equal to `look`; a text becomes a picture where there is one."""
        bot = self._client.bot
        if not look.images:
            return await self._outbox.call(
                place,
                lambda: bot.edit_message_text(
                    look.text,
                    place.chat,
                    place.message,
                    parse_mode="HTML",
                    reply_markup=markup(look.rows),
                    link_preview_options=NO_PREVIEW,
                ),
            )
        return await self._with_picture(
            place,
            look,
            look.images[0],
            lambda one: self._outbox.call(
                place,
                lambda: bot.edit_message_media(
                    one.input_media(look.text, is_covered=look.is_covered),
                    place.chat,
                    place.message,
                    reply_markup=markup(look.rows),
                    read_timeout=UPLOAD_SECONDS,
                ),
            ),
        )

    async def edit_caption(self, place: Place, look: Look) -> None:
        """Give a picture another caption and other buttons."""
        await self._outbox.call(
            place,
            lambda: self._client.bot.edit_message_caption(
                place.chat,
                place.message,
                caption=look.text,
                parse_mode="HTML",
                reply_markup=markup(look.rows),
            ),
        )

    async def send_further(self, place: Place, look: Look) -> list[Message]:
        """Send the pictures after the first in answer to the card: one, or an album."""
        images = look.images[1 : ALBUM_MOST + 1]
        sent = await self.send_album(place, images, place.message, is_covered=look.is_covered)
        await self._photos.remember(list(zip(images, sent, strict=True)))
        return sent

    async def send_album(
        self,
        place: Place,
        images: tuple[ImageId, ...],
        answered: int | None,
        *,
        as_photos: bool = True,
        is_covered: bool = False,
    ) -> list[Message]:
        """Send pictures together; an album is of photos or of files alone."""
        try:
            return await self._album(
                place, images, answered, as_photos=as_photos, is_fresh=False, is_covered=is_covered
            )
        except UnknownFileError:
            await self._photos.forget(images)
            return await self._album(
                place, images, answered, as_photos=as_photos, is_fresh=True, is_covered=is_covered
            )
        except PictureRefusedError:
            return await self._album(
                place, images, answered, as_photos=False, is_fresh=False, is_covered=is_covered
            )

    async def _album(
        self,
        place: Place,
        images: tuple[ImageId, ...],
        answered: int | None,
        *,
        as_photos: bool,
        is_fresh: bool,
        is_covered: bool,
    ) -> list[Message]:
        ready = [await self._photos.ready(one, as_photo=as_photos, is_fresh=is_fresh) for one in images]
        if as_photos and not all(one.is_photo for one in ready):
            ready = [await self._photos.ready(one, as_photo=False, is_fresh=is_fresh) for one in images]
        for one in ready:
            _check_cover(place, one, is_covered=is_covered)
        reply = answering(place, answered)
        if len(ready) == 1:
            plain = Look("", (), images, is_covered)
            return [await self._send_one(place, ready[0], plain, reply)]
        media = [one.input_media(is_covered=is_covered) for one in ready]
        sent = await self._outbox.call(
            place,
            lambda: self._client.bot.send_media_group(
                place.chat,
                media,
                message_thread_id=place.thread,
                reply_parameters=reply,
                read_timeout=UPLOAD_SECONDS,
            ),
            calls=len(media),
        )
        return list(sent)

    async def _send_one(
        self, place: Place, picture: Picture, look: Look, reply: ReplyParameters | None
    ) -> Message:
        bot = self._client.bot
        buttons = markup(look.rows)
        if picture.is_photo:
            return await self._outbox.call(
                place,
                lambda: bot.send_photo(
                    place.chat,
                    picture.media,
                    caption=look.text or None,
                    parse_mode="HTML",
                    has_spoiler=look.is_covered or None,
                    message_thread_id=place.thread,
                    reply_parameters=reply,
                    reply_markup=buttons,
                    read_timeout=UPLOAD_SECONDS,
                ),
            )
        return await self._outbox.call(
            place,
            lambda: bot.send_document(
                place.chat,
                picture.media,
                caption=look.text or None,
                parse_mode="HTML",
                message_thread_id=place.thread,
                reply_parameters=reply,
                reply_markup=buttons,
                disable_content_type_detection=True,
                read_timeout=UPLOAD_SECONDS,
            ),
        )

    async def _with_picture(
        self, place: Place, look: Look, image: ImageId, use: Callable[[Picture], Awaitable[R]]
    ) -> R:
        """Use the picture by its known id, else anew, else as a file: whatever Telegram takes."""

        async def used(picture: Picture) -> R:
            _check_cover(place, picture, is_covered=look.is_covered)
            return await use(picture)

        try:
            return await used(await self._photos.ready(image))
        except UnknownFileError:
            await self._photos.forget([image])
            return await used(await self._photos.ready(image, is_fresh=True))
        except PictureRefusedError:
            return await used(await self._photos.ready(image, as_photo=False))


def _check_cover(place: Place, picture: Picture, *, is_covered: bool) -> None:
    """Files can't be covered: raises `NotAllowedError` where one would have to be, among others' eyes."""
    if is_covered and not picture.is_photo and not place.is_private:
        raise NotAllowedError
