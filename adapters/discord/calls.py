"""From what a member gave on Discord to a `CommandCall`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord

from adapters.discord.addresses import PLATFORM, Asked, ref_to
from adapters.discord.reach import allows_nsfw
from core.access import Caller
from core.commands.spec import AnyCommand, CommandCall, ImageInput, marker
from core.errors import ChatUnavailableError, InvalidRequestError
from core.generation.images import ImageStore, StoredImage
from core.generation.models import Origin
from core.ids import AccountId, ImageId, TaskId

PICTURE_BYTES_MOST = 100 * 2**20
"""The most that an image store may be set to take, where nobody says how much this one takes."""

CDN_HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
"""Where attachments are. What Discord tells is not followed to anywhere else."""

READS_MOST = 4
"""Pictures read and stored at one time: each is in memory as a whole."""


class Calls:
    """Makes calls of interactions."""

    def __init__(
        self,
        images: ImageStore,
        admins: frozenset[int],
        picture_bytes_most: int = PICTURE_BYTES_MOST,
        cdn_hosts: frozenset[str] = CDN_HOSTS,
    ) -> None:
        self._images = images
        self._cdn_hosts = cdn_hosts
        self._admins = admins
        self._picture_bytes_most = picture_bytes_most
        self._reading = asyncio.Semaphore(READS_MOST)

    def caller(self, user: discord.abc.User) -> Caller:
        return Caller(account_of(user), is_admin=user.id in self._admins)

    def call(
        self,
        interaction: discord.Interaction[Any],
        name: str,
        arguments: Mapping[str, Any],
        in_sight: TaskId | None = None,
    ) -> CommandCall:
        """Return the call. The interaction is its origin, and its answer shows what comes of it."""
        chat = str(interaction.channel_id)
        asked = Asked(interaction.application_id, interaction.id, interaction.token)
        return CommandCall(
            name,
            self.caller(interaction.user),
            arguments,
            origin=Origin(platform=PLATFORM, chat=chat, message=str(interaction.id)),
            anchor=ref_to(chat, asked),
            in_sight=in_sight,
            allows_nsfw=allows_nsfw(interaction),
        )

    async def resolved(self, command: AnyCommand, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as core knows them: people as accounts, pictures stored.

        Raises `InvalidRequestError` and what the image store raises.
        """
        found: dict[str, Any] = {}
        for name, value in values.items():
            if isinstance(value, discord.User | discord.Member):
                found[name] = account_of(value)
            elif isinstance(value, discord.Attachment):
                found[name] = await self.accepted(value)
            elif _is_picture(command, name):
                found[name] = await self._images.accept(await self._images.load(ImageId(str(value))))
            else:
                found[name] = value
        return found

    async def accepted(self, attachment: discord.Attachment) -> StoredImage:
        """Store what was attached: Discord's addresses of it expire.

        Raises `InvalidRequestError` and what the image store raises.
        """
        if attachment.content_type and not attachment.content_type.startswith("image/"):
            raise InvalidRequestError.of("image", "not_an_image")
        if urlsplit(attachment.url).hostname not in self._cdn_hosts:
            raise InvalidRequestError.of("image", "not_an_image")
        if attachment.size > self._picture_bytes_most:
            raise InvalidRequestError.of("image", "too_many_bytes", limit=self._picture_bytes_most)
        async with self._reading:
            return await self._images.accept(await _read(attachment))


async def _read(attachment: discord.Attachment) -> bytes:
    try:
        return await attachment.read()
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ChatUnavailableError(reason=type(error).__name__) from error


def account_of(user: discord.abc.User) -> AccountId:
    return AccountId(f"{PLATFORM}:{user.id}")


def _is_picture(command: AnyCommand, name: str) -> bool:
    field = command.arguments.model_fields.get(name)
    return field is not None and marker(field, ImageInput) is not None
