"""The desk: takes what members ask for to the dispatcher, and answers every one of them."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import discord

from adapters.discord.calls import Calls
from adapters.discord.gateway import DiscordGateway
from adapters.discord.live import Interaction, Live
from adapters.discord.modals import Forms
from core.commands.dispatcher import Dispatcher, refusal
from core.commands.registry import Registry
from core.commands.spec import Positional, marker
from core.errors import CoreError
from core.ids import RandomIds, TaskId
from core.presentation import forms, on_discord
from core.presentation.messages import say_code
from core.presentation.views import Choice, Form, Reply

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""After which Discord is told that it takes longer; it waits for three."""

SHOWING_SECONDS = 20.0
"""How long a command stays to see its task shown; the delivery goes on without it."""

_UNREACHABLE = (discord.HTTPException, aiohttp.ClientError, ConnectionError, TimeoutError)
"""What is raised where Discord can't be told: there is nobody to tell."""

NOT_HERE = ("start",)
"""Commands that Discord's own ways make needless."""


class Desk:
    """One way in for slash commands, buttons, forms and menus."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        registry: Registry,
        calls: Calls,
        gateway: DiscordGateway,
    ) -> None:
        self.calls = calls
        self.forms = Forms()
        self._dispatcher = dispatcher
        self._registry = registry
        self._gateway = gateway

    async def take(
        self,
        interaction: Interaction,
        name: str,
        values: Mapping[str, Any],
        *,
        in_sight: TaskId | None = None,
    ) -> None:
        """Do the command and answer. Never raises."""
        await self.answer(interaction, lambda: self._reply(interaction, name, values, in_sight))

    async def answer(self, interaction: Interaction, work: Callable[[], Awaitable[Reply]]) -> None:
        """Answer with what comes of the work, in time, whatever happens. Never raises."""
        live = self._gateway.expect(interaction)
        working = asyncio.ensure_future(self._carry_out(live, work))
        try:
            done, _ = await asyncio.wait({working}, timeout=PATIENCE_SECONDS)
            if not done:
                await _defer(live)
            await working
        finally:
            working.cancel()

    async def complete(self, interaction: Interaction, name: str, field: str, text: str) -> list[Choice]:
        """Return what fits the field that somebody types into."""
        call = self.calls.call(interaction, name, {})
        return list(await self._dispatcher.complete(call, field, text))

    async def _carry_out(self, live: Live, work: Callable[[], Awaitable[Reply]]) -> None:
        reply = _in_options(await _excused(work, unless=()))
        if reply.tasks:
            await _wait_for(live.shown)
            return
        self._gateway.forget(live.interaction)
        try:
            excuse = await _excused(lambda: self._say(live, reply), unless=_UNREACHABLE)
            if excuse.text:
                await live.say(_in_options(excuse).text)
        except _UNREACHABLE as error:
            logger.warning("could not answer an interaction: %s", error)

    async def _say(self, live: Live, reply: Reply) -> Reply:
        """Say it all; return nothing more to say."""
        modal = self.forms.modal(reply.form) if reply.form is not None else None
        if modal is not None:
            await live.ask(modal, reply.text)
            return Reply()
        for view in reply.views:
            await live.show_aside(view)
        if reply.text or not reply.views:
            await live.say(reply.text)
        return Reply()

    async def _reply(
        self, interaction: Interaction, name: str, values: Mapping[str, Any], in_sight: TaskId | None
    ) -> Reply:
        command = self._registry.find(name)
        caller = self.calls.caller(interaction.user)
        arguments: Mapping[str, Any] = values
        if command is not None and caller.may(command.permission):  # else nothing of theirs is stored
            arguments = await self.calls.resolved(command, values)
            form = self._asked_first(command.name, arguments)
            if form is not None and self.forms.fits(form):
                return Reply(on_discord.say_too_late_to_ask(command.name), form=form)
        reply = await self._dispatcher.dispatch(self.calls.call(interaction, name, arguments, in_sight))
        if reply.form is not None and in_sight is not None:
            self.forms.remember_sight(interaction.user.id, reply.form, in_sight)
        if reply.ok and name == "help":
            return Reply(self._help(interaction, arguments.get("command")))
        return reply

    def _asked_first(self, name: str, arguments: Mapping[str, Any]) -> Form | None:
        """Return the form that asks for the words, where a command that needs some was given none."""
        command = self._registry.find(name)
        if command is None or "prompt" in arguments:
            return None
        field = command.arguments.model_fields.get("prompt")
        if field is None or not field.is_required() or marker(field, Positional) is None:
            return None
        return self.forms.with_arguments(forms.ask_prompt(name), arguments)

    def _help(self, interaction: Interaction, name: object) -> str:
        command = self._registry.find(str(name).strip().lstrip("/")) if name else None
        if command is not None:
            return on_discord.say_command(command)
        caller = self.calls.caller(interaction.user)
        return on_discord.say_help(self._registry, caller, leave_out=NOT_HERE)


async def _excused(work: Callable[[], Awaitable[Reply]], *, unless: tuple[type[Exception], ...]) -> Reply:
    """Return what the work returns, or else the reason why it failed; `unless` is raised."""
    try:
        return await work()
    except unless:
        raise
    except CoreError as error:
        return refusal(error)
    except Exception:
        incident = RandomIds().incident()
        logger.exception("an interaction failed for a reason of ours, incident %s", incident)
        return Reply(say_code("internal", {"incident": incident}), ok=False)


def _in_options(reply: Reply) -> Reply:
    return reply if reply.ok else dataclasses.replace(reply, text=on_discord.say_options(reply.text))


async def _defer(live: Live) -> None:
    try:
        await live.defer()
    except _UNREACHABLE as error:
        logger.warning("could not put off an interaction: %s", error)


async def _wait_for(shown: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(SHOWING_SECONDS):
            await shown.wait()
    except TimeoutError:
        logger.warning("a task's message takes long to appear")
