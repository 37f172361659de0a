"""A day on Discord: Ann is new on a server, Bob runs the bot, and Cleo is another member."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
import pytest
from simcord.backend.errors import SetupError
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from core.ids import TaskId
from tests.e2e.day.transcript import Transcript, picture, rows, steady_ids
from tests.e2e.discord.house import House, a_house


@dataclass
class Screen:
    """One member's view of one channel, and what they do there."""

    house: House
    said: Transcript
    member: Any
    name: str

    async def slash(self, command: str, /, **options: Any) -> Any:
        """Give a command, and write down what was typed."""
        self.said.types(self.name, _typed(command, options, self._names))
        return await self.member.slash(self.house.channel, command, **options)

    async def ask(self, command: str, /, **options: Any) -> Any:
        """Give a command, and write down the answer."""
        result = await self.slash(command, **options)
        self.told(result)
        return result

    def told(self, result: Any, label: str = "") -> None:
        """Write down the answer to an interaction."""
        messages = [*([result.response] if result.response else []), *result.followups]
        if result.modal:
            self.said.shows(f"opens a form for {self.name}", form(result.modal))
        for one in messages:
            self.said.shows(self._label(one, label), self.seen(one))

    def _label(self, message: Any, label: str) -> str:
        if label:
            return label
        return f"tells {self.name} alone" if message.ephemeral else "answers"

    async def half_way(self, command: str, /, **options: Any) -> tuple[Any, str]:
        """Ask for a picture and wait until half of it is drawn."""
        self.house.easel.free.clear()
        result = await self.slash(command, **options)
        task = await self._newest()
        jobs = self.house.easel.jobs
        await self.house.until(lambda: jobs and jobs[-1].task == task, seconds=10)
        self.house.easel.draw(10, 20)
        await self.house.until(lambda: "50%" in self.house.text(result), seconds=10)
        self.told(result, "answers, and half-way the message is")
        return result, task

    async def drawn(self, result: Any, label: str = "answers, and in the end the message is") -> Any:
        """Write down the card that a command or a press leads to, as it is at its end."""
        task = await self._newest()
        await self.house.until(lambda: self.house.is_closed(task), seconds=20)
        self.told(result, label)
        return result.response

    async def _newest(self) -> str:
        return (await self.house.tasks(self.member))[0].id

    async def press(self, message: Any, label: str) -> Any:
        self.said.does(self.name, f"presses `{label}`.")
        return await self.member.click(message, label=label)

    async def fill(self, shown: Any, values: dict[str, str]) -> Any:
        """Fill in a form and send it."""
        self.said.does(self.name, "fills in the form:")
        self.said.box([f"{name}: {value}" for name, value in values.items()])
        return await self.member.submit_modal(shown, values)

    def seen(self, message: Any) -> list[str]:
        """Return a message as its reader sees it."""
        lines = _plain(message.content, self._names).splitlines()
        return [*lines, *_drawn(message, message.components, self._names)]

    @property
    def _names(self) -> dict[int, str]:
        return {self.house.ann.id: "ann", self.house.bob.id: "bob"}


def _typed(command: str, options: dict[str, Any], names: dict[int, str]) -> str:
    given = [f"{name}:{_said(value, names)}" for name, value in options.items()]
    return " ".join([f"/{command}", *given])


def _said(value: Any, names: dict[int, str]) -> str:
    return f"@{names[value.id]}" if hasattr(value, "id") else str(value)


_MARK = re.compile(r"\\(.)|\*\*|`|^-# ", re.MULTILINE)
_MENTION = re.compile(r"<@(\d+)>")


def _plain(text: str, names: dict[int, str]) -> str:
    """Return Discord's Markdown as it looks."""
    named = _MENTION.sub(lambda found: f"@{names[int(found[1])]}", text)
    return _MARK.sub(lambda found: found[1] or "", named)


def _drawn(message: Any, components: Sequence[dict[str, Any]], names: dict[int, str]) -> list[str]:
    lines: list[str] = []
    for one in components:
        kind = discord.ComponentType(one["type"])
        if kind is discord.ComponentType.text_display:
            lines += _plain(one["content"], names).splitlines()
        elif kind is discord.ComponentType.media_gallery:
            lines.append(picture(len(one["items"])))
        elif kind is discord.ComponentType.action_row:
            lines += rows([[_label(button) for button in one["components"]]])
        else:
            lines += _drawn(message, one.get("components", ()), names)
    return lines


