"""The ladder: the original where it fits, then ever less, and never a refusal."""

from __future__ import annotations

import io
import random
from typing import Any

import discord
import pytest
from PIL import Image

from adapters.discord.upload import REQUEST_MOST, SPARE, Showcase
from core.generation.models import GenerationStatus
from core.ids import ImageId, TaskId
from core.presentation.views import StatusView
from tests.adapters.discord.test_errors import an_answer
from tests.fakes.clock import ManualClock
from tests.fakes.images import FakeImages


def noise(side: int, mode: str = "RGB") -> bytes:
    """A picture that no format makes much smaller."""
    depth = len(mode)
    picture = Image.frombytes(mode, (side, side), random.Random(side).randbytes(side * side * depth))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def flat(side: int) -> bytes:
    """A PNG that is larger than it need be."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((side, side)).convert("RGB").save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


class Chat:
    """Takes what is small enough, as Discord does; counts what it refused."""

    def __init__(self, takes: int, in_all: int) -> None:
        self.takes = takes
        self.in_all = in_all
        self.refused = 0
        self.files: list[tuple[str, bytes]] = []
        self.text = ""

    async def send(self, card: discord.ui.LayoutView, files: list[discord.File]) -> int:
        found = [(one.filename, one.fp.read()) for one in files]
        sizes = [len(data) for _, data in found]
        if max(sizes, default=0) > self.takes or sum(sizes) > self.in_all:
            self.refused += 1
            raise an_answer(413, 40005)
        self.files = found
        self.text = "\n".join(
            one.content for one in card.walk_children() if isinstance(one, discord.ui.TextDisplay)
        )
        return 1


async def put(pngs: list[bytes], limit: int, takes: int | None = None, in_all: int = REQUEST_MOST) -> Chat:
    images = FakeImages(ManualClock())
    stored = [await images.save(png, "") for png in pngs]
    view = StatusView(
        TaskId("t1"),
        GenerationStatus.COMPLETED,
        "a fox",
        "Done",
        images=tuple(one.id for one in stored),
    )
    chat = Chat(limit if takes is None else takes, in_all)
    await Showcase(images).put(view, limit, chat.send)
    return chat


def kinds(chat: Chat) -> list[str]:
    return [name.partition(".")[2] for name, _ in chat.files]


async def test_the_original_where_it_fits() -> None:
    png = noise(64)
    chat = await put([png], 10 * 2**20)
    assert chat.files == [("t1-1.png", png)]


async def test_lossless_where_that_is_enough() -> None:
    png = flat(512)
    chat = await put([png], len(png) // 2)
    assert kinds(chat) == ["webp"]
    decoded = Image.open(io.BytesIO(chat.files[0][1])).convert("RGB")
    assert decoded.tobytes() == Image.open(io.BytesIO(png)).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
async def test_jpeg_where_lossless_is_too_large(mode: str) -> None:
    png = noise(512, mode)
    chat = await put([png], 400_000)
    assert kinds(chat) == ["jpg"]
    assert Image.open(io.BytesIO(chat.files[0][1])).size == (512, 512)


async def test_a_smaller_picture_where_jpeg_is_too_large() -> None:
    chat = await put([noise(1024)], 150_000)
    assert kinds(chat) == ["jpg"]
    assert Image.open(io.BytesIO(chat.files[0][1])).width < 1024


@pytest.mark.parametrize("limit", [200_000, 500_000, 2_000_000])
async def test_nothing_is_sent_that_is_over_the_limit(limit: int) -> None:
    chat = await put([noise(700), noise(300), flat(256)], limit)
    assert not chat.refused
    assert len(chat.files) == 3
    assert all(len(data) <= limit - SPARE for _, data in chat.files)


async def test_all_files_together_have_a_limit_too() -> None:
    chat = await put([flat(1800) for _ in range(3)] + [flat(1801)], 100 * 2**20)
    assert sum(len(data) for _, data in chat.files) < REQUEST_MOST


async def test_where_discord_takes_less_than_it_says() -> None:
    chat = await put([noise(600)], 2_000_000, takes=150_000)
    assert chat.refused
    assert kinds(chat) == ["jpg"]


async def test_fewer_where_discord_takes_no_more() -> None:
    chat = await put([noise(300), noise(301), noise(302)], 2_000_000, in_all=130_000)
    assert [name for name, _ in chat.files] == ["t1-1.jpg"]
    assert "1 of 3 pictures" in chat.text
    assert "/show task:t1" in chat.text


async def test_a_sentence_where_none_fits() -> None:
    chat = await put([noise(300), noise(301)], 2_000_000, takes=10)
    assert not chat.files
    assert "too large for this chat" in chat.text


async def test_pictures_that_are_not_kept() -> None:
    images = FakeImages(ManualClock())
    view = StatusView(TaskId("t1"), GenerationStatus.COMPLETED, "a fox", "Done", images=(ImageId("0" * 64),))
    chat = Chat(1, 1)
    await Showcase(images).put(view, 1000, chat.send)
    assert "not kept any more" in chat.text


async def test_what_is_no_matter_of_size_is_raised() -> None:
    async def send(*_: Any) -> None:
        raise an_answer(404, 10008)

    images = FakeImages(ManualClock())
    view = StatusView(TaskId("t1"), GenerationStatus.PENDING, "a fox", "Queued")
    with pytest.raises(discord.NotFound):
        await Showcase(images).put(view, 1000, send)


def at_work(preview: bytes | None) -> StatusView:
    return StatusView(TaskId("k7f3qz"), GenerationStatus.PROCESSING, "a fox", "Drawing", preview=preview)


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
async def test_what_there_is_to_see_of_a_picture_is_shown_while_it_is_made(kind: str, extension: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, kind)
    chat = Chat(10**6, 10**6)
    await Showcase(FakeImages(ManualClock())).put(at_work(buffer.getvalue()), 10**6, chat.send)
    assert chat.files == [(f"k7f3qz-preview.{extension}", buffer.getvalue())]


@pytest.mark.parametrize("preview", [None, b"", b"<html>", b"\x89PNG\r\n" + bytes(10**6)])
async def test_what_is_no_preview_is_not_shown(preview: bytes | None) -> None:
    chat = Chat(10**6, 10**6)
    await Showcase(FakeImages(ManualClock())).put(at_work(preview), 10**6, chat.send)
    assert chat.files == []


async def test_a_preview_that_discord_refuses_costs_no_news() -> None:
    chat = Chat(10, 10)
    await Showcase(FakeImages(ManualClock())).put(at_work(flat(64)), 10**6, chat.send)
    assert (chat.files, chat.refused) == ([], 1)
