"""Everything that the server keeps, and who hears of what."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.changes import Changes
from tests.fakes.bot_api.chats import Account, Chat, Message
from tests.fakes.bot_api.errors import bad_request
from tests.fakes.bot_api.limits import Limits
from tests.fakes.bot_api.markup import slice16
from tests.fakes.bot_api.media import Files
from tests.fakes.bot_api.updates import Updates


@dataclass(frozen=True)
class Violation:
    """A rule of the platform that the bot broke."""

    kind: str
    method: str
    text: str
    at: float

    def __str__(self) -> str:
        return f"{self.kind}: {self.method}: {self.text}"


@dataclass(frozen=True)
class CallbackAnswer:
    """What a person sees after a press."""

    text: str
    show_alert: bool
    url: str | None = None


@dataclass
class Question:
    """A query that waits for the bot's answer."""

    answer: asyncio.Future[Any]
    expires: float


@dataclass
class World:
    """The server's state."""

    me: Account
    clock: Callable[[], float]
    limits: Limits = field(default_factory=Limits)
    supports_inline: bool = True
    inline_feedback: bool = True
    patience: float = 10.0
    """After how many seconds an unanswered press or inline query fails."""

    def __post_init__(self) -> None:
        self.changes = Changes()
        self.chats: dict[int, Chat] = {}
        self.accounts: dict[int, Account] = {self.me.id: self.me}
        self.inline: dict[str, Message] = {}
        """Messages sent by way of the bot, by their inline id."""
        self.files = Files()
        self.updates = Updates(self.clock, self.changes.tell)
        self.violations: list[Violation] = []
        self.allowed: set[str] = set()
        """Kinds of violations that this test means to commit."""
        self.questions: dict[str, Question] = {}
        self.profile: dict[str, Any] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self._count = itertools.count(1)

    def number(self) -> int:
        return next(self._count)

    def violate(self, kind: str, method: str, text: str) -> None:
        if not self.allowed & {kind, "*"}:
            self.violations.append(Violation(kind, method, text, self.clock()))

    # --- chats ------------------------------------------------------------------------------------

    def chat(self, chat: Any) -> Chat:
        """Return the chat of an id or an @username."""
        found = self.chats.get(chat) if isinstance(chat, int) else None
        if isinstance(chat, str) and chat.startswith("@"):
            found = next((one for one in self.chats.values() if f"@{one.username}" == chat), None)
        if found is None:
            raise bad_request("chat_id is empty" if chat in {None, ""} else "chat not found")
        return found

    def add(self, chat: Chat, sender: Account, **fields: Any) -> Message:
        """Put a message into a chat."""
        chat.last_id += 1
        now = self.clock()
        message = Message(chat, chat.last_id, now, sender, **fields)
        message.snapshot(now)
        chat.messages.append(message)
        self.changes.tell()
        return message

    # --- updates ----------------------------------------------------------------------------------

    def tell_bot(self, message: Message, kind: str = "message") -> None:
        """Make the update of a message, if the bot gets to see it."""
        if self.bot_sees(message):
            self.updates.add(kind, message.as_json(), message.chat.id)

    def bot_sees(self, message: Message) -> bool:
        chat = message.chat
        if chat.private:
            return not chat.blocked
        status = chat.members.get(self.me.id, "left")
        if status in {"left", "kicked"}:
            return False
        if status == "administrator" or not chat.privacy or message.service is not None:
            return True
        answers = message.reply_to is not None and message.reply_to.sender.id == self.me.id
        return answers or self.addressed(message) or message.via_bot == self.me

    def addressed(self, message: Message) -> bool:
        """Tell whether a text begins with a command for the bot, or mentions it."""
        ours = f"@{self.me.username}".lower()
        for one in message.entities:
            piece = slice16(message.text, one).lower()
            if one["type"] == "bot_command" and one["offset"] == 0:
                return "@" not in piece or piece.endswith(ours)
            if one["type"] == "mention" and piece == ours:
                return True
        return False

    def member_json(self, account: Account, status: str) -> dict[str, Any]:
        """Return a ChatMember."""
        found: dict[str, Any] = {"status": status, "user": account.as_json()}
        if status == "kicked":
            found["until_date"] = 0
        elif status == "creator":
            found["is_anonymous"] = False
        elif status == "administrator":
            found |= dict.fromkeys(ADMIN_RIGHTS, False) | {"can_manage_chat": True}
        return found

    def membership(self, chat: Chat, by: Account, old: str, new: str) -> None:
        """Tell the bot that its own place in a chat changed."""
        payload = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(self.clock()),
            "old_chat_member": self.member_json(self.me, old),
            "new_chat_member": self.member_json(self.me, new),
        }
        self.updates.add("my_chat_member", payload, chat.id)

    # --- questions --------------------------------------------------------------------------------

    def ask(self, what: str, lifetime: float) -> tuple[str, asyncio.Future[Any]]:
        """Return the id of a query, and the future of its answer."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        query = f"{self.number() + 4_000_000_000}"
        self.questions[query] = Question(answer, self.clock() + lifetime)

        def give_up() -> None:
            if not answer.done():
                answer.set_exception(TimeoutError(f"the bot did not answer {what}"))

        timer = loop.call_later(self.patience, give_up)

        def forget(one: asyncio.Future[Any]) -> None:
            timer.cancel()
            if not one.cancelled():
                one.exception()  # nobody has to ask for it

        answer.add_done_callback(forget)
        return query, answer

    def answer(self, query: str, value: Any) -> None:
        found = self.questions.pop(query, None)
        if found is None or found.expires < self.clock():
            text = "query is too old and response timeout expired or query ID is invalid"
            raise bad_request(text, breaks="query")
        if not found.answer.done():
            found.answer.set_result(value)
        self.changes.tell()


ADMIN_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
