"""The registry: every command there is, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from core.commands.spec import AnyCommand


class Registry:
    """Commands by name and alias."""

    def __init__(self, commands: Sequence[AnyCommand], *, default: AnyCommand) -> None:
        """`default` is what plain text means. Raises `ValueError` where two commands share a name."""
        self._commands = tuple(commands)
        self.default = default
        self._by_name: dict[str, AnyCommand] = {}
        for command in commands:
            for name in (command.name, *command.aliases):
                if name in self._by_name:
                    raise ValueError(f"two commands are called {name}")
                self._by_name[name] = command

    def __iter__(self) -> Iterator[AnyCommand]:
        return iter(self._commands)

    def find(self, name: str) -> AnyCommand | None:
        return self._by_name.get(name.lower())

    def suggest(self, name: str) -> str | None:
        """Return the name that was probably meant."""
        close = difflib.get_close_matches(name.lower(), self._by_name, n=1)
        return close[0] if close else None
