"""Reactions to messages."""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.methods.content import target
from tests.fakes.bot_api.wire import Params
from tests.fakes.bot_api.world import World

SINGLE = (
    "❤👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍"
    "🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈"
    "😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)
JOINED = ("❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷\u200d♀")
EMOJI = frozenset((*SINGLE, *JOINED))
"""What may be a reaction."""


async def set_message_reaction(world: World, params: Params) -> Any:
    chat = target(world, params)
    message = chat.find(params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to react not found")
    wanted = params.get("reaction") or []
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY", breaks="reaction")
    for one in wanted:
        if one.get("type") != "emoji" or str(one.get("emoji")).replace("\ufe0f", "") not in EMOJI:
            raise bad_request("REACTION_INVALID", breaks="reaction")
    message.reactions = wanted
    world.changes.tell()
    return True
