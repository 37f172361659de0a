"""Taking the messages of deleted tasks out of their chats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from core.clock import Clock
from core.delivery.gateway import ChatGateway
from core.delivery.models import MessageRef, Removal
from core.delivery.showing import FAILURES_MOST, backoff
from core.errors import ChatGoneError, ChatUnavailableError, RateLimitedError, StorageError
from core.store import Store, Transaction

logger = logging.getLogger(__name__)

BATCH = 20
"""Messages removed at one time."""


class Remover:
    """Removes what is due, one chat's limits allowing, beside everything else."""

    def __init__(self, store: Store, gateway: ChatGateway, clock: Clock, *, done: Callable[[], None]) -> None:
        """`done` is called when a removal has ended: there may be more to do."""
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._done = done
        self._removing: dict[MessageRef, asyncio.Task[None]] = {}

    async def begin_due(self) -> None:
        """Begin to remove what is due now; what can't be removed now is tried again later."""
        now = self._clock.now()
        platform = self._gateway.platform
        due = await self._store.read(lambda tx: tx.removals.due(platform, now, BATCH))
        for removal in due:
            if removal.ref not in self._removing and len(self._removing) < BATCH:
                self._removing[removal.ref] = asyncio.create_task(self._remove(removal), name="remove")

    async def settled(self) -> None:
        """Wait until nothing is being removed."""
        while self._removing:
            await asyncio.gather(*self._removing.values(), return_exceptions=True)

    def cancel(self) -> None:
        for removing in self._removing.values():
            removing.cancel()

    async def _remove(self, removal: Removal) -> None:
        try:
            pause = self._gateway.pause(removal.ref, is_news=False)
            after = self._put_off(removal, pause) if pause > 0 else await self._after_trying(removal)
            await self._store.write(after)
        except StorageError as error:  # removing twice removes once
            logger.warning("could not store that a message is removed: %s", error)
        else:
            self._done()
        finally:
            del self._removing[removal.ref]

    def _put_off(
        self, removal: Removal, seconds: float, *, failures: int | None = None
    ) -> Callable[[Transaction], None]:
        until = self._clock.now() + timedelta(seconds=seconds)
        later = replace(
            removal, failures=removal.failures if failures is None else failures, not_before=until
        )
        return lambda tx: tx.removals.update(later)

    async def _after_trying(self, removal: Removal) -> Callable[[Transaction], None]:
        """Remove the message; return what is to be stored about it."""
        failures = removal.failures + 1
        try:
            await self._gateway.remove(removal.ref)
        except RateLimitedError as error:
            return self._put_off(removal, error.retry_after)
        except ChatUnavailableError as error:
            logger.warning("could not remove a message: %s", error)
            most = min(failures, FAILURES_MOST - 1)  # a platform may be away for days
            return self._put_off(removal, backoff(most, most=60.0), failures=most)
        except ChatGoneError:
            pass
        except Exception:
            logger.exception("could not remove a message")
            if failures < FAILURES_MOST:
                return self._put_off(removal, backoff(failures, most=300.0), failures=failures)
        return lambda tx: tx.removals.finish(removal.ref)
