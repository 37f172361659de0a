"""Taking the messages of deleted tasks out of their chats."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from core.clock import Clock
from core.delivery.gateway import ChatGateway
from core.delivery.models import Removal
from core.delivery.showing import FAILURES_MOST, backoff
from core.errors import ChatGoneError, ChatUnavailableError, RateLimitedError
from core.store import Store, Transaction

logger = logging.getLogger(__name__)

BATCH = 20
"""Messages removed at one time."""


class Remover:
    """Removes what is due, one chat's limits allowing."""

    def __init__(self, store: Store, gateway: ChatGateway, clock: Clock) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock

    async def remove_due(self) -> None:
        """Remove what is due now; what can't be removed now is tried again later."""
        now = self._clock.now()
        platform = self._gateway.platform
        due = await self._store.read(lambda tx: tx.removals.due(platform, now, BATCH))
        await asyncio.gather(*(self._remove(removal) for removal in due))

    async def _remove(self, removal: Removal) -> None:
        seconds: float | None = self._gateway.pause(removal.ref, is_news=False)
        if not seconds:
            seconds = await self._again_after(removal)

        def keep(tx: Transaction) -> None:
            if seconds is None:
                tx.removals.finish(removal.ref)
            else:
                until = self._clock.now() + timedelta(seconds=seconds)
                tx.removals.update(replace(removal, failures=removal.failures + 1, not_before=until))

        await self._store.write(keep)

    async def _again_after(self, removal: Removal) -> float | None:
        """Remove the message; return None where it is gone, else the seconds until the next try."""
        try:
            await self._gateway.remove(removal.ref)
        except RateLimitedError as error:
            return error.retry_after
        except ChatUnavailableError as error:
            logger.warning("could not remove a message: %s", error)
            return backoff(min(removal.failures + 1, FAILURES_MOST), most=60.0)
        except ChatGoneError:
            return None
        except Exception:
            logger.exception("could not remove a message")
            failures = removal.failures + 1
            return None if failures >= FAILURES_MOST else backoff(failures, most=300.0)
        return None