def _label(button: dict[str, Any]) -> str:
    emoji = (button.get("emoji") or {}).get("name")
    return " ".join(part for part in (emoji, button.get("label")) if part)


def form(modal: dict[str, Any]) -> list[str]:
    """Return a form as it looks."""
    lines = [modal["title"]]
    for one in modal["components"]:
        value = one["component"].get("value") or ""
        lines.append(f"{one['label']}: [ {value or '…'} ]")
    return lines


async def day() -> str:
    """Live the day; return what it was like."""
    said = Transcript("On Discord")
    async with a_house(ids=steady_ids()) as house:
        role = house.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
        house.bob = house.guild.add_member(house.env.create_user("boss"), roles=[role])
        house.platform._desk.calls._admins = frozenset({house.bob.id})
        ann, bob = Screen(house, said, house.ann, "Ann"), Screen(house, said, house.bob, "Bob")
        card = await _beginning(ann)
        await _wrong(ann)
        await _buttons(ann, card)
        await _lists(ann)
        await _points(ann, bob)
        await _others(ann, await _blocked(ann))
    return said.text


async def _beginning(ann: Screen) -> Any:
    said, house = ann.said, ann.house
    said.chapter("The first message")
    await house.ann.send(house.channel, "hello, can you draw something?")
    said.types("Ann", "hello, can you draw something?", "in the channel")
    said.note("Nothing comes of it: the bot does not read what members write.")
    offered = ", ".join(f"/{one}" for one in house.ann.available_commands(house.channel))
    said.does("Ann", "types a slash, and Discord offers:")
    said.box([offered])

    said.chapter("Help")
    await ann.ask("help")
    await ann.ask("help", command="generate")

    said.chapter("A picture")
    result, _ = await ann.half_way("generate", prompt="a red fox in the snow")
    house.easel.free.set()
    card = await ann.drawn(result, "makes of the same message in the end")
    result = await ann.slash("generate", prompt="a red fox in the snow", aspect_ratio="16:9", batch_size=2)
    await ann.drawn(result)
    shown = await ann.ask("generate")
    result = await ann.fill(shown, {"prompt": "a lighthouse", "negative_prompt": "people"})
    await ann.drawn(result)
    return card


async def _wrong(ann: Screen) -> None:
    said, house = ann.said, ann.house
    said.chapter("Something wrong")
    said.does("Ann", "types `/generate prompt:a red fox width:9000`.")
    with pytest.raises(SetupError, match="2048"):
        await house.ann.slash(house.channel, "generate", prompt="a red fox", width=9000)
    said.note("Discord itself does not send it: the width is 64 to 2048.")
    choices = await house.ann.autocomplete(house.channel, "generate", "model", "dre")
    said.does("Ann", "begins to type a model, `dre`, and is offered:")
    said.box([one["name"] for one in choices])
    assert await house.ann.autocomplete(house.channel, "generate", "model", "photo") == []
    said.note('For "photo" she is offered nothing.')
    await ann.ask("generate", prompt="a red fox", model="dreamz")
    await ann.ask("generate", prompt="a red fox", model="photo")
    await ann.ask("generate", prompt="a red fox", aspect_ratio="wide")
    await ann.ask("generate", prompt="a red fox", aspect_ratio="16:9", width=512, height=512)
    await ann.ask("generate", prompt="a red fox", strength=0.5)
    await ann.ask("generate", prompt="a red fox", nsfw=True)
    await ann.ask("show", task="nosuch")
    await ann.ask("help", command="genrate")


