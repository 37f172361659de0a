"""A Bot API server of our own, in memory, strict about the platform's limits.

    async with FakeBotApi() as fake:
        bot = telegram.Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url)
        ...                                       # start the adapter with these
        ann = fake.user(1001, name="Ann", username="ann")
        await ann.send("/generate cat")           # also send_photo, send_album, send_document, edit, block
        shown = await fake.wait(lambda: fake.from_bot(ann)[-1])   # an IndexError means: not yet
        answer = await ann.press(shown, "Again")  # CallbackAnswer(text, show_alert)
        shown.text, shown.buttons, shown.data, shown.versions     # what Ann sees, and what she saw before
        fake.calls[-1].method, .params, .files, .status           # what came over the wire
        fake.fault("sendPhoto", 429, retry_after=3)               # or 500, "drop", "reset", "delay", "hang"
        assert not fake.violations                                # broken limits of the platform

`tests/fakes/bot_api/fixture.py` has it as a pytest fixture, and `python -m tests.fakes.bot_api` serves it as
a process with an HTTP interface for the people's side (`control.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from tests.fakes.bot_api.calls import Desk
from tests.fakes.bot_api.chats import Account, Chat, Message
from tests.fakes.bot_api.errors import ApiError
from tests.fakes.bot_api.faults import Fault, Kind
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.journal import Call
from tests.fakes.bot_api.limits import Limits
from tests.fakes.bot_api.media import MAX_UPLOAD
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.updates import Updates
from tests.fakes.bot_api.webhook import Webhook
from tests.fakes.bot_api.world import Violation, World

T = TypeVar("T")

BOT_ID = 4242
TOKEN = f"{BOT_ID}:AAFakeTokenFakeTokenFakeTokenFakeToken1"
LARGEST_BODY = MAX_UPLOAD * 4


class FakeBotApi:
    """The server, and everything a test does with it."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "easel_bot",
        clock: Callable[[], float] = time.time,
        limits: bool | Limits = False,
        privacy: bool = True,
    ) -> None:
        """`limits=True` answers 429 beyond the platform's rates; they are noted as violations in any case."""
        self.token = token
        rates = limits if isinstance(limits, Limits) else Limits(refuse=limits)
        me = Account(int(token.partition(":")[0]), "Easel", username, is_bot=True)
        self.world = World(me, clock, rates)
        self.privacy = privacy
        self._desk = Desk(self.world, token)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def me(self) -> Account:
        """The bot."""
        return self.world.me

    @property
    def updates(self) -> Updates:
        """The queue: `pending`, `log`, `polling`."""
        return self.world.updates

    @property
    def webhook(self) -> Webhook:
        """The carrier to the webhook: `attempts`, `retry_delay`."""
        return self._desk.webhook

    @property
    def commands(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        """The bot's commands by scope (as JSON) and language."""
        return self.world.commands

    # --- running ----------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0, *routes: web.RouteDef) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(
            [
                web.get("/file/bot{token}/{path:.+}", self._desk.download),
                web.route("*", "/bot{token:[^/]+}/{method}", self._desk.answer),
                *routes,
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        self._desk.faults.release()
        self.world.updates.end_poll(ApiError(500, "Internal Server Error: restart"))
        await self._desk.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def url(self) -> str:
        """The server's address, as the API's clients other than python-telegram-bot want it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """For `telegram.Bot(base_url=…)`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """For `telegram.Bot(base_file_url=…)`."""
        return f"{self.url}/file/bot"

    # --- people and chats -------------------------------------------------------------------------

    def user(
        self,
        user_id: int,
        *,
        name: str = "Ann",
        username: str | None = None,
        language: str | None = "en",
        started: bool = False,
    ) -> Person:
        """Return a person; `started` means that they wrote to the bot before."""
        if user_id not in self.world.accounts:
            self.world.accounts[user_id] = Account(user_id, name, username, language)
            self.world.chats[user_id] = Chat(user_id, "private", name, username, started=started)
        return Person(self.world, self.world.accounts[user_id], self.world.chats[user_id])

    def group(
        self,
        title: str,
        *,
        forum: bool = False,
        basic: bool = False,
        admin: bool = False,
        privacy: bool | None = None,
        members: tuple[Person, ...] = (),
        owner: Person | None = None,
    ) -> Group:
        """Return a supergroup (or a `basic` group) with the bot in it."""
        number = self.world.number()
        chat_id = -(4000 + number) if basic else -1_002_000_000_000 - number
        chat = Chat(chat_id, "group" if basic else "supergroup", title, is_forum=forum)
        chat.privacy = self.privacy if privacy is None else privacy
        chat.members = {self.world.me.id: "administrator" if admin else "member"}
        chat.members |= {one.id: "member" for one in members}
        if owner:
            chat.members[owner.id] = "creator"
        if forum:
            chat.last_id = 1  # the first message opens the general topic, whose id is no thread's
        self.world.chats[chat_id] = chat
        return Group(self.world, chat)

    # --- looking ----------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every call, getUpdates too, oldest first."""
        return self._desk.calls

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [one for one in self.calls if one.method.lower() == method.lower()]

    @property
    def violations(self) -> list[Violation]:
        return self.world.violations

    def allow(self, *kinds: str) -> None:
        """Do not note violations of these kinds, "*" for all."""
        self.world.allowed |= set(kinds)
        self.world.violations[:] = [
            one for one in self.world.violations if not self.world.allowed & {one.kind, "*"}
        ]

    def history(self, chat: Person | Group | Chat | int) -> list[Message]:
        """Return what is to be seen in a chat, oldest first."""
        found = self.world.chats[chat] if isinstance(chat, int) else chat
        found = found if isinstance(found, Chat) else found.chat
        return [one for one in found.messages if not one.deleted]

    def from_bot(self, chat: Person | Group | Chat | int) -> list[Message]:
        """Return the bot's messages in a chat, oldest first."""
        return [one for one in self.history(chat) if one.sender == self.world.me]

    def pictures(self, message: Message) -> list[bytes]:
        """Return the photo or document of a message, or those of its whole album."""
        group = message.media_group_id
        if group is None:
            return [message.data]
        return [one.data for one in self.history(message.chat) if one.media_group_id == group]

    async def wait(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109 - a test's own word
        """Wait until the predicate is true and return what it returned. A LookupError means "not yet"."""
        try:
            return await self.world.changes.until(predicate, timeout)
        except TimeoutError:
            recent = "\n".join(str(one) for one in self.calls[-10:])
            raise AssertionError(f"it did not come true in {timeout} s; the last calls:\n{recent}") from None

    async def settled(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait until the bot has confirmed every update and no call is under way."""
        await self.wait(lambda: not self.world.updates.fresh() and not self._desk.busy, timeout)

    # --- trouble ----------------------------------------------------------------------------------

    def fault(
        self,
        method: str,
        kind: Kind,
        *,
        times: int | None = 1,
        after: int = 0,
        retry_after: int | None = None,
        seconds: float = 0.0,
        description: str | None = None,
    ) -> Fault:
        """Make the next calls of a method ("*": of any, "download": of a file) go wrong."""
        if kind == 429 and retry_after is None:
            retry_after = 1
        return self._desk.faults.add(
            Fault(method.lower(), kind, times, after, retry_after, seconds, description)
        )
