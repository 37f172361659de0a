"""The real program on Telegram's wire, killed again and again, while the server and its people live on."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crash.chance import seeded
from tests.crash.invariants import check_settled, check_sound, read
from tests.crash.outlived import outlived
from tests.e2e.program import GUARD
from tests.fakes.bot_api.chats import Message
from tests.fakes.bot_api.groups import Group
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import FakeBotApi

KILLS = 20
REQUESTS = 30
"""Of which some make two pictures. So few in a chat that its limits don't make the test slow."""

PEOPLE, GROUPS = 10, 5

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@dataclass
class Chats:
    """A server, its people, and what they have asked for."""

    fake: FakeBotApi
    people: list[Person]
    groups: list[Group]
    folder: Path
    asked: dict[str, tuple[Message, int]] = field(default_factory=dict)
    """By prompt: the message that asked, and for how many pictures."""
    kills: int = 0

    async def ask(self, chance: random.Random) -> None:
        """Somebody asks for something, in private or in a group."""
        prompt = f"fox number {len(self.asked)}"
        pictures = chance.choice([1, 1, 1, 2])
        side, steps = chance.choice([(64, 4), (128, 8), (256, 20)])
        person = chance.choice(self.people)
        chat = chance.choice(self.groups) if chance.random() < 0.2 else None
        text = f"/generate {prompt} --w {side} --h {side} --steps {steps} --n {pictures}"
        self.asked[prompt] = (await person.send(text, chat=chat), pictures)

    def answers(self, request: Message) -> list[Message]:
        """The bot's messages that answer a request and carry its state: all but further pictures."""
        replies = [one for one in self.fake.from_bot(request.chat) if one.reply_to is request]
        return [one for one in replies if one.media_group_id is None]

    def further(self, card: Message) -> list[Message]:
        """The pictures after the first."""
        return [one for one in self.fake.from_bot(card.chat) if one.reply_to is card and one.media]

    def open(self) -> dict[str, list[str]]:
        """What does not have its one card with all its pictures yet, and what it has."""
        found = {}
        for prompt, (request, pictures) in self.asked.items():
            answers = self.answers(request)
            shown = [1 + len(self.further(answer)) for answer in answers if answer.media is not None]
            if len(answers) != 1 or not shown or shown[0] < pictures:
                found[prompt] = [f"{answer.message_id}: {answer.text}" for answer in answers]
        return found

    async def done(self) -> None:
        try:
            await self.fake.wait(lambda: not self.open(), GUARD)
        except AssertionError as error:
            raise AssertionError(f"left: {self.open()}") from error

    def running(self) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        settings = {
            "telegram__token": self.fake.token,
            "telegram__api_base_url": self.fake.url,
            "limits__per_account": "1000",
        }
        return outlived("run", self.folder, settings, self._said_little, stdin=DEVNULL, stdout=PIPE)

    def _said_little(self, said: str) -> None:
        assert [line for line in said.splitlines() if "Easel serves" not in line] == []
        assert self.fake.token not in said

    async def killed_once(self, chance: random.Random) -> None:
        """Start the program, let people ask, and kill it at some moment."""
        async with self.running() as process:
            if chance.random() < 0.75:  # else it may die while it starts
                seen = len(self.fake.called("getUpdates"))
                await self.fake.wait(lambda: len(self.fake.called("getUpdates")) > seen, GUARD)
            for _ in range(min(chance.randint(0, 4), REQUESTS - len(self.asked))):
                await self.ask(chance)
            if chance.random() < 0.5:  # right behind one of the next calls, answered or not
                calls = len(self.fake.calls) + chance.randint(1, 12)
                with suppress(AssertionError):
                    await self.fake.wait(lambda: len(self.fake.calls) >= calls, 1.0)
            with suppress(TimeoutError):
                async with asyncio.timeout(chance.choice([0.002, 0.02, 0.2, 1.0]) * chance.random()):
                    await process.wait()
            assert process.returncode is None
            process.kill()
            await process.wait()
            self.kills += 1
        check_sound(read(self.folder / "data"))


@pytest.mark.timeout(300)
async def test_requests_in_chats_survive_every_kill(tmp_path: Path) -> None:
    began = time.monotonic()
    async with FakeBotApi() as fake:
        fake.allow("rate", "not_modified", "edit_of_foreign")  # nobody keeps count of them over a kill
        people = [fake.user(1001 + number, name=f"Member {number}") for number in range(PEOPLE)]
        groups = [fake.group(f"room {number}", members=tuple(people)) for number in range(GROUPS)]
        chats = Chats(fake, people, groups, tmp_path)
        with seeded() as chance:
            while chats.kills < KILLS or len(chats.asked) < REQUESTS:
                if len(chats.asked) < REQUESTS and chance.random() < 0.5:
                    await chats.ask(chance)  # while nobody serves
                await chats.killed_once(chance)
            async with chats.running() as process:
                await chats.done()
                process.send_signal(signal.SIGTERM)
                assert await process.wait() == 0
            check_told(chats)
    print(f"{chats.kills} kills, {len(chats.asked)} requests, {time.monotonic() - began:.0f} s")


def check_told(chats: Chats) -> None:
    """What the people see is what the database says, once."""
    state = read(chats.folder / "data")
    check_settled(state)
    requests = [json.loads(task["request"]) for task in state.tasks]
    ran = Counter(request["prompt"] for request in requests)
    assert ran == Counter(list(chats.asked)), "each request is one task, and none was lost"
    assert {task["status"] for task in state.tasks} == {"completed"}
    for prompt, (request, pictures) in chats.asked.items():
        (card,) = chats.answers(request)
        further = chats.further(card)
        assert len(further) >= pictures - 1, prompt  # a kill may repeat these, and only these
        assert pictures > 1 or not further, prompt
    assert chats.fake.violations == []
