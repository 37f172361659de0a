"""What a command is: a value that every platform renders in its own way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from core.access import Caller, Permission
from core.delivery.models import MessageRef
from core.generation.models import Origin
from core.ids import TaskId
from core.presentation.views import Reply

if TYPE_CHECKING:
    from core.commands.services import Services


class Arguments(BaseModel):
    """A command's arguments: the model is the only schema. Each field's description is its help."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoArguments(Arguments):
    """For a command that takes none."""


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Flag:
    """Marks a field that is typed as ``--name value``; `aliases` are further names."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Positional:
    """Marks a field that is typed without a flag: one word, or with `rest` all that is left."""

    rest: bool = False


@dataclass(frozen=True, slots=True)
class ImageInput:
    """Marks a field that names a picture. The adapter stores the picture and passes its `ImageId`."""


@dataclass(frozen=True, slots=True)
class AccountInput:
    """Marks a field that names somebody. The adapter resolves it to an `AccountId`."""


@dataclass(frozen=True, slots=True)
class CommandCall:
    """A command as somebody gave it, in any chat.

    `arguments` are by field name; `origin` is the message that asked and `anchor` the one that is to
    show what comes of it. Each is None where the platform has none.
    """

    name: str
    caller: Caller
    arguments: Mapping[str, Any]
    origin: Origin | None = None
    anchor: MessageRef | None = None
    in_sight: TaskId | None = None
    """The task whose message the caller has in front of them, e.g. because they press a button of it."""
    allows_nsfw: bool = False
    """Whether the chat is for adults alone."""


Handler = Callable[["Services", CommandCall, A], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """Name, one line of summary, the arguments' model, who may, what is done."""

    name: str
    summary: str
    arguments: type[A]
    handler: Handler[A]
    permission: Permission = Permission.MEMBER
    aliases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    def flags(self) -> dict[str, str]:
        """Return the field's name by each of its flags."""
        found = {}
        for name, field in self.arguments.model_fields.items():
            flag = marker(field, Flag)
            if flag is not None:
                found.update(dict.fromkeys((flag.name, *flag.aliases), name))
        return found

    def positionals(self) -> list[tuple[str, Positional]]:
        """Return the fields that are typed without a flag, in order."""
        return [
            (name, place)
            for name, field in self.arguments.model_fields.items()
            if (place := marker(field, Positional)) is not None
        ]

    def usage(self) -> str:
        """Return the command as it is typed, e.g. ``/show TASK``."""
        words = [f"/{self.name}"]
        for name, _ in self.positionals():
            word = name.upper().replace("_", " ")
            words.append(word if self.arguments.model_fields[name].is_required() else f"[{word}]")
        if self.flags():
            words.append("[--flags]")
        return " ".join(words)


AnyCommand = Command[Any]

M = TypeVar("M")


def marker(field: FieldInfo, kind: type[M]) -> M | None:
    """Return the field's annotation of that kind."""
    return next((one for one in field.metadata if isinstance(one, kind)), None)
