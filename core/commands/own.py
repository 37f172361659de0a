"""The commands that generation types ask for themselves, such as /inpaint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
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
from core.presentation.views import Reply

OF_PICTURES = frozenset({"image", "strength"})
"""The fields that say nothing to a type without a picture."""


def offer(found: FoundTypes, catalog: Catalog, registry: Registry) -> list[TypeProblem]:
    """Offer these types, and their commands, in place of those before; return all that is wrong with them.

    A type whose command has the name of another one is offered without it.
    """
    catalog.replace(found.types)
    commands, clashes = own_commands(found.types, registry.fixed_names)
    registry.replace_own(commands)
    return [*found.problems, *clashes]


def own_commands(
    types: Iterable[GenerationType], taken: Collection[str]
) -> tuple[list[AnyCommand], list[TypeProblem]]:
    """Return a command for each type that asks for one, and what is wrong where its name is `taken`."""
    used = set(taken)
    commands: list[AnyCommand] = []
    clashes: list[TypeProblem] = []
    for kind in types:
        if kind.command is None:
            continue
        names = (kind.command.name, *kind.command.aliases)
        if clash := [name for name in names if name in used]:
            problem = f"there is a command /{clash[0]} already"
            clashes.append(TypeProblem(Path(kind.source).name, 1, problem, "take another name"))
            continue
        used.update(names)
        commands.append(_command(kind, kind.command))
    return commands, clashes


def _command(kind: GenerationType, own: OwnCommand) -> AnyCommand:
    async def handle(services: Services, call: CommandCall, arguments: Arguments) -> Reply:
        # The type as it is now: a file may have been loaded anew since.
        request = request_for(services, call, arguments, services.catalog.get(kind.name))
        return await queue_request(services, call, request)

    return Command(own.name, own.summary, _arguments(kind), handle, aliases=own.aliases)


def _arguments(kind: GenerationType) -> type[Arguments]:
    fields = dict(_fields(kind))
    model: type[Arguments] = create_model(f"ArgumentsOf_{kind.name}", __base__=Arguments, **fields)
    model.__doc__ = f"What {kind.name} takes."
    return model


def _fields(kind: GenerationType) -> Iterator[tuple[str, Any]]:
    for name, field in RequestArguments.model_fields.items():
        if kind.needs_image or name not in OF_PICTURES:
            yield name, (field.annotation, field)
        if name == "image" and kind.takes_mask:
            yield "mask", (_MASK, None)
    for one in kind.inputs:
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
    return Annotated[plain, Field(**bounds), Flag(one.name.replace("_", "-"))]


TEXT_MOST = 500
"""Characters of a text that is an input of a type's own."""
