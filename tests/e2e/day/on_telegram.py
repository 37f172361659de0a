"""A day on Telegram: Ann is new, Bob runs the bot, and Cleo is in a group with Ann."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.generation.engine import EngineJob, EngineResult, OnProgress
from core.generation.models import Progress
from tests.e2e.day.transcript import Transcript, picture, rows, steady_ids
from tests.e2e.telegram.house import House, png
from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.markup import slice16
from tests.fakes.bot_api.people import Person

ANN, BOB, CLEO = 1001, 1002, 1003
SECONDS = 20.0


@dataclass
class Phone:
    """One person's view of one chat, and what they do there."""

    house: House
    said: Transcript
    person: Person
    chat: Person | Group
    known: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.person.account.name

    async def write(self, text: str, reply_to: Message | None = None, where: str = "") -> Message:
        self.said.types(self.name, text, where)
        chat = self.chat if isinstance(self.chat, Group) else None
        return await self.person.send(text, chat=chat, reply_to=reply_to)

    async def fresh(self) -> Message:
        """Wait for a message that was not there before."""
        fake = self.house.fake

        def found() -> Message:
            return [one for one in fake.from_bot(self.chat) if one.message_id not in self.known][0]  # noqa: RUF015

        shown = await fake.wait(found, SECONDS)  # an IndexError means: not yet
        self.known.add(shown.message_id)
        return shown

    async def answer(self, label: str = "answers") -> Message:
        """Write down the next message."""
        shown = await self.fresh()
        self.said.shows(label, seen(shown))
        return shown

    async def card(self, label: str = "answers, and in the end the message is") -> Message:
        """Write down the next card, as it is at its end."""
        shown = await self.fresh()
        await self.becomes(shown, lambda one: one.media and one.buttons)
        self.said.shows(label, seen(shown))
        return shown

    async def becomes(self, message: Message, fits: Callable[[Message], Any]) -> None:
        await self.house.fake.wait(lambda: fits(message), SECONDS)

    async def press(self, message: Message, label: str) -> None:
        """Press a button, and write down what is told to who pressed alone."""
        self.said.does(self.name, f"presses `{label}`.")
        answer = await self.person.press(message, label)
        if answer.text:
            how = "in a box to be closed" if answer.show_alert else "in a line that fades"
            self.said.shows(f"tells {self.name} alone, {how}", [answer.text])


def seen(message: Message) -> list[str]:
    """Return a message as its reader sees it."""
    lines = []
    if message.media is not None:
        is_file = message.media.field == "document"
        lines.append(f"(file {message.media.files[0].name})" if is_file else picture())
    text = message.text
    for one in message.entities:
        if one["type"] in {"blockquote", "expandable_blockquote"}:
            quoted = slice16(message.text, one)
            text = text.replace(quoted, "\n".join(f"│ {line}" for line in quoted.splitlines()), 1)
    return [*lines, *text.splitlines(), *rows(message.buttons)]


