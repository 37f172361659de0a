"""Reads one type from its TOML file, and says of everything that is wrong where and why."""

from __future__ import annotations

import keyword
import logging
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from core.generation.catalog import (
    MAIN_LANE,
    PICTURES,
    GenerationType,
    InputKind,
    OwnCommand,
    TypeInput,
    parameter_problem,
)
from core.generation.models import GenerationSettings, Parameter
from core.generation.types.lines import line_of
from core.generation.types.recipes import STANDARD_INPUTS, RecipeError, RecipeReader, TypeContext
from core.generation.types.wording import close, closest, reason, worded

logger = logging.getLogger(__name__)

NAME = r"^[a-z][a-z0-9_]{0,31}$"
"""What Discord and Telegram both take as a command's name."""

_Name = Annotated[str, Field(pattern=NAME)]
_Summary = Annotated[str, Field(min_length=1, max_length=100)]
_Points = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
SPELLINGS = frozenset({"no", "negative", "ar", "aspect_ratio", "w", "h", "n", "cfg", "nsfw", "type", "lora"})
"""What members know other inputs by, which one of a type's own must not be called."""

_TAKEN = frozenset({"interaction", "task", "command"})
"""Discord's own parameter, and the fields that are completed from a list which is not the type's."""

INPUTS_MOST = 9
"""Inputs of a type's own: with those of every request, as many as the strictest platform shows."""

_NOT_DEFAULTS = frozenset({"seed"})
_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class TypeProblem:
    """One thing that is wrong with a type's file; `line` 0 is for what has no lines."""

    file: str
    line: int
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        said = f"{where}: {self.problem}{f'; {self.hint}' if self.hint else ''}"
        return said if said.endswith("?") else f"{said}."


class BadTypeError(Exception):
    """A file holds no type that can be offered; `problems` has all that is wrong with it."""

    def __init__(self, problems: Sequence[TypeProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def _plain(value: object) -> object:
    if not isinstance(value, Parameter):
        raise PydanticCustomError("plain_type", "not a plain value")
    return value


_Plain = Annotated[Parameter, BeforeValidator(_plain)]
_Bound = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Command(_Table):
    name: _Name
    summary: _Summary
    aliases: list[_Name] = []


class _Price(_Table):
    base: _Points | None = None
    per_picture: _Points | None = None


class _Limits(_Table):
    max_pixels: Annotated[int, Field(ge=64 * 64, le=2048 * 2048, strict=True)] = 2048 * 2048


class _Picture(_Table):
    """`image` and `mask` are there or not: what they are is known."""


class _Input(_Table):
    kind: InputKind
    summary: Annotated[str, Field(max_length=100)] = ""
    default: _Plain
    min: _Bound | None = None
    max: _Bound | None = None
    choices: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=25)] = []


class _File(_Table):
    name: _Name | None = None
    summary: _Summary
    aliases: list[_Name] = []
    lane: _Name = MAIN_LANE
    price: _Price
    limits: _Limits = _Limits()
    defaults: dict[str, _Plain] = {}
    command: _Command | None = None
    inputs: dict[_Name, dict[str, Any]] = {}


_OWN_KEYS = tuple(_File.model_fields)


def read_type(text: str, path: Path, readers: Mapping[str, RecipeReader]) -> GenerationType:
    """Return the type in `text`, which is the file at `path`; the file's name is its default name.

    `readers` are by the kind of engine. Raises `BadTypeError` with all that is wrong.
    """
    return _Reading(text, path, readers).read()


