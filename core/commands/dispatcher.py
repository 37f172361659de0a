"""The dispatcher: the one way into the commands, whatever the platform."""

from __future__ import annotations

import logging

from core.commands.services import Services
from core.commands.spec import CommandCall
from core.commands.validation import validated
from core.errors import CoreError, PermissionDeniedError, UnknownCommandError
from core.ids import IdSource, RandomIds
from core.presentation.messages import say_code, say_error
from core.presentation.views import Reply

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
        except CoreError as error:
            logger.info("/%s refused: %s", call.name, error.code)
            return refusal(error)
        except Exception:
            incident = self._ids.incident()
            logger.exception("/%s failed for a reason of ours, incident %s", call.name, incident)
            return Reply(say_code("internal", {"incident": incident}), ok=False)

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