async def _buttons(ann: Screen, card: Any) -> None:
    said, house = ann.said, ann.house
    said.chapter("Another take")
    said.note("Ann goes back to her first picture.")
    await ann.drawn(await ann.press(card, "Vary"), "answers with a new message, in the end")

    said.chapter("Larger")
    await ann.drawn(await ann.press(card, "Upscale"), "answers with a new message, in the end")

    said.chapter("More buttons")
    ann.told(await ann.press(card, "Details"))
    shown = await ann.press(card, "Edit")
    ann.told(shown)
    result = await ann.fill(shown, {"prompt": "a red fox in the rain", "negative_prompt": ""})
    edited = await ann.drawn(result)
    shown = await ann.press(edited, "Use")
    ann.told(shown)
    said.does("Ann", "closes the form.")
    ann.told(await ann.press(edited, "Delete"))
    await house.until(lambda: edited.id not in {one.id for one in house.messages()})
    said.note("The message with the picture is gone.")

    said.chapter("Cancel")
    result, _ = await ann.half_way("generate", prompt="a wolf in the dark")
    ann.told(await ann.press(result.response, "Cancel"))
    await ann.drawn(result, "makes of the same message")
    others = [await ann.slash("generate", prompt=prompt) for prompt in ("a bear", "an owl")]
    await ann.ask("cancel")
    await ann.ask("cancel", task="all")
    for result in others:
        await ann.drawn(result, "makes of the message")
    house.easel.free.set()
    await ann.ask("cancel")


async def _lists(ann: Screen) -> None:
    said, house = ann.said, ann.house
    said.chapter("History")
    await ann.ask("history")
    await ann.ask("status")
    choices = await house.ann.autocomplete(house.channel, "show", "task", "snow")
    said.does("Ann", "types `/show task:snow`, and is offered:")
    said.box([one["name"] for one in choices])
    await ann.ask("show", task=choices[-1]["value"])


async def _points(ann: Screen, bob: Screen) -> None:
    said, house = ann.said, ann.house
    said.chapter("Out of points")
    await ann.ask("points")
    await ann.ask("price", prompt="a castle at dawn", batch_size=8, steps=30)
    await ann.ask("generate", prompt="a castle at dawn", batch_size=8, steps=30)
    offered = house.ann.available_commands(house.channel)
    assert not any(one.startswith("admin") for one in offered)
    said.note("Ann is not offered /admin: Discord shows it to those who may manage the server.")

    said.chapter("An admin helps")
    said.note("Bob is an admin. His answers are for him alone.")
    await bob.ask("admin grant", account=house.ann, points=100)
    await bob.ask("help", command="grant")
    said.note("Dora may manage the server, so Discord offers her /admin, too; she is no admin of Easel's.")
    manager = house.guild.add_member(house.env.create_user("dora"), roles=[house.guild.roles["mods"]])
    await Screen(house, said, manager, "Dora").ask("admin grant", account=house.ann, points=100)
    await ann.ask("points")


async def _blocked(ann: Screen) -> Any:
    said, house = ann.said, ann.house
    said.chapter("The channel is closed to the bot, and opened again")
    result, _ = await ann.half_way("generate", prompt="a castle at dawn")
    bot, backend = house.env.backend.bot_user.id, house.env.backend
    denied = discord.Permissions(view_channel=True, send_messages=True).value
    said.note("While it draws, somebody takes the channel's permissions from the bot.")
    backend.set_overwrite(house.channel.id, Overwrite(bot, OverwriteType.MEMBER, deny=denied))
    house.easel.free.set()
    await ann.drawn(result, "still finishes its message")
    said.note("Ann asks again in the same channel.")
    result, task = await ann.half_way("generate", prompt="a castle at night")
    said.note("The picture takes longer than the 15 minutes that Discord gives the bot for its answer.")
    await house.env.advance_time(901)
    house.easel.free.set()
    await house.world.ended(await house.task(task), seconds=10)
    await house.until(lambda: house.is_closed(task), seconds=20)
    ann.told(result, "leaves the message as it was")
    await ann.ask("show", task=TaskId(task))
    said.note("The bot gets its permissions back.")
    backend.delete_overwrite(house.channel.id, bot)
    return await ann.drawn(await ann.slash("generate", prompt="a castle at noon"))


async def _others(ann: Screen, card: Any) -> None:
    said, house = ann.said, ann.house
    said.chapter("Other members")
    said.note("Cleo is in the channel, too, and sees Ann's pictures.")
    cleo = Screen(house, said, house.guild.add_member(house.env.create_user("cleo")), "Cleo")
    cleo.told(await cleo.press(card, "Delete"))
    await cleo.drawn(await cleo.press(card, "Vary"), "answers with a new message, in the end")
    cleo.told(await cleo.press(card, "Vary"))