class _Reading:
    def __init__(self, text: str, path: Path, readers: Mapping[str, RecipeReader]) -> None:
        self._text = text
        self._path = path
        self._readers = readers
        self._problems: list[TypeProblem] = []

    def read(self) -> GenerationType:
        data = self._parsed()
        engines = {key: value for key, value in data.items() if key not in _OWN_KEYS}
        file = self._validated(_File, {key: data[key] for key in data if key in _OWN_KEYS}, ())
        meant = self._check_sections(engines)
        if file is None:
            raise self._refusal()
        name = file.name or self._path.stem
        if not re.fullmatch(NAME, name):
            self._say((), f'the file\'s name makes the type "{name}"', 'give it a name: name = "pixelart"')
        self._check_names(name, file)
        inputs = tuple(self._inputs(file))
        self._check_prices(file)
        defaults = self._defaults(file)
        context = TypeContext(
            name=name,
            folder=self._path.parent,
            needs_image=not file.inputs.keys().isdisjoint(PICTURES),
            takes_mask="mask" in file.inputs,
            # An input whose own section is wrong is there all the same, for those who map it.
            inputs={name: _stand_in(name, table) for name, table in file.inputs.items() if _is_own(name)}
            | {one.name: one for one in inputs},
        )
        unclear = {name for name in context.inputs if file.inputs[name].get("kind") not in list(InputKind)}
        recipes = dict(self._recipes(engines, context, meant, unclear))
        if self._problems:
            raise self._refusal()
        return GenerationType(
            name=name,
            summary=file.summary,
            base_price=file.price.base or 0,
            price_per_picture=file.price.per_picture,
            needs_image=context.needs_image,
            takes_mask=context.takes_mask,
            max_pixels=file.limits.max_pixels,
            aliases=tuple(file.aliases),
            lane=file.lane,
            command=_own_command(file.command),
            inputs=inputs,
            defaults=defaults,
            recipes=recipes,
            source=str(self._path),
        )

    def _parsed(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            match = re.search(r"\(at line (\d+)", str(error))
            problem = re.sub(r"\s*\(at [^)]*\)", "", str(error))
            line = int(match[1]) if match else self._text.rstrip().count("\n") + 1
            said = f"it is not TOML: {problem[:1].lower()}{problem[1:]}"
            raise BadTypeError([TypeProblem(self._path.name, line, said)]) from None
        except (ValueError, RecursionError):  # what tomllib does not mind itself
            said = "it can't be read: a number is too long, or lists are too deep"
            raise BadTypeError([TypeProblem(self._path.name, 1, said)]) from None

    def _check_names(self, name: str, file: _File) -> None:
        command = file.command
        for where, names in {
            ("aliases",): [name, *file.aliases],
            ("command", "aliases"): [command.name, *command.aliases] if command else [],
        }.items():
            for twice in [one for one, times in Counter(names).items() if times > 1]:
                self._say(where, f'"{twice}" is there twice', "leave the alias out")

    def _inputs(self, file: _File) -> Iterator[TypeInput]:
        own = [name for name in file.inputs if name not in PICTURES]
        if len(own) > INPUTS_MOST:
            where = ("inputs", own[INPUTS_MOST])
            self._say(where, f"there are {len(own)} inputs, and {INPUTS_MOST} is the most", "leave some out")
        for name, table in file.inputs.items():
            where = ("inputs", name)
            if name in PICTURES:
                self._validated(_Picture, table, where)
                if name == "mask" and "image" not in file.inputs:
                    self._say(where, "a mask says nothing without an image", "add [inputs.image]")
                continue
            if name in STANDARD_INPUTS or name in SPELLINGS:
                self._say(where, f'every type has "{name}" already', "take another name")
                continue
            # Where values are kept it would hide what is there; Discord makes a parameter of it.
            if hasattr(BaseModel, name) or keyword.iskeyword(name) or name in _TAKEN:
                self._say(where, f'an input can\'t be called "{name}"', "take another name")
                continue
            one = self._validated(_Input, table, where)
            if one is None:
                continue
            made = TypeInput(name, one.kind, _fitting(one), one.summary, one.min, one.max, tuple(one.choices))
            if self._sound(made, where):
                yield made
        if own and not file.command:
            self._say(
                ("inputs", own[0]),
                "nobody could give these inputs",
                "add [command] with a name and a summary",
            )

    def _sound(self, one: TypeInput, where: tuple[str, str]) -> bool:
        before = len(self._problems)
        if one.kind is InputKind.CHOICE and not one.choices:
            self._say(where, f'"{one.name}" has no choices', 'add choices = ["one", "other"]')
        if one.least is not None and one.most is not None and one.least > one.most:
            self._say((*where, "min"), f"min is {one.least:g}, which is more than max, {one.most:g}")
        elif one.kind in {InputKind.INTEGER, InputKind.NUMBER} and None in {one.least, one.most}:
            self._say(where, f'"{one.name}" has no range', "add min and max")
        elif one.kind is InputKind.INTEGER:
            for key, bound in (("min", one.least), ("max", one.most)):
                if bound is not None and not bound.is_integer():
                    self._say((*where, key), f"{key} is {bound:g}, which is not whole")
        if len(self._problems) == before and (problem := parameter_problem(one, one.default)):
            self._say((*where, "default"), f"the default can't be given: {reason(problem)}")
        return len(self._problems) == before

    def _check_prices(self, file: _File) -> None:
        if (file.price.base is None) == (file.price.per_picture is None):
            self._say(
                ("price",),
                "a price has either base or per_picture",
                "base is points for a megapixel at the default steps",
            )

    def _defaults(self, file: _File) -> dict[str, Parameter]:
        """Return them as settings have them: "20" is 20 there."""
        known = {name for name in GenerationSettings.model_fields if name not in _NOT_DEFAULTS}
        for name in file.defaults:
            if name not in known:
                self._say(("defaults", name), f'there is no setting "{name}"', close(name, known))
        given = {name: value for name, value in file.defaults.items() if name in known}
        settings = self._validated(GenerationSettings, given, ("defaults",), strict=True)
        return {name: getattr(settings, name) for name in given} if settings else {}

    def _check_sections(self, tables: Mapping[str, Any]) -> set[str]:
        """Tell of those that mean nothing; return the kinds of engines that they were probably to be of."""
        known = [*_OWN_KEYS, *self._readers]
        meant: set[str] = set()
        for name, table in tables.items():
            if not isinstance(table, dict) or self._readers.get(name) is None:
                what = "section" if isinstance(table, dict) else "setting"
                self._say((name,), f'there is no {what} "{name}"', close(name, known))
                meant.add(closest(name, known) or "")
        return meant

    def _recipes(
        self,
        tables: Mapping[str, Any],
        context: TypeContext,
        meant: Collection[str],
        unclear: Collection[str],
    ) -> Iterator[tuple[str, object]]:
        """Read the engines' tables.

        What is missing in one that is `meant` stands in a section of a wrong name; how an input of an
        `unclear` kind is mapped can't be told.
        """
        if not tables:
            self._say(
                (), "no engine can make it", f"add a section such as [{next(iter(self._readers), 'comfyui')}]"
            )
        for kind, table in tables.items():
            reader = self._readers.get(kind)
            if not isinstance(table, dict) or reader is None:
                continue
            try:
                yield kind, reader(table, context)
            except RecipeError as error:
                if not (error.path and error.path[-1] in unclear):
                    self._say((kind, *error.path), error.problem, error.hint)
            except ValidationError as error:
                self._refuse(error, table, (kind,), without_missing=kind in meant)
            except Exception as error:  # one file never stops Easel
                logger.exception("the reader of [%s] failed at %s", kind, self._path.name)
                self._say((kind,), f"[{kind}] can't be read ({type(error).__name__})")

    def _validated(
        self, model: type[_M], table: Mapping[str, Any], where: tuple[str, ...], *, strict: bool | None = None
    ) -> _M | None:
        try:
            return model.model_validate(table, strict=strict)
        except ValidationError as error:
            self._refuse(error, table, where)
            return None

    def _refuse(
        self,
        error: ValidationError,
        table: Mapping[str, Any],
        where: tuple[str, ...],
        *,
        without_missing: bool = False,
    ) -> None:
        for path, problem, hint in worded(error, table, without_missing=without_missing):
            self._say((*where, *path), problem, hint)

    def _say(self, path: Sequence[str], problem: str, hint: str = "") -> None:
        self._problems.append(TypeProblem(self._path.name, line_of(self._text, path), problem, hint))

    def _refusal(self) -> BadTypeError:
        return BadTypeError(sorted(dict.fromkeys(self._problems), key=lambda one: one.line))


def _own_command(table: _Command | None) -> OwnCommand | None:
    return None if table is None else OwnCommand(table.name, table.summary, tuple(table.aliases))


def _fitting(one: _Input) -> Parameter:
    """Return the default as its kind has it: 1 is a number, too."""
    if one.kind is InputKind.NUMBER and type(one.default) is int and abs(one.default) < _EXACT:
        return float(one.default)
    return one.default


_EXACT = 2**53
"""Whole numbers up to it are the same as floats."""


def _is_own(name: str) -> bool:
    return name not in STANDARD_INPUTS


def _stand_in(name: str, table: Mapping[str, Any]) -> TypeInput:
    """Return what an input is taken for while its section is wrong."""
    kind = table.get("kind")
    return TypeInput(name, InputKind(kind) if kind in list(InputKind) else InputKind.TEXT, "")
