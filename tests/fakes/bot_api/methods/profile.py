"""The bot's own face: its name, commands, descriptions, menu."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


async def get_me(world: World, params: Params) -> Any:
    return {
        **world.me.as_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": world.supports_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(world: World, params: Params) -> tuple[str, str]:
    scope = params.get("scope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified", breaks="commands")
    if "chat_id" in scope:
        world.chat(scope["chat_id"])
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("LANG_CODE_INVALID", breaks="commands")
    return json.dumps(scope, sort_keys=True), language


async def set_my_commands(world: World, params: Params) -> Any:
    commands = params.get("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: must be an Array", breaks="commands")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH", breaks="commands")
    for one in commands:
        if not COMMAND.fullmatch(str(one.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID", breaks="commands")
        if not 1 <= len(str(one.get("description", ""))) <= MAX_COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID", breaks="commands")
    world.commands[_scope(world, params)] = commands
    return True


async def get_my_commands(world: World, params: Params) -> Any:
    return world.commands.get(_scope(world, params), [])


async def delete_my_commands(world: World, params: Params) -> Any:
    world.commands.pop(_scope(world, params), None)
    return True


Method = Callable[[World, Params], Awaitable[Any]]


def _setter(field: str, limit: int) -> Method:
    async def set_it(world: World, params: Params) -> Any:
        text = params.text(field)
        if len(text) > limit:
            raise bad_request(f"{field} is too long", breaks="profile")
        world.profile[f"{field}:{params.text('language_code')}"] = text
        return True

    return set_it


def _getter(field: str) -> Method:
    async def get_it(world: World, params: Params) -> Any:
        default = world.profile.get(f"{field}:", world.me.name if field == "name" else "")
        return {field: world.profile.get(f"{field}:{params.text('language_code')}", default)}

    return get_it


async def set_chat_menu_button(world: World, params: Params) -> Any:
    button = params.get("menu_button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type specified", breaks="profile")
    chat = params.get("chat_id")
    if chat is not None:
        world.chat(chat)
    world.profile[f"menu:{chat or ''}"] = button
    return True


async def get_chat_menu_button(world: World, params: Params) -> Any:
    default = world.profile.get("menu:", {"type": "default"})
    return world.profile.get(f"menu:{params.get('chat_id') or ''}", default)


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
