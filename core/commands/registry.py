"""The registry: every command there is, by name; those of generation types come and go."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence

from core.commands.spec import AnyCommand, Arguments


class Registry:
    """Commands by name and alias."""

    def __init__(self, commands: Sequence[AnyCommand], *, default: AnyCommand) -> None:
        """`default` is what plain text means. Raises `ValueError` where two commands share a name."""
        self._fixed = tuple(commands)
        self._own: tuple[AnyCommand, ...] = ()
        self.default = default
        self._by_name = _by_name(self._fixed)
        self._watchers: list[Callable[[], None]] = []

    def __iter__(self) -> Iterator[AnyCommand]:
        """Those of types come right after the default one, which they are like."""
        for command in self._fixed:
            yield command
            if command is self.default:
                yield from self._own

    @property
    def fixed_names(self) -> frozenset[str]:
        """The names that no type may ask for."""
        return frozenset(_by_name(self._fixed))

    def replace_own(self, commands: Sequence[AnyCommand]) -> bool:
        """Have these commands of types, in place of those there were; say whether that is a change.

        Raises `ValueError` where two commands share a name.
        """
        by_name = _by_name((*self._fixed, *commands))
        is_change = [_shape(one) for one in commands] != [_shape(one) for one in self._own]
        self._own, self._by_name = tuple(commands), by_name
        if is_change:
            for tell in list(self._watchers):
                tell()
        return is_change

    def watch(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call `tell` whenever the commands have changed; what is returned ends that."""
        self._watchers.append(tell)
        return lambda: self._watchers.remove(tell)

    def find(self, name: str) -> AnyCommand | None:
        return self._by_name.get(name.lower())

    def suggest(self, name: str) -> str | None:
        """Return the name that was probably meant."""
        close = difflib.get_close_matches(name.lower(), self._by_name, n=1)
        return close[0] if close else None


def _by_name(commands: Iterable[AnyCommand]) -> dict[str, AnyCommand]:
    found: dict[str, AnyCommand] = {}
    for command in commands:
        for name in (command.name, *command.aliases):
            if name in found:
                raise ValueError(f"two commands are called {name}")
            found[name] = command
    return found


def _shape(command: AnyCommand) -> tuple[object, ...]:
    """Return what a chat shows of a command."""
    arguments: type[Arguments] = command.arguments
    return command.name, command.aliases, command.summary, _said_of(arguments)


@functools.lru_cache(maxsize=128)
def _said_of(arguments: type[Arguments]) -> str:
    """Return a text that differs where the arguments do: as good as a JSON schema, and far sooner made."""
    return repr(arguments.model_fields)
