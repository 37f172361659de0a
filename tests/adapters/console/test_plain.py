from __future__ import annotations

import io
from pathlib import Path

import pytest

from adapters.console.gateway import ConsoleGateway
from adapters.console.phrases import picture_lines
from adapters.console.plain import PlainScreen
from adapters.console.streams import OutputClosedError, writer_of
from adapters.storage.images import FileImageStore
from adapters.storage.memory_images import MemoryImageStore
from core.delivery.models import MessageRef
from core.errors import RateLimitedError
from core.generation.models import GenerationStatus
from core.presentation.views import StatusView
from tests.adapters.console.house import png
from tests.adapters.console.views import view

REF = MessageRef("console", "console:operator", "s:1")
QUEUED = view(GenerationStatus.PENDING, headline="Queued, 2nd, about 8 s")
DRAWING = view(headline="Drawing")
DONE = view(GenerationStatus.COMPLETED, headline="Done in 0.9 s")


def at(fraction: float) -> StatusView:
    return view(fraction=fraction, headline=f"Drawing at {fraction:.2f}")


async def shown(*views: StatusView) -> list[str]:
    out = io.StringIO()
    gateway = ConsoleGateway()
    gateway.attach(PlainScreen(writer_of(out), MemoryImageStore()))
    for one in views:
        assert await gateway.show(REF, one) == REF
    return [line.removeprefix("k7f3qz ") for line in out.getvalue().splitlines()]


async def test_the_first_and_the_last_line_have_the_details() -> None:
    assert await shown(QUEUED, DRAWING, DONE) == [
        "Queued, 2nd, about 8 s · 768×768 · seed 7",
        "Drawing",
        "Done in 0.9 s · 768×768 · seed 7",
    ]


async def test_another_place_in_the_queue_is_no_change_of_status() -> None:
    nearer = view(GenerationStatus.PENDING, headline="Queued, next, about 4 s")
    assert len(await shown(QUEUED, nearer)) == 1


async def test_a_task_that_waits_at_the_engine_is_told_once() -> None:
    waiting = [view(headline=f"Waiting at the engine, {place}") for place in ("3rd", "2nd", "next")]
    assert await shown(QUEUED, DRAWING, *waiting, at(0.1), DONE) == [
        "Queued, 2nd, about 8 s · 768×768 · seed 7",
        "Drawing",
        "Waiting at the engine, 3rd",
        "Done in 0.9 s · 768×768 · seed 7",
    ]


async def test_a_task_that_is_handed_back_is_queued_again() -> None:
    again = view(GenerationStatus.PENDING, headline="Queued again")
    assert len(await shown(DRAWING, again, DRAWING)) == 3


async def test_progress_is_told_when_a_quarter_is_done() -> None:
    lines = await shown(DRAWING, *(at(step / 100) for step in range(1, 101)))
    assert lines[1:] == ["Drawing at 0.25", "Drawing at 0.50", "Drawing at 0.75"]


async def test_a_jump_over_quarters_is_told_once() -> None:
    assert (await shown(DRAWING, at(0.1), at(0.8), at(0.9)))[1:] == ["Drawing at 0.80"]


async def test_the_same_end_is_told_once() -> None:
    assert len(await shown(DONE, DONE)) == 1


async def test_more_tasks_than_are_remembered_are_all_shown() -> None:
    views = [view(GenerationStatus.FAILED, task=f"t{number:05}") for number in range(1100)]
    assert len(await shown(*views)) == 1100


async def test_pictures_are_drawn_where_they_can_be_and_their_paths_printed() -> None:
    images = MemoryImageStore()
    stored = await images.save(png(), "a fox")
    out = io.StringIO()
    drawn: list[bytes] = []
    screen = PlainScreen(writer_of(out), images, draw=drawn.append)
    await screen.show(view(GenerationStatus.COMPLETED, images=(stored.id, "0" * 64)))
    assert drawn == [await images.load(stored.id)]
    assert out.getvalue().splitlines()[1:] == [
        f"image: memory:{stored.id}",
        f"There is no image {'0' * 64} any more.",
    ]


async def test_people_get_paths_from_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = FileImageStore(tmp_path / "home" / "images")
    stored = (await images.save(png(), "a fox")).id
    one = view(GenerationStatus.COMPLETED, images=(stored,))
    (place,) = await picture_lines(images, one)
    assert place == f"image: {await images.locate(stored)}"
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    await PlainScreen(writer_of(out), images, relative=True).show(one)
    (short,) = out.getvalue().splitlines()[1:]
    assert short.startswith("image: home/images/")
    assert (tmp_path / short.removeprefix("image: ")).is_file()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert await picture_lines(images, one, relative=True) == [place]
    (tmp_path / "elsewhere").rmdir()
    assert await picture_lines(images, one, relative=True) == [place]


async def test_what_nobody_reads_is_shown_later() -> None:
    def write(_: str) -> None:
        raise OutputClosedError

    gateway = ConsoleGateway()
    gateway.attach(PlainScreen(write, MemoryImageStore()))
    with pytest.raises(RateLimitedError):
        await gateway.show(REF, view(GenerationStatus.FAILED))
    assert gateway.closed.is_set()
    assert not gateway.failed
