"""The console: reads commands until there are no more, and sees them done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TextIO

from adapters.console.commands import ConsoleCommands
from adapters.console.config import ConsoleSettings
from adapters.console.conversation import Conversation, leaves, says_nothing
from adapters.console.gateway import ConsoleGateway
from adapters.console.screen import Lines, Screen
from adapters.console.settling import Outcome, Settling
from adapters.console.streams import OutputClosedError
from adapters.console.surfaces import Surfaces, is_terminal
from core.commands.dispatcher import Dispatcher
from core.commands.registry import Registry
from core.errors import InvalidRequestError
from core.generation.images import ImageStore
from core.presentation import messages
from core.store import Store

if TYPE_CHECKING:
    from adapters.console.terminal import Terminal


class Console:
    """One conversation with the operator. `run` or `once` is called, once."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        registry: Registry,
        images: ImageStore,
        store: Store,
        gateway: ConsoleGateway,
        settings: ConsoleSettings,
        *,
        stdin: TextIO | None,
        stdout: TextIO | None,
        at_terminal: bool,
        notice: str = "",
    ) -> None:
        """`at_terminal` is whether somebody sits at both streams; `notice` is said at the start."""
        self.gateway = gateway
        """What shows the tasks: to be run by a `DeliveryService`."""
        self._dispatcher = dispatcher
        self._registry = registry
        self._images = images
        self._account = settings.account_id
        self._surfaces = Surfaces(settings, registry, images, store, stdin, stdout, at_terminal)
        self._notice = notice
        self._settling = Settling(store, gateway)

    async def run(self) -> int:
        """Talk until the end of input or /exit; return the exit code.

        Without a terminal, wait then until every task of the console is shown to its end: 1 where one of
        them failed or a command was refused. At a terminal, tasks go on at the next start.
        """
        terminal = self._surfaces.terminal()
        if terminal is None:
            return await self._until_closed(self._read_through())
        return await self._until_closed(self._chat(terminal))

    async def once(self, text: str) -> int:
        """Do one command and wait for the tasks that it made; the exit code is as in `run`.

        Tasks of others that change meanwhile are printed too: what is shown is shown once. /exit is done
        at once.
        """
        if leaves(text):
            return 0
        return await self._until_closed(self._do(text))

    async def _read_through(self) -> int:
        screen = self._surfaces.plain()
        self.gateway.attach(screen)
        conversation = await self._converse(self._surfaces.lines(), screen)
        outcome = await self._settling.wait()
        await _tell_stuck(outcome, screen)
        return int(conversation.refused or bool(self.gateway.failed) or outcome.stuck)

    async def _do(self, text: str) -> int:
        screen = self._surfaces.plain(with_pictures=True)
        self.gateway.attach(screen)
        reply = await self._conversation(screen).hear(text)
        outcome = await self._settling.wait(reply.tasks)
        await _tell_stuck(outcome, screen)
        return int(not reply.ok or not self.gateway.failed.isdisjoint(reply.tasks) or outcome.stuck)

    async def _chat(self, terminal: Terminal) -> int:
        self.gateway.attach(terminal)
        with terminal.taken():
            paused = (await self._settling.look()).paused
            await terminal.note(messages.console_greeting(self._notice, paused=paused))
            await self._converse(terminal, terminal)
            outcome = await self._settling.look()
            if outcome.stuck:
                await _tell_stuck(outcome, terminal)
            elif outcome.left:
                await terminal.note(messages.console_leaving(outcome.left, paused=outcome.paused))
        return 0

    async def _converse(self, lines: Lines, screen: Screen) -> Conversation:
        conversation = self._conversation(screen)
        while True:
            try:
                line = await lines.next()
            except InvalidRequestError as error:
                await conversation.refuse(error)
                continue
            if line is None or leaves(line):
                return conversation
            if not says_nothing(line):
                await conversation.hear(line)

    async def _until_closed(self, work: Coroutine[Any, Any, int]) -> int:
        """Return what `work` does, or 1 as soon as nobody reads what is printed."""
        working = asyncio.create_task(work)
        closed = asyncio.create_task(self.gateway.closed.wait())
        try:
            await asyncio.wait([working, closed], return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else 1
        except OutputClosedError:
            return 1
        finally:
            working.cancel()
            closed.cancel()
            await asyncio.gather(working, closed, return_exceptions=True)

    def _conversation(self, screen: Screen) -> Conversation:
        commands = ConsoleCommands(self._registry, self._images, self._account)
        return Conversation(self._dispatcher, commands, screen)


async def _tell_stuck(outcome: Outcome, screen: Screen) -> None:
    if outcome.stuck:
        await screen.note(messages.console_paused(outcome.left))


def open_console(
    dispatcher: Dispatcher,
    registry: Registry,
    images: ImageStore,
    store: Store,
    settings: ConsoleSettings,
    *,
    notice: str = "",
) -> Console:
    """Return the console on this process's standard streams."""
    return Console(
        dispatcher,
        registry,
        images,
        store,
        ConsoleGateway(),
        settings,
        stdin=sys.stdin,
        stdout=sys.stdout,
        at_terminal=is_terminal(sys.stdin) and is_terminal(sys.stdout),
        notice=notice,
    )
