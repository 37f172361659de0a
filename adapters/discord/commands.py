"""The registry's commands as Discord's: types, ranges, choices and descriptions come from the models."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, Literal, Optional

import discord
from discord import app_commands
from pydantic.fields import FieldInfo

from adapters.discord.desk import NOT_HERE, Desk
from adapters.discord.live import Interaction
from adapters.discord.markdown import shortened
from core.access import Permission
from core.commands.completion import COMPLETED_FIELDS
from core.commands.registry import Registry
from core.commands.spec import AccountInput, AnyCommand, ImageInput, Positional, marker
from core.presentation import on_discord

DESCRIPTION_MOST = CHOICE_MOST = 100

SlashCommand = app_commands.Command[Any, ..., None]


def slash_commands(registry: Registry, desk: Desk) -> list[SlashCommand | app_commands.Group]:
    """Return a command for each name and alias, and one group for the admins'."""
    commands: list[SlashCommand | app_commands.Group] = []
    admin = app_commands.Group(
        name=on_discord.ADMIN_GROUP,
        description=on_discord.ADMIN_SUMMARY,
        # Who sees them; a server's admins may change that, so core asks again at every call.
        default_permissions=discord.Permissions(manage_guild=True),
    )
    for command in registry:
        if command.name in NOT_HERE:
            continue
        if command.permission is Permission.ADMIN:
            admin.add_command(_slash(command, command.name, desk))
        else:
            commands += [_slash(command, name, desk) for name in (command.name, *command.aliases)]
    return [*commands, admin] if admin.commands else commands


def _slash(command: AnyCommand, name: str, desk: Desk) -> SlashCommand:
    async def callback(interaction: Interaction, **values: Any) -> None:
        given = {field: value for field, value in values.items() if value is not None}
        await desk.take(interaction, name, given)

    parameters = list(_parameters(command))
    asked = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Interaction)
    signature = inspect.Signature([asked, *parameters])
    callback.__signature__ = signature  # type: ignore[attr-defined]  # discord.py reads this
    fields = command.arguments.model_fields
    decorated: Callable[..., Any] = callback
    descriptions = {one.name: _described(fields[one.name], one.name) for one in parameters}
    completed = {one.name: _completion(desk, name, one.name) for one in parameters if _completes(one)}
    if descriptions:
        decorated = app_commands.describe(**descriptions)(decorated)
    if completed:
        decorated = app_commands.autocomplete(**completed)(decorated)
    return app_commands.Command(
        name=name, description=shortened(command.summary, DESCRIPTION_MOST), callback=decorated
    )


def _parameters(command: AnyCommand) -> Iterator[inspect.Parameter]:
    properties = command.arguments.model_json_schema().get("properties", {})
    for name, field in command.arguments.model_fields.items():
        annotation = _annotation(field, properties.get(name, {}))
        place = marker(field, Positional)
        # Whoever leaves the prompt out is asked for it by a form, where there is room for a long one.
        required = field.is_required() and not (place and place.rest)
        yield inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if required else None,
            annotation=annotation if required else Optional[annotation],  # noqa: UP045 - made at run time
        )


def _annotation(field: FieldInfo, schema: dict[str, Any]) -> Any:
    if marker(field, ImageInput):
        return discord.Attachment
    if marker(field, AccountInput):
        return discord.User
    variants: list[dict[str, Any]] = [schema, *schema.get("anyOf", ())]
    text: dict[str, Any] = {"type": "string"}
    one = next((one for one in variants if one.get("type", "null") != "null"), text)
    if "enum" in one:
        return Literal[tuple(one["enum"])]
    kind, least, most = _KINDS.get(one["type"], _KINDS["string"])
    return _ranged(kind, one.get(least), one.get(most))


_KINDS: dict[str, tuple[type[Any], str, str]] = {
    "integer": (int, "minimum", "maximum"),
    "number": (float, "minimum", "maximum"),
    "boolean": (bool, "", ""),
    "string": (str, "minLength", "maxLength"),
}
"""A JSON type's type here, and what its schema calls the ends of its range."""


def _ranged(kind: type[Any], least: float | None, most: float | None) -> Any:
    if least is None and most is None:
        return kind
    to_end = int if kind is str else kind
    ends = [None if end is None else to_end(end) for end in (least, most)]
    ranged: Any = app_commands.Range  # to a type checker it is another name for Annotated
    return ranged[kind, ends[0], ends[1]]


def _described(field: FieldInfo, name: str) -> str:
    return shortened(field.description or name, DESCRIPTION_MOST)


def _completes(parameter: inspect.Parameter) -> bool:
    return parameter.name in COMPLETED_FIELDS


def _completion(desk: Desk, command: str, field: str) -> Any:
    async def completed(interaction: Interaction, text: str) -> list[app_commands.Choice[str]]:
        choices = await desk.complete(interaction, command, field, text)
        return [
            app_commands.Choice(name=shortened(one.label, CHOICE_MOST), value=one.value[:CHOICE_MOST])
            for one in choices
        ]

    return completed
