"""Forms as modals.

What a modal carries is in its custom_id, so that one about a member's own task outlives a restart. That a
task is in front of the member is in memory alone, as a custom_id may be forged: a form about somebody else's
task that was open during a restart has to be opened again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import discord
from discord import ui

from adapters.discord.markdown import shortened
from core.generation.images import StoredImage
from core.ids import TaskId
from core.presentation.views import Form

PREFIX = "easel-form:"
CUSTOM_ID_MOST = 100
TITLE_MOST = LABEL_MOST = 45
TEXT_MOST = 4000
LONG_TEXT = 100
"""Characters from which on a field has several lines."""

REMEMBERED = 5_000


class Forms:
    """Makes modals of forms, and reads what comes back."""

    def __init__(self) -> None:
        self._in_sight: OrderedDict[tuple[int, str], TaskId] = OrderedDict()

    def modal(self, form: Form) -> ui.Modal | None:
        """Return the form; None where Discord has no room for what it has to carry."""
        if not self.fits(form):
            return None
        modal = ui.Modal(title=shortened(form.title, TITLE_MOST), custom_id=_custom_id(form))
        for field in form.fields:
            text: ui.TextInput[Any] = ui.TextInput(
                custom_id=field.name,
                style=discord.TextStyle.long if field.limit > LONG_TEXT else discord.TextStyle.short,
                default=field.value[: field.limit] or None,
                required=field.required,
                max_length=min(field.limit, TEXT_MOST),
            )
            modal.add_item(ui.Label(text=shortened(field.label, LABEL_MOST), component=text))
        modal.stop()  # else discord.py keeps it for ever, and it would answer beside `submitted`
        return modal

    def fits(self, form: Form) -> bool:
        return len(_custom_id(form)) <= CUSTOM_ID_MOST

    def with_arguments(self, form: Form, arguments: Mapping[str, Any]) -> Form:
        """Return the form with the arguments given so far."""
        texts = {
            name: value.id if isinstance(value, StoredImage) else str(value)
            for name, value in arguments.items()
        }
        return Form(form.title, form.command, {**form.arguments, **texts}, form.fields)

    def remember_sight(self, user: int, form: Form, task: TaskId) -> None:
        """Remember that the member was asked about a task that is in front of them.

        What a modal sends back may be forged: that it names a task does not make it one that they see.
        """
        self._in_sight[user, _custom_id(form)] = task
        if len(self._in_sight) > REMEMBERED:
            self._in_sight.popitem(last=False)

    def sight(self, user: int, custom_id: str) -> TaskId | None:
        return self._in_sight.get((user, custom_id))


def submitted(data: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Return the command and the arguments that a modal sends; None where it is none of ours."""
    custom_id = str(data.get("custom_id", ""))
    if not custom_id.startswith(PREFIX):
        return None
    command, _, query = custom_id.removeprefix(PREFIX).partition("?")
    arguments = dict(parse_qsl(query))
    arguments.update(_texts(data.get("components", ())))
    return command, arguments


def _texts(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the fields with what was written into them; an empty prompt is refused by core."""
    for component in components:
        inner = component.get("component")
        if inner is not None:
            yield from _texts([inner])
        yield from _texts(component.get("components", ()))
        if "custom_id" in component and isinstance(component.get("value"), str):
            yield component["custom_id"], component["value"]


def _custom_id(form: Form) -> str:
    query = urlencode(form.arguments)
    return f"{PREFIX}{form.command}?{query}" if query else f"{PREFIX}{form.command}"
