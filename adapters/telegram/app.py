"""Telegram as a platform: its parts joined, served, and asked about themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from telegram import User

from adapters.telegram.actions import Actions
from adapters.telegram.answers import Answers
from adapters.telegram.callbacks import Callbacks
from adapters.telegram.cards import Cards
from adapters.telegram.client import Client
from adapters.telegram.commands import Commands
from adapters.telegram.config import TelegramSettings
from adapters.telegram.errors import TokenRefusedError, border
from adapters.telegram.files import Files
from adapters.telegram.forms import Forms
from adapters.telegram.gateway import TelegramGateway
from adapters.telegram.handling import Handling
from adapters.telegram.inline import Inline
from adapters.telegram.intake import Intake
from adapters.telegram.menus import Menus
from adapters.telegram.migrations import Migrations
from adapters.telegram.outbox import Outbox
from adapters.telegram.people import People
from adapters.telegram.photos import Photos
from adapters.telegram.pictures import Pictures
from adapters.telegram.polling import Polling
from adapters.telegram.receipts import Receipts
from adapters.telegram.recovery import Recovery
from adapters.telegram.refs import PLATFORM
from adapters.telegram.sightings import Sightings
from adapters.telegram.timing import Timing
from adapters.telegram.updates import Updates
from adapters.telegram.webhook import Webhook
from core.clock import Clock, SystemClock
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.errors import DeliveryError, PlatformRefusedError, RateLimitedError
from core.generation.images import ImageStore
from core.presentation import on_telegram
from core.store import Store

logger = logging.getLogger(__name__)


class TelegramPlatform:
    """A `core.platform.Platform`."""

    def __init__(
        self,
        client: Client,
        gateway: TelegramGateway,
        receiver: Polling | Webhook,
        handling: Handling,
        actions: Actions,
        receipts: Receipts,
        menus: Menus,
        settings: TelegramSettings,
        timing: Timing,
    ) -> None:
        self._client = client
        self._gateway = gateway
        self._receiver = receiver
        self._handling = handling
        self._actions = actions
        self._receipts = receipts
        self._menus = menus
        self._settings = settings
        self._timing = timing

    @property
    def name(self) -> str:
        """As the port."""
        return PLATFORM

    @property
    def gateway(self) -> TelegramGateway:
        """As the port."""
        return self._gateway

    async def run(self) -> None:
        """As the port. Cancelled, it ends what it is at and closes its connections."""
        await self._client.open()
        try:
            me = await self._identified()
            logger.info("telegram: serving as @%s", me.username)
            await self._serve()
        finally:
            await self._client.close()

    async def _serve(self) -> None:
        """Run the parts until one of them ends by a refusal or a fault."""
        menus = asyncio.create_task(self._menus.run(), name="telegram menus")
        parts = [
            asyncio.create_task(part.run(), name=f"telegram {type(part).__name__}")
            for part in (self._receiver, self._handling, self._actions, self._receipts)
        ]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for task in (menus, *parts):
                task.cancel()
            await asyncio.gather(menus, *parts, return_exceptions=True)

    async def _identified(self) -> User:
        """Ask who the bot is, for as long as it takes."""
        failures = 0
        while True:
            try:
                return await self._client.identify()
            except TokenRefusedError:
                raise PlatformRefusedError(PLATFORM, "bad_token") from None
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)
            except DeliveryError as error:
                failures += 1
                logger.warning("telegram can't be reached: %s", error)
                await asyncio.sleep(min(0.25 * 2.0**failures, self._timing.pause_most))

    async def inspect(self) -> Sequence[str]:
        """As the port."""
        await self._client.open()
        try:
            return await self._findings()
        except TokenRefusedError:
            raise PlatformRefusedError(PLATFORM, "bad_token") from None
        finally:
            await self._client.close()

    async def _findings(self) -> list[str]:
        me = await self._client.identify()
        with border():
            webhook = await self._client.bot.get_webhook_info()
        return [
            on_telegram.say_identity(me.username, me.id, self._settings.api_base_url),
            on_telegram.say_groups(may_join=bool(me.can_join_groups)),
            on_telegram.say_privacy(reads_all=bool(me.can_read_all_group_messages)),
            on_telegram.say_inline(is_on=bool(me.supports_inline_queries)),
            on_telegram.say_receiving(
                wanted=self._settings.webhook_url is not None,
                is_set=bool(webhook.url),
                waiting=webhook.pending_update_count,
                error=webhook.last_error_message,
            ),
        ]


def open_telegram(
    dispatcher: Dispatcher,
    registry: Registry,
    images: ImageStore,
    store: Store,
    settings: TelegramSettings,
    *,
    clock: Clock | None = None,
    timing: Timing | None = None,
) -> TelegramPlatform:
    """Join the parts; nothing is asked of Telegram yet. Raises `PlatformRefusedError` without a token."""
    if settings.token is None:
        raise PlatformRefusedError(PLATFORM, "bad_token")
    clock, timing = clock or SystemClock(), timing or Timing()
    client = Client(settings.token, settings.api_base_url, timing)
    outbox, sightings = Outbox(), Sightings()
    photos = Photos(images, store, clock, client.bot_id)
    cards = Cards(client, outbox, photos)
    migrations = Migrations(store, clock)
    actions = Actions(client, timing)
    receipts = Receipts(client, store, timing)
    recovery = Recovery(client, outbox, store, clock, sightings)
    gateway = TelegramGateway(client, outbox, cards, photos, recovery, migrations, actions, receipts)
    people = People(settings.admin_ids, store, clock)
    intake = Intake(store, people, clock)
    forms = Forms(client, outbox, registry, store, clock)
    answers = Answers(client, outbox, cards, photos, forms)
    files = Files(cards, outbox, photos, store)
    updates = Updates(
        dispatcher,
        Commands(registry, people, Pictures(client, images), client, store),
        Callbacks(client, dispatcher, people, answers, files, timing),
        Inline(client, dispatcher, people, photos, store),
        forms,
        answers,
        people,
        migrations,
        sightings,
        receipts,
    )
    receiver = (
        Webhook(client, intake, settings, timing) if settings.webhook_url else Polling(client, intake, timing)
    )
    return TelegramPlatform(
        client,
        gateway,
        receiver,
        Handling(client, intake, updates, timing, clock),
        actions,
        receipts,
        Menus(client, registry, settings.admin_ids, store, clock, timing),
        settings,
        timing,
    )
