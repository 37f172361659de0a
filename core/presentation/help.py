"""Help, rendered from the registry that also makes the README's table."""

from __future__ import annotations

from collections.abc import Iterable

from core.access import Caller, Permission
from core.commands.spec import AnyCommand, Flag, Positional, marker


def say_help(commands: Iterable[AnyCommand], caller: Caller) -> str:
    """Return a line for each command that the caller may give."""
    known = [command for command in commands if caller.may(command.permission)]
    width = max(len(command.usage()) for command in known)
    lines = [f"{command.usage():<{width}}  {command.summary}" for command in known]
    return "\n".join([*lines, "Text without a command is a prompt. /help COMMAND says more."])


def say_command(command: AnyCommand) -> str:
    """Return everything about one command: usage, arguments with their ranges, examples."""
    lines = [f"{command.usage()}  {command.summary}"]
    if command.aliases:
        lines.append("also " + ", ".join(f"/{alias}" for alias in command.aliases))
    lines += [f"  {name:<{_WIDTH}}  {text}" for name, text in _arguments(command)]
    lines += [f"example: {example}" for example in command.examples]
    return "\n".join(lines)


_WIDTH = 20


def _arguments(command: AnyCommand) -> Iterable[tuple[str, str]]:
    properties = command.arguments.model_json_schema().get("properties", {})
    for name, field in command.arguments.model_fields.items():
        flag = marker(field, Flag)
        label = f"--{flag.name}" if flag else name.upper()
        if flag is None and marker(field, Positional) is None:
            continue
        if flag and flag.aliases:
            label += ", " + ", ".join(f"--{alias}" for alias in flag.aliases)
        yield label, (field.description or "") + _range(properties.get(name, {}))


def _range(schema: dict[str, object]) -> str:
    variants = [schema, *(one for one in _list(schema.get("anyOf")) if isinstance(one, dict))]
    for one in variants:
        if "minimum" in one and "maximum" in one:
            return f" ({one['minimum']:,} to {one['maximum']:,})"
    return ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def command_table(commands: Iterable[AnyCommand]) -> str:
    """Return the commands as a Markdown table."""
    lines = ["| command | what it does | who |", "|---|---|---|"]
    for command in commands:
        also = "".join(f", `/{alias}`" for alias in command.aliases)
        who = "admins" if command.permission is Permission.ADMIN else "everybody"
        usage = command.usage().replace("|", "\\|")
        lines.append(f"| `{usage}`{also} | {command.summary} | {who} |")
    return "\n".join(lines)
