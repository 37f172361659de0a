"""Methods that only look: files, chats, members."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


async def get_file(world: World, params: Params) -> Any:
    found = world.files.by_id(params.text("file_id"))
    return {
        "file_id": found.file_id,
        "file_unique_id": found.unique_id,
        "file_size": len(found.data),
        "file_path": found.path,
    }


async def get_chat(world: World, params: Params) -> Any:
    chat = world.chat(params.get("chat_id"))
    return {
        **chat.as_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }


async def get_chat_member(world: World, params: Params) -> Any:
    chat = world.chat(params.get("chat_id"))
    account = world.accounts.get(params.integer("user_id") or 0)
    if account is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    own = "member" if chat.private and account.id in {chat.id, world.me.id} else "left"
    return world.member_json(account, chat.members.get(account.id, own))


async def get_chat_administrators(world: World, params: Params) -> Any:
    chat = world.chat(params.get("chat_id"))
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    return [
        world.member_json(world.accounts[one], status)
        for one, status in chat.members.items()
        if status in {"creator", "administrator"} and (one == world.me.id or not world.accounts[one].is_bot)
    ]


METHODS = {
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
}
