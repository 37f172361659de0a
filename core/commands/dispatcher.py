"""The dispatcher: the one way into the commands, whatever the platform."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from core.commands.completion import complete, gallery
from core.commands.services import Services
from core.commands.spec import CommandCall
from core.commands.validation import validated
from core.errors import CoreError, PermissionDeniedError, StorageError, UnknownCommandError
from core.ids import IdSource, RandomIds
from core.presentation.messages import say_code, say_error
from core.presentation.views import Choice, Reply, StatusView

logger = logging.getLogger(__name__)


class Dispatcher:
    """Finds the command, asks who may, checks the arguments, runs it, and words what went wrong."""

    def __init__(self, services: Services, *, ids: IdSource | None = None) -> None:
        self._services = services
        self._ids = ids or RandomIds()

    async def dispatch(self, call: CommandCall) -> Reply:
        """Run the command. Never raises: every error becomes a reply that is not `ok`."""
        try:
            return await self._run(call)
        except StorageError as error:
            incident = self._ids.incident()
            logger.error("/%s could not be done: %s, incident %s", call.name, error, incident)  # noqa: TRY400
            if call.caller.is_admin:
                return refusal(error)
            return Reply(
                say_code("storage_trouble", {"incident": incident}), ok=False
            )  # paths are not theirs
        except CoreError as error:
            logger.info("/%s refused: %s", call.name, error.code)
            return refusal(error)
        except Exception:
            incident = self._ids.incident()
            logger.exception("/%s failed for a reason of ours, incident %s", call.name, incident)
            return Reply(say_code("internal", {"incident": incident}), ok=False)

    async def complete(self, call: CommandCall, field: str, text: str) -> Sequence[Choice]:
        """Return values for a field that somebody is typing into; none where anything goes wrong."""
        try:
            return await complete(self._services, call, field, text)
        except Exception:
            logger.exception("could not complete %s of /%s", field, call.name)
            return ()

    async def gallery(self, call: CommandCall, text: str, limit: int) -> Sequence[StatusView]:
        """Return the caller's last pictures whose prompt has `text` in it. Raises `StorageError`."""
        return await gallery(self._services, call, text, limit)

    async def _run(self, call: CommandCall) -> Reply:
        registry = self._services.registry
        command = registry.find(call.name)
        if command is None:
            raise UnknownCommandError(call.name[:32], registry.suggest(call.name))
        if not call.caller.may(command.permission):
            raise PermissionDeniedError(command.name)
        arguments = validated(command.arguments, call.arguments)
        return await command.handler(self._services, call, arguments)


def refusal(error: CoreError) -> Reply:
    """Return the answer that refuses, with the reason."""
    return Reply(say_error(error), ok=False)
