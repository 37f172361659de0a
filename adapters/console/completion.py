"""Completion: commands, flags and task ids, with what they mean."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from adapters.console.conversation import LEAVING
from core.commands.registry import Registry
from core.commands.spec import AnyCommand, Flag, ImageInput, marker
from core.errors import StorageError
from core.generation.models import GenerationTask
from core.ids import AccountId
from core.presentation.listing import shortened
from core.presentation.status import status_view
from core.store import Store

_TASKS_OFFERED = 20

_FLAG_BEGUN = re.compile(r"(?:^|\s)(--[\w-]*)$")
_VALUE_BEGUN = re.compile(r"\s--([\w-]+)[ =]+((?:(?!\s--).)*)$")


class CommandCompleter(Completer):
    """Completes the line up to the cursor."""

    def __init__(self, registry: Registry, store: Store, account: AccountId) -> None:
        self._registry = registry
        self._store = store
        self._account = account
        self._paths = PathCompleter(expanduser=True)

    def get_completions(
        self,
        document: Document,  # noqa: ARG002 - the base class's signature
        complete_event: CompleteEvent,  # noqa: ARG002
    ) -> Iterable[Completion]:
        """Return nothing: a prompt asks `get_completions_async`, which may look into the store."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield what may stand at the cursor."""
        text = document.text_before_cursor.lstrip()
        name, space, rest = text.partition(" ")
        if text.startswith("/") and not space:
            for completion in self._names(text[1:], then=" "):
                yield completion
            return
        command = self._registry.find(name[1:]) if text.startswith("/") else self._registry.default
        if command is None:
            return
        if begun := _FLAG_BEGUN.search(text):
            for completion in _flags(command, begun[1], text):
                yield completion
        elif (path := _path_begun(command, text)) is not None:
            document = Document(path)
            paths = await asyncio.to_thread(
                lambda: list(self._paths.get_completions(document, complete_event))
            )
            for completion in paths:
                yield completion
        elif text.startswith("/") and " " not in rest:
            async for completion in self._arguments(command, rest):
                yield completion

    def _names(self, begun: str, *, then: str = "") -> Iterable[Completion]:
        known = {command.name: command.summary for command in self._registry}
        known.update({name.lstrip("/"): summary for name, summary in LEAVING.items()})
        for name, summary in known.items():
            if name.startswith(begun.lower()):
                yield Completion(f"{name}{then}", -len(begun), display=f"/{name}", display_meta=summary)

    async def _arguments(self, command: AnyCommand, begun: str) -> AsyncGenerator[Completion, None]:
        first = next((name for name, _ in command.positionals()), None)
        if first == "command":
            for completion in self._names(begun):
                yield completion
        elif first == "task":
            for task in await self._tasks():
                if task.id.startswith(begun.lower()) and _fits(command, task):
                    meta = f"{status_view(task).headline} · {shortened(task.request.prompt, 32)}"
                    yield Completion(task.id, -len(begun), display_meta=meta)

    async def _tasks(self) -> Iterable[GenerationTask]:
        try:
            return await self._store.read(lambda tx: tx.tasks.for_account(self._account, _TASKS_OFFERED))
        except StorageError:
            return ()  # typing goes on without


def _fits(command: AnyCommand, task: GenerationTask) -> bool:
    return command.name != "cancel" or not task.status.final


def _flags(command: AnyCommand, begun: str, text: str) -> Iterable[Completion]:
    for field in command.arguments.model_fields.values():
        flag = marker(field, Flag)
        if flag is None or re.search(rf"\s--{flag.name}[\s=]", text):
            continue
        name = f"--{flag.name}"
        if name.startswith(begun.lower()):
            yield Completion(f"{name} ", -len(begun), display=name, display_meta=field.description or "")


def _path_begun(command: AnyCommand, text: str) -> str | None:
    """Return what is typed of a path, where the last flag takes one."""
    last = _VALUE_BEGUN.search(text)
    if last is None:
        return None
    field = command.flags().get(last[1].lower())
    if field is None or marker(command.arguments.model_fields[field], ImageInput) is None:
        return None
    return last[2]
