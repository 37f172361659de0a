"""What is typed, and what is answered."""

from __future__ import annotations

import logging

from adapters.console.commands import ConsoleCommands
from adapters.console.lines import check_length
from adapters.console.screen import Screen
from core.commands.dispatcher import Dispatcher, refusal
from core.errors import CoreError
from core.ids import RandomIds
from core.presentation.messages import say_code
from core.presentation.views import Reply

logger = logging.getLogger(__name__)


class Conversation:
    """Gives lines to the dispatcher and shows on `screen` what comes back."""

    def __init__(self, dispatcher: Dispatcher, commands: ConsoleCommands, screen: Screen) -> None:
        self._dispatcher = dispatcher
        self._commands = commands
        self._screen = screen
        self.refused = False
        """Whether anything was refused so far."""

    async def hear(self, line: str) -> Reply:
        """Do what the line says, show the answer and return it."""
        reply = await self._answer(line)
        await self._screen.say(reply)
        return reply

    async def refuse(self, error: CoreError) -> None:
        """Show why a line was not even read."""
        self.refused = True
        await self._screen.say(refusal(error))

    async def _answer(self, line: str) -> Reply:
        try:
            check_length(line)
            reply = await self._dispatcher.dispatch(await self._commands.read(line))
        except CoreError as error:
            reply = refusal(error)
        except Exception:
            incident = RandomIds().incident()
            logger.exception("could not read a line, incident %s", incident)
            reply = Reply(say_code("internal", {"incident": incident}), ok=False)
        self.refused = self.refused or not reply.ok
        return reply


def says_nothing(line: str) -> bool:
    """Blank lines and comments, as people have them in files of commands."""
    return not line.strip() or line.lstrip().startswith("#")


def leaves(line: str) -> bool:
    """Say whether the line ends the conversation."""
    return line.strip().lower() in LEAVING


LEAVING = {"/exit": "Leave", "/quit": "Leave"}
"""The console's own commands, with what they do."""
