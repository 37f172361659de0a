"""What every image store does; `tests/adapters/storage/test_pictures.py` has all that is refused, and why."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from adapters.storage.images import FileImageStore
from adapters.storage.memory_images import MemoryImageStore
from core.clock import Clock
from core.errors import EngineFaultError, InvalidRequestError, NotFoundError
from core.generation.images import ImageStore
from core.ids import ImageId

PARAMETERS = "a red fox\nSteps: 20, CFG scale: 7, Seed: 8, Size: 24x16, Version: Easel"
OUTSIDE = [
    "",
    "x",
    "../../etc/passwd",
    "A" * 64,
    "0" * 63,
    "0" * 65,
    "0" * 64 + "\n",
    "/" * 64,
    "0" * 62 + "\0a",
]


@dataclass
class HandClock:
    time: datetime = field(default_factory=lambda: datetime(2030, 1, 1, 12, tzinfo=UTC))

    def now(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


MakeStore = Callable[..., ImageStore]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["file", "memory"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> MakeStore:
    if request.param == "memory":
        return lambda **limits: MemoryImageStore(clock=clock, **limits)
    return lambda **limits: FileImageStore(tmp_path / "images", clock=clock, **limits)


@pytest.fixture
def store(make_store: MakeStore) -> ImageStore:
    return make_store()


def png(colour: str = "red", info: PngImagePlugin.PngInfo | None = None) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (24, 16), colour).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def texts(file: bytes) -> dict[str, object]:
    with Image.open(io.BytesIO(file)) as image:
        assert isinstance(image, PngImagePlugin.PngImageFile)
        return dict(image.text)


async def test_a_saved_picture_is_loaded_as_it_was_stored(store: ImageStore) -> None:
    stored = await store.save(png(), PARAMETERS)
    file = await store.load(stored.id)
    assert (stored.width, stored.height, stored.size) == (24, 16, len(file))
    assert stored.id == hashlib.sha256(file).hexdigest()
    with Image.open(io.BytesIO(file)) as image:
        assert image.format == "PNG"
        assert image.getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize(
    "parameters", [PARAMETERS, "café, 7°", "рыжая лиса 🦊\nSteps: 20", "", "half \ud83e pair"]
)
async def test_the_parameters_are_read_back(store: ImageStore, parameters: str) -> None:
    stored = await store.save(png(), parameters)
    sound = parameters.replace("\ud83e", "?")
    assert texts(await store.load(stored.id)) == {"parameters": sound}


async def test_an_engines_own_texts_do_not_stay(store: ImageStore) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("prompt", '{"3": {}}')
    info.add_itxt("workflow", "/home/operator/каталог", zip=True)
    info.add_text("parameters", "somebody else's")
    stored = await store.save(png(info=info), PARAMETERS)
    file = await store.load(stored.id)
    assert texts(file) == {"parameters": PARAMETERS}
    assert b"operator" not in file


async def test_the_same_picture_is_stored_once(store: ImageStore) -> None:
    first = await store.save(png(), PARAMETERS)
    assert await store.save(png(), PARAMETERS) == first
    assert (await store.save(png(), "other")).id != first.id
    assert (await store.save(png("blue"), PARAMETERS)).id != first.id


async def test_many_at_a_time(store: ImageStore) -> None:
    stored = await asyncio.gather(*(store.save(png(), str(index % 5)) for index in range(40)))
    assert len({one.id for one in stored}) == 5
    for one in stored:
        assert len(await store.load(one.id)) == one.size


@pytest.mark.parametrize(
    "broken", [b"", b"not a picture", png()[:-1], png()[:40], png()[8:], b"\x89PNG\r\n\x1a\n"]
)
async def test_what_is_no_whole_png_is_an_engines_fault(store: ImageStore, broken: bytes) -> None:
    with pytest.raises(EngineFaultError) as caught:
        await store.save(broken, PARAMETERS)
    assert caught.value.facts == {"reason": "not_a_png"}


async def test_what_was_accepted_can_be_loaded_and_saved_from(store: ImageStore) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    accepted = await store.accept(file.getvalue())
    assert (accepted.width, accepted.height) == (40, 30)
    loaded = await store.load(accepted.id)
    assert texts(loaded) == {}
    assert (await store.accept(file.getvalue())) == accepted


async def test_what_was_refused_is_not_stored(store: ImageStore) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await store.accept(b"no picture")
    assert [(one.field, one.reason) for one in caught.value.problems] == [("image", "not_an_image")]


async def test_limits_are_the_stores_own(make_store: MakeStore) -> None:
    strict = make_store(max_input_bytes=1000, max_input_pixels=24 * 16 - 1)
    for data, reason, limit in ((png(), "too_many_pixels", 383), (bytes(1001), "too_many_bytes", 1000)):
        with pytest.raises(InvalidRequestError) as caught:
            await strict.accept(data)
        assert [(one.reason, one.facts) for one in caught.value.problems] == [(reason, {"limit": limit})]


async def test_somewhere_a_person_can_look(store: ImageStore) -> None:
    stored = await store.save(png(), PARAMETERS)
    assert stored.id in await store.locate(stored.id)


@pytest.mark.parametrize("image", [*OUTSIDE, "0" * 64])
async def test_there_is_no_such_picture(store: ImageStore, image: str) -> None:
    await store.save(png(), PARAMETERS)
    with pytest.raises(NotFoundError):
        await store.load(ImageId(image))
    with pytest.raises(NotFoundError):
        await store.locate(ImageId(image))
    assert await store.discard([ImageId(image)], stored_before=datetime.max.replace(tzinfo=UTC)) == 0


async def test_only_what_is_old_and_named_is_discarded(store: ImageStore, clock: HandClock) -> None:
    old = [await store.save(png(), str(index)) for index in range(3)]
    clock.pass_by(10)
    again = await store.save(png(), "1")
    young = await store.save(png(), "young")
    assert again == old[1]
    named = [old[0].id, old[0].id, old[1].id, young.id]
    assert await store.discard(named, stored_before=clock.now()) == 1
    with pytest.raises(NotFoundError):
        await store.load(old[0].id)
    for kept in (old[1], old[2], young):
        assert len(await store.load(kept.id)) == kept.size
    assert await store.discard(named, stored_before=clock.now()) == 0


async def test_a_discarded_picture_can_be_stored_again(store: ImageStore, clock: HandClock) -> None:
    stored = await store.save(png(), PARAMETERS)
    clock.pass_by(1)
    assert await store.discard({stored.id}, stored_before=clock.now()) == 1
    assert await store.save(png(), PARAMETERS) == stored
    assert len(await store.load(stored.id)) == stored.size


async def test_a_time_without_a_zone_is_refused(store: ImageStore) -> None:
    stored = await store.save(png(), PARAMETERS)
    with pytest.raises(TypeError):
        await store.discard([stored.id], stored_before=datetime(2040, 1, 1))  # noqa: DTZ001  that is the point


async def test_the_loop_goes_on_meanwhile(store: ImageStore) -> None:
    work = asyncio.ensure_future(store.save(png(), PARAMETERS))
    await asyncio.sleep(0)
    assert not work.done()
    await work


async def test_the_listing_has_what_was_stored_before_and_nothing_else(
    make_store: MakeStore, clock: HandClock
) -> None:
    store = make_store()
    old = [(await store.save(png(colour), PARAMETERS)).id for colour in ("red", "green", "blue")]
    clock.pass_by(60)
    await store.save(png("white"), PARAMETERS)
    listed = [image async for batch in store.listing(stored_before=clock.now()) for image in batch]
    assert sorted(listed) == sorted(old)


async def test_an_empty_store_lists_nothing(make_store: MakeStore, clock: HandClock) -> None:
    assert [batch async for batch in make_store().listing(stored_before=clock.now())] == []
