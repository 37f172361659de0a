"""What is said on Discord alone: where options have names, and nobody types flags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.access import Caller, Permission
from core.commands.spec import AnyCommand
from core.ids import TaskId

ADMIN_GROUP = "admin"
ADMIN_SUMMARY = "For Easel's admins"
USE_MENU = "Use as input image"
AGAIN_MENU = "Make again"
DETAILS_MENU = "Show details"

SECOND_PRESS = "That is being done already: one press is enough."
NOT_A_TASK = "That is not one of my pictures: choose a message of mine that has buttons."
NO_PICTURE = "There is no picture in that message: choose one with a PNG, JPEG, WebP, GIF or AVIF."
OUTDATED = "That command has changed meanwhile: reload Discord (Ctrl+R), then give it once more."
PICTURES_GONE = "The pictures are not kept any more."
NOTHING_TO_SAY = "Done."
ONE_MOMENT = "One moment…"

_FLAG = re.compile(r"(?<!\S)--(\w[\w-]*)")


def say_shown_elsewhere(task: TaskId | None = None) -> str:
    """Return where a result is that can't be shown where it was asked for."""
    where = f"/show task:{task}" if task else "/history"
    return f"I can't write in this chat: {where} shows you the result."


def say_too_late_to_ask(command: str) -> str:
    """Return what stands for the form of a command that came with a picture, which took too long."""
    return f"That picture took too long to ask you more: give /{command} with the picture and a prompt."


def say_options(text: str) -> str:
    """Return a sentence that names flags with options in their place."""
    return _FLAG.sub(lambda match: f"the option {match[1].replace('-', '_')}", text)


def say_may_stop(task: TaskId) -> str:
    """Return what is under a message that Discord lets the bot change for 15 minutes only."""
    return f"Discord lets me change this for 15 minutes; after that, /show task:{task} shows the result."


def say_fewer(shown: int, pictures: int, task: TaskId) -> str:
    """Return what stands for pictures that were left out."""
    return f"{shown} of {pictures} pictures: the others are too large for this chat; /show task:{task}"


def say_too_large(task: TaskId) -> str:
    """Return what stands for the pictures where none fits."""
    return f"The pictures are too large for this chat; they are kept: /history has task {task}."


def say_usage(command: AnyCommand) -> str:
    """Return the command as Discord knows it."""
    if command.permission is Permission.ADMIN:
        return f"/{ADMIN_GROUP} {command.name}"
    return f"/{command.name}"


def say_help(commands: Iterable[AnyCommand], caller: Caller, *, leave_out: Sequence[str] = ()) -> str:
    """Return a line for each command that the caller may give on Discord."""
    lines = [
        f"{say_usage(command)}: {command.summary}"
        for command in commands
        if caller.may(command.permission) and command.name not in leave_out
    ]
    menus = f"In a message's menu, under Apps: {USE_MENU}, {AGAIN_MENU}, {DETAILS_MENU}."
    return "\n".join([*lines, menus, "/help command:generate says more about one of them."])


def say_command(command: AnyCommand) -> str:
    """Return what there is to know of one command: its options and their ranges."""
    lines = [f"{say_usage(command)}: {command.summary}"]
    if command.aliases:
        lines.append("also " + ", ".join(f"/{alias}" for alias in command.aliases))
    properties = command.arguments.model_json_schema().get("properties", {})
    for name, field in command.arguments.model_fields.items():
        lines.append(f"{name}: {field.description or name}{_range(properties.get(name, {}))}")
    return "\n".join(lines)


def _range(schema: dict[str, object]) -> str:
    variants = schema.get("anyOf")
    for one in [schema, *(variants if isinstance(variants, list) else [])]:
        if "minimum" in one and "maximum" in one:
            return f" ({one['minimum']:,} to {one['maximum']:,})"
    return ""


def say_bot(name: str, application: int) -> str:
    return f"Discord: the token is {name}'s, application {application}."


def say_servers(servers: int) -> str:
    return f"It is in {servers:,} {'server' if servers == 1 else 'servers'}."


def say_missing(server: str, permissions: Sequence[str]) -> str:
    """Return which permissions the bot lacks on a server, in the words of Discord's settings."""
    return f"On {server} it lacks: {', '.join(permissions)}. Give them to its role, or invite it again."


def say_invite(link: str) -> str:
    return f"To add it to a server, open {link}"


def say_user_install(link: str) -> str:
    return f"To add it to your own account, open {link}"


def say_synced(commands: int, guild: int | None) -> str:
    """Return what `easel sync` did."""
    where = f"on server {guild}" if guild else "everywhere; Discord may take some minutes to show them"
    return f"Discord knows {commands} commands now, {where}."
