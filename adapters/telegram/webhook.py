"""The webhook: Telegram, or a proxy in front of it, posts updates here."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from adapters.telegram.client import ALLOWED_UPDATES, Client
from adapters.telegram.config import TelegramSettings
from adapters.telegram.errors import RequestRefusedError, TokenRefusedError, border
from adapters.telegram.intake import Intake
from adapters.telegram.refs import PLATFORM
from adapters.telegram.timing import Timing
from core.errors import DeliveryError, PlatformRefusedError, RateLimitedError, StorageError

logger = logging.getLogger(__name__)

BODY_MOST = 2**20
"""Bytes of an update: they have a few kilobytes."""

CONNECTIONS = 40
"""That Telegram may use at one time; its own default."""

HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """Takes posted updates until it is cancelled."""

    def __init__(self, client: Client, intake: Intake, settings: TelegramSettings, timing: Timing) -> None:
        self._client = client
        self._intake = intake
        self._timing = timing
        self._url = settings.webhook_url or ""
        self._listen = settings.listen
        self._secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""

    async def run(self) -> None:
        """Serve, and tell Telegram where. At the end the webhook stays set: what comes then waits there.

        Raises `PlatformRefusedError` where the address can't be used or the token is not known.
        """
        app = web.Application(client_max_size=BODY_MOST)
        app.router.add_post(urlsplit(self._url).path or "/", self._on_post)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await self._serve(runner)
            await self._register()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _serve(self, runner: web.AppRunner) -> None:
        host, port = self._listen
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            logger.error("can't listen on %s:%d: %s", host, port, error)  # noqa: TRY400 - an operator's matter
            raise PlatformRefusedError(PLATFORM, "listen", address=f"{host}:{port}") from None

    async def _register(self) -> None:
        failures = 0
        while True:
            try:
                with border():
                    await self._client.bot.set_webhook(
                        self._url,
                        secret_token=self._secret,
                        allowed_updates=ALLOWED_UPDATES,
                        max_connections=CONNECTIONS,
                    )
            except TokenRefusedError:
                raise PlatformRefusedError(PLATFORM, "bad_token") from None
            except RequestRefusedError as error:
                logger.error("Telegram refuses the webhook: %s", error)  # noqa: TRY400 - an operator's matter
                raise PlatformRefusedError(PLATFORM, "webhook") from None
            except RateLimitedError as error:
                await asyncio.sleep(error.retry_after)
            except DeliveryError as error:
                failures += 1
                logger.warning("could not set the webhook: %s", error)
                await asyncio.sleep(min(0.25 * 2.0**failures, self._timing.pause_most))
            else:
                return

    async def _on_post(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        update = _update_of(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            await self._intake.take([update])
        except StorageError as error:
            logger.warning("could not store an update: %s", error)
            return web.Response(status=503)  # Telegram sends it again
        return web.Response(status=200)


def _update_of(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    if isinstance(found, dict) and isinstance(found.get("update_id"), int):
        return found
    return None