class Painter:
    """Paints small pictures; half-way it waits while the gate is shut."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()

    async def paint(self, job: EngineJob, on_progress: OnProgress) -> EngineResult:
        steps = job.request.settings.steps
        if not self.gate.is_set():
            on_progress(Progress(steps // 2, steps))
            await self.gate.wait()
        chance = random.Random(job.task)
        made = [
            png((chance.randrange(256), chance.randrange(256), chance.randrange(256)))
            for _ in range(job.request.settings.batch_size)
        ]
        return EngineResult(tuple(made), seed=job.seed, model="dreams", engine="scripted")


async def day(house: House) -> str:
    """Live the day; return what it was like."""
    house.settings["admins"] = str(BOB)
    house.grant = 100
    painter = Painter()
    house.engine.default = painter.paint
    await house.start()
    house.service._ids = steady_ids()
    house.service._chance = random.Random(5)
    said = Transcript("On Telegram")
    ann = house.fake.user(ANN, name="Ann", username="ann")
    bob = house.fake.user(BOB, name="Bob", username="bob")
    phone = Phone(house, said, ann, ann)
    await _beginning(phone, painter)
    await _buttons(phone, painter)
    await _lists(phone)
    await _points(phone, Phone(house, said, bob, bob))
    await _blocked(phone, painter)
    cleo = house.fake.user(CLEO, name="Cleo", username="cleo")
    group = house.fake.group("Painters", members=(ann, cleo))
    await _in_a_group(Phone(house, said, ann, group), Phone(house, said, cleo, group))
    return said.text


async def _beginning(ann: Phone, painter: Painter) -> None:
    said = ann.said
    said.chapter("The first message")
    said.does("Ann", "opens the chat with the bot and presses *Start*, which sends `/start`.")
    await ann.person.send("/start")
    await ann.answer()

    said.chapter("Help")
    await ann.write("/help")
    await ann.answer()
    await ann.write("/help generate")
    await ann.answer()

    said.chapter("A picture")
    painter.gate.clear()
    await ann.write("a red fox in the snow")
    card = await ann.fresh()
    await ann.becomes(card, lambda one: "50 %" in one.text)
    said.shows("answers, and half-way the message is", seen(card))
    painter.gate.set()
    await ann.becomes(card, lambda one: one.media and one.buttons)
    said.shows("makes of the same message in the end", seen(card))
    await ann.write("/generate a red fox in the snow --ar 16:9 --n 2")
    await ann.card()
    await ann.answer("sends the second picture in answer to the first")

    said.chapter("Something wrong")
    for text in (
        "/generate a red fox --sed 7",
        "/generate a red fox --steps 900",
        "/generate a red fox --ar wide",
        "/generate a red fox --model dreamz",
        "/genrate a red fox",
    ):
        await ann.write(text)
        await ann.answer()
    await ann.write("/generate")
    question = await ann.answer("asks, and opens the field for an answer")
    await ann.write("a lighthouse", question, "in answer to the question")
    await ann.card()


async def _buttons(ann: Phone, painter: Painter) -> None:
    said, fake = ann.said, ann.house.fake
    card = next(one for one in fake.from_bot(ann.chat) if one.media and one.buttons)
    said.chapter("Another take")
    said.note("Ann goes back to her first picture.")
    await ann.press(card, "Vary")
    await ann.card("answers with a new message, in the end")

    said.chapter("Larger")
    await ann.press(card, "Upscale")
    await ann.card("answers with a new message, in the end")

    said.chapter("More buttons")
    await ann.press(card, "Details")
    await ann.answer()
    await ann.press(card, "Edit")
    question = await ann.answer("asks, and opens the field for an answer")
    await ann.write("a red fox in the rain", question, "in answer to the question")
    card = await ann.card()
    await ann.press(card, "As file")
    await ann.answer("sends")
    await ann.press(card, "Delete")
    await ann.becomes(card, lambda one: one.deleted)
    said.note("The message with the picture is gone.")

    said.chapter("Cancel")
    painter.gate.clear()
    await ann.write("a wolf in the dark")
    card = await ann.fresh()
    await ann.becomes(card, lambda one: "50 %" in one.text)
    said.shows("answers, and half-way the message is", seen(card))
    await ann.press(card, "Cancel")
    await ann.becomes(card, lambda one: "Cancelled" in one.text)
    said.shows("makes of the same message", seen(card))
    await ann.write("a bear")
    first = await ann.fresh()
    await ann.write("an owl")
    second = await ann.fresh()
    await ann.write("/cancel")
    await ann.answer()
    await ann.write("/cancel all")
    await ann.answer()
    for card in (first, second):
        await ann.becomes(card, lambda one: "Cancelled" in one.text)
        said.shows("makes of the message", seen(card))
    painter.gate.set()
    await ann.write("/cancel")
    await ann.answer()


async def _lists(ann: Phone) -> None:
    ann.said.chapter("History")
    for text in ("/history", "/status"):
        await ann.write(text)
        await ann.answer()
    ann.said.does("Ann", "copies the id of her first picture out of the list.")
    first = (await ann.house.tasks(ann.person))[-1].id
    await ann.write(f"/show {first}")
    await ann.answer()


async def _points(ann: Phone, bob: Phone) -> None:
    said = ann.said
    said.chapter("Out of points")
    await ann.write("/points")
    await ann.answer()
    await ann.write("/price a castle at dawn --n 8 --steps 30")
    await ann.answer()
    await ann.write("/generate a castle at dawn --n 8 --steps 30")
    await ann.answer()
    await ann.write("/grant me 100")
    await ann.answer()

    said.chapter("An admin helps")
    said.note("Bob is an admin. He has his own private chat with the bot.")
    for text in ("/grant ann 100", "/grant @anna 100", "/grant @ann 100"):
        await bob.write(text)
        await bob.answer(f"answers {bob.name}")
    await bob.write("/help grant")
    await bob.answer(f"answers {bob.name}")
    said.note("Back in Ann's chat.")
    await ann.write("/points")
    await ann.answer()


async def _blocked(ann: Phone, painter: Painter) -> None:
    said, house = ann.said, ann.house
    said.chapter("Blocked, and back")
    painter.gate.clear()
    await ann.write("a castle at dawn")
    card = await ann.fresh()
    await ann.becomes(card, lambda one: "50 %" in one.text)
    said.does("Ann", "blocks the bot while it draws.")
    ann.person.block()
    task = (await house.tasks(ann.person))[0]
    painter.gate.set()

    async def closed() -> bool:
        found = await house.delivery(task.id)
        return found is not None and found.closed

    await house.until(closed)
    said.note("The picture is finished all the same, but nothing can be sent to Ann. What she still sees:")
    said.shows("left off at", seen(card))
    said.does("Ann", "unblocks the bot and presses *Start*, which sends `/start`.")
    ann.person.unblock()
    await ann.person.send("/start")
    await ann.answer()
    await ann.write(f"/show {task.id}")
    await ann.answer()


async def _in_a_group(ann: Phone, cleo: Phone) -> None:
    said = ann.said
    said.chapter("In a group")
    said.note("Ann and Cleo are in a group with the bot. It does not hear what is not meant for it.")
    await ann.write("a red fox")
    await ann.write("/generate a blue owl")
    card = await ann.card()
    await cleo.press(card, "Delete")
    await cleo.press(card, "Vary")
    cleo.known = ann.known
    await cleo.card("answers Cleo with a new message, in the end")
