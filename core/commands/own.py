"""The commands that generation types ask for themselves, such as /inpaint."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Optional

from pydantic import Field, create_model

from core.commands.generate import RequestArguments, queue_request, request_for
from core.commands.registry import Registry
from core.commands.services import Services
from core.commands.spec import AnyCommand, Arguments, Command, CommandCall, Flag, ImageInput
from core.generation.catalog import Catalog, GenerationType, InputKind, OwnCommand, TypeInput
from core.generation.images import StoredImage
from core.generation.types.folder import FoundTypes
from core.generation.types.reading import TypeProblem
from core.generation.types.recipes import Selective
from core.presentation.on_discord import ADMIN_GROUP
from core.presentation.views import Reply

NAMES_MOST = 50
"""Names of commands that types may ask for together: with Easel's own, fewer than a platform's 100."""

OF_PICTURES = frozenset({"image", "strength"})
"""The fields that say nothing to a type without a picture."""


def offer(found: FoundTypes, catalog: Catalog, registry: Registry) -> list[TypeProblem]:
    """Offer these types, and their commands, in place of those before; return all that is wrong with them.

    A type whose command has the name of another one is offered without it.
    """
    commands, clashes = own_commands(found.types, registry.fixed_names, found.lines)
    catalog.replace(one if one.name in commands else replace(one, command=None) for one in found.types)
    registry.replace_own(list(commands.values()))
    return [*found.problems, *clashes]


def own_commands(
    types: Iterable[GenerationType],
    taken: Collection[str],
    lines: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
) -> tuple[dict[str, AnyCommand], list[TypeProblem]]:
    """Return by type the command that it asks for, and what is wrong where one's name is `taken`.

    `lines` says of each type where the names of its command stand.
    """
    used = {*taken, ADMIN_GROUP}
    names_left = NAMES_MOST
    commands: dict[str, AnyCommand] = {}
    clashes: list[TypeProblem] = []
    for kind in types:
        if kind.command is None:
            continue
        names = (kind.command.name, *kind.command.aliases)
        if clash := [name for name in names if name in used]:
            problem = f"there is a command /{clash[0]} already"
            line = lines.get(kind.name, {}).get(clash[0], 1)
            clashes.append(TypeProblem(Path(kind.source).name, line, problem, "take another name"))
            continue
        if len(names) > names_left:
            problem = f"types have {NAMES_MOST} commands already, with their aliases"
            line = lines.get(kind.name, {}).get(kind.command.name, 1)
            clashes.append(TypeProblem(Path(kind.source).name, line, problem, "leave [command] out"))
            continue
        names_left -= len(names)
        used.update(names)
        commands[kind.name] = _command(kind, kind.command)
    return commands, clashes


def _command(kind: GenerationType, own: OwnCommand) -> AnyCommand:
    async def handle(services: Services, call: CommandCall, arguments: Arguments) -> Reply:
        # The type as it is now: a file may have been loaded anew since.
        request = request_for(services, call, arguments, services.catalog.get(kind.name))
        return await queue_request(services, call, request)

    return Command(own.name, own.summary, _arguments(kind), handle, aliases=own.aliases)


def _arguments(kind: GenerationType) -> type[Arguments]:
    return _model(kind.name, tuple(_taken(kind)), kind.inputs)


@functools.lru_cache(maxsize=2 * NAMES_MOST)  # one takes milliseconds, and few types of a reload are new
def _model(name: str, standard: tuple[str, ...], inputs: tuple[TypeInput, ...]) -> type[Arguments]:
    fields = dict(_fields(standard, inputs))
    model: type[Arguments] = create_model(f"ArgumentsOf_{name}", __base__=Arguments, **fields)
    model.__doc__ = f"What {name} takes."
    return model


def _taken(kind: GenerationType) -> Iterator[str]:
    """Yield the arguments of every request that say something to this type."""
    recipes = list(kind.recipes.values())
    for name in RequestArguments.model_fields:
        if name in OF_PICTURES and not kind.needs_image:
            continue
        wanted = _SIDES if name in _SIDES or name == "aspect_ratio" else {name} & _OPTIONAL
        if not wanted or not recipes or any(_may_take(recipe, wanted) for recipe in recipes):
            yield name
        if name == "image" and kind.takes_mask:
            yield "mask"


def _may_take(recipe: object, names: Iterable[str]) -> bool:
    return not isinstance(recipe, Selective) or any(recipe.takes(name) for name in names)


_SIDES = frozenset({"width", "height"})
_OPTIONAL = frozenset({"negative_prompt", "steps", "seed", "cfg_scale", "strength", "model", "sampler"})
"""What an engine may have no use for. Several pictures can be had of each, and LoRAs are in the prompt."""


def _fields(standard: Iterable[str], inputs: Iterable[TypeInput]) -> Iterator[tuple[str, Any]]:
    for name in standard:
        field = RequestArguments.model_fields.get(name)
        yield name, (field.annotation, field) if field else (_MASK, None)
    for one in inputs:
        yield one.name, (_annotation(one), one.default)


_MASK = Annotated[
    Optional[StoredImage],  # noqa: UP045 - made at run time
    Field(description="white where it is to be made anew; else where the picture is see-through"),
    Flag("mask"),
    ImageInput(),
]


def _annotation(one: TypeInput) -> Any:
    plain: Any = {
        InputKind.TEXT: str,
        InputKind.INTEGER: int,
        InputKind.NUMBER: float,
        InputKind.SWITCH: bool,
    }.get(one.kind)
    if one.kind is InputKind.CHOICE:
        plain = Literal[one.choices]
    bounds: dict[str, Any] = {"description": one.summary or one.name}
    if one.kind in {InputKind.INTEGER, InputKind.NUMBER}:
        exact = int if one.kind is InputKind.INTEGER else float
        ends = {"ge": one.least, "le": one.most}
        bounds |= {end: exact(bound) for end, bound in ends.items() if bound is not None}
    if one.kind is InputKind.TEXT:
        bounds["max_length"] = TEXT_MOST
    flag = one.name.replace("_", "-")
    return Annotated[plain, Field(**bounds), Flag(flag, () if flag == one.name else (one.name,))]


TEXT_MOST = 500
"""Characters of a text that is an input of a type's own."""
