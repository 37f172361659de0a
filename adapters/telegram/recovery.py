"""Whether a message was sent before: what keeps a task at one message, whatever is killed when.

A message that is sent while the program dies, or whose answer is lost, may be in the chat or not. Telegram
has no way to ask, nor a key by which a second sending would be the first. So

1. before a first message is sent, a note is stored: that it is being sent, and the last message seen in the
   chat then. A refusal takes the note away again; else it stays, and says nothing once the card's id is kept.
2. Where the note is there already at the next try, the message may exist, and if so, a little after that last
   message. The ids there that no other task's card is known to have are probed by taking their buttons away:
   - "message to edit not found", "message can't be edited": nobody's, or not ours;
   - the edited message: a card of ours, of this task where the task's id is in its text. If not, it is one
     that another task looks for, and gets its buttons back when that one finds it;
   - "message is not modified": ours, without buttons: the answer to a command, or a card that an earlier
     probe took them from. So it is given the buttons that this task's card should have, which tells the text.
   Each step can be cut short: the next probe of that message sets right what this one left.

The probes count against the chat's limits like any edit, and wait for them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup, Message

from adapters.telegram.client import Client
from adapters.telegram.errors import NotEditableError, NotModifiedError, UnreachedError
from adapters.telegram.keyboards import markup, rows_of
from adapters.telegram.outbox import Outbox
from adapters.telegram.refs import PLATFORM, Place
from adapters.telegram.sightings import Sightings
from core.clock import Clock
from core.errors import ChatUnavailableError, DeliveryError
from core.ids import TaskId
from core.presentation.views import StatusView
from core.store import Store, Transaction

PROBED = 8
"""Ids probed after the mark: the messages that others can have sent between the note and the message."""

PROBED_BY_OWN_COUNT = 3
"""After the chat's own last message, where the bot's other chats count along with it."""

KNOWN_MOST = 100
"""Cards of a chat that are looked up, the newest ones."""


def note_of(task: TaskId, *, again: bool = False) -> str:
    """Return the name of the note that says that the card is being sent, perhaps `again` for one deleted."""
    return f"{'sending-again' if again else 'sending'}:{task}"


class Recovery:
    """Sends a card once."""

    def __init__(
        self, client: Client, outbox: Outbox, store: Store, clock: Clock, sightings: Sightings
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._store = store
        self._clock = clock
        self._sightings = sightings
        self._searches: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        """One search at a time in a chat: two would take each other's steps apart."""

    async def send_once(
        self, place: Place, view: StatusView, send: Callable[[], Awaitable[Message]]
    ) -> tuple[int, Message | None]:
        """Send the card, or find it where it was sent before.

        Returns its id, and the message where it was sent just now.
        """
        name = note_of(view.task, again=place.answers is None)
        marks = await self._store.write(lambda tx: self._begin(tx, name, place))
        if marks is not None:
            async with self._searches.setdefault(place.chat, asyncio.Lock()):
                found = await self._find(place, view, marks)
            if found is not None:
                return found, None
        try:
            message = await send()
        except DeliveryError as error:
            if isinstance(error, ChatUnavailableError) and not isinstance(error, UnreachedError):
                raise  # it may be there
            await self._store.write(lambda tx: tx.notes.delete(PLATFORM, name))
            raise
        self._sightings.saw(place.chat, message.message_id)
        return message.message_id, message

    def _begin(self, tx: Transaction, name: str, place: Place) -> list[int] | None:
        """Note that the card is being sent; return the marks of an earlier such note."""
        known = tx.notes.get(PLATFORM, name)
        if known is not None:
            return [int(mark) for mark in json.loads(known)]
        marks = self._sightings.marks(place.chat, place.answers)
        tx.notes.put(PLATFORM, name, json.dumps(marks), self._clock.now())
        return None

    async def _find(self, place: Place, view: StatusView, marks: list[int]) -> int | None:
        known = await self._store.read(lambda tx: _known(tx, place))
        for number in _candidates(marks, place):
            if number in known:
                continue
            if await self._is_ours(place, view, number):
                return number
        return None

    async def _is_ours(self, place: Place, view: StatusView, number: int) -> bool:
        try:
            edited = await self._set_buttons(place, number, None)
        except NotEditableError:
            return False
        except NotModifiedError:
            edited = await self._set_buttons(place, number, markup(rows_of(view)))
            if not _is_about(view, edited):
                await self._set_buttons(place, number, None)
        self._sightings.saw(place.chat, number)
        return _is_about(view, edited)

    async def _set_buttons(self, place: Place, number: int, buttons: InlineKeyboardMarkup | None) -> Message:
        edited = await self._outbox.call_in_turn(
            place,
            lambda: self._client.bot.edit_message_reply_markup(
                chat_id=place.chat, message_id=number, reply_markup=buttons
            ),
        )
        assert isinstance(edited, Message)  # noqa: S101 - True is for inline messages alone
        return edited


def _known(tx: Transaction, place: Place) -> set[int]:
    """Return the ids of the chat's messages that are known to be cards."""
    deliveries = tx.deliveries.in_chat(PLATFORM, str(place.chat), KNOWN_MOST)
    return {number for one in deliveries for number in Place.of(one.ref).messages}


def _is_about(view: StatusView, message: Message) -> bool:
    return view.task in (message.text or message.caption or "")


def _candidates(marks: list[int], place: Place) -> Iterator[int]:
    """Yield ids after the marks, the nearest first, none twice."""
    seen = set(place.messages)
    for step in range(1, PROBED + 1):
        for mark in marks if step <= PROBED_BY_OWN_COUNT else marks[-1:]:
            if mark + step not in seen:
                seen.add(mark + step)
                yield mark + step
