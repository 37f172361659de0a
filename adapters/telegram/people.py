"""People: Telegram's accounts as core's, and who is meant by a name."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Message, User

from adapters.telegram.errors import UnknownPersonError
from adapters.telegram.refs import PLATFORM
from core.access import Caller
from core.clock import Clock
from core.ids import AccountId
from core.store import Store, Transaction

REMEMBERED = 20_000

_ACCOUNT = re.compile(r"[a-z]+:\S+")
_NAME = re.compile(r"@([A-Za-z0-9_]{3,32})")


def account_of(user_id: int) -> AccountId:
    """Return somebody's account; their id stays the same whatever they call themselves."""
    return AccountId(f"{PLATFORM}:{user_id}")


class People:
    """Knows who is an admin, and whose a user name is as far as they were met."""

    def __init__(self, admins: frozenset[int], store: Store, clock: Clock) -> None:
        self._admins = admins
        self._store = store
        self._clock = clock
        self._met: OrderedDict[str, int] = OrderedDict()

    def caller(self, user: User) -> Caller:
        return Caller(account_of(user.id), is_admin=user.id in self._admins)

    def meet(self, tx: Transaction, update: Mapping[str, Any]) -> None:
        """Keep the user names in an update, with the update itself: Telegram has no way to ask for one."""
        for name, user_id in _names(update):
            if self._met.get(name) != user_id:
                tx.notes.put(PLATFORM, f"user:{name}", str(user_id), self._clock.now())

    def met(self, update: Mapping[str, Any]) -> None:
        """Remember what was stored."""
        for name, user_id in _names(update):
            self._met[name] = user_id
            self._met.move_to_end(name)
            if len(self._met) > REMEMBERED:
                self._met.popitem(last=False)

    async def named(self, message: Message, text: str) -> AccountId:
        """Return who is meant by `text` in a message. Raises `UnknownPersonError`."""
        if text.lower() == "me" and message.from_user:
            return account_of(message.from_user.id)
        for one in (*message.entities, *message.caption_entities):
            if one.type == one.TEXT_MENTION and one.user:  # somebody without a user name
                whole = message.parse_entity(one) if message.text else message.parse_caption_entity(one)
                if text in whole:
                    return account_of(one.user.id)
        if text.isdecimal():
            return account_of(int(text))
        if name := _NAME.fullmatch(text):
            note = f"user:{name[1].lower()}"
            found = await self._store.read(lambda tx: tx.notes.get(PLATFORM, note))
            if found is not None:
                return account_of(int(found))
        elif _ACCOUNT.fullmatch(text):
            return AccountId(text)
        raise UnknownPersonError(text)


def is_name(text: str) -> bool:
    """Say whether a word can only be meant for a person."""
    return text.lower() == "me" or bool(_NAME.fullmatch(text) or _ACCOUNT.fullmatch(text))


def _names(update: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for part in update.values():
        if isinstance(part, dict):
            for holder in (part, part.get("reply_to_message")):
                sender = holder.get("from") if isinstance(holder, dict) else None
                if isinstance(sender, dict) and sender.get("username") and isinstance(sender.get("id"), int):
                    yield str(sender["username"]).lower(), sender["id"]
