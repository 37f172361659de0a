from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adapters.engines.wire.pictures import (
    PIXELS_MOST,
    checked,
    decoded,
    encoded,
    opaque,
    redraw_mask,
    resized,
    rounded,
    size_of,
)
from core.errors import EngineFaultError, EngineRejectedError
from core.generation.engine import EngineJob
from core.ids import TaskId
from tests.fakes.builders import a_request

SIZE = (24, 16)


def a_picture(
    mode: str = "RGB", size: tuple[int, int] = SIZE, *, colour: Any = None, form: str = "PNG", **how: Any
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour if colour is not None else 0).save(file, form, **how)
    return file.getvalue()


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    image.load()
    return image


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    return file.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG that says it is that large, and has next to nothing in it."""
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(b""),
        b"IEND": b"",
    }
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def fault_of(*pictures: bytes, size: tuple[int, int] | None = SIZE, number: int | None = None) -> Any:
    with pytest.raises(EngineFaultError) as caught:
        await checked(pictures, size, number=number)
    return caught.value.facts


# Checked


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
async def test_a_png_is_passed_on_as_it_is(mode: str) -> None:
    picture = a_picture(mode)
    assert await checked([picture, picture], SIZE, number=2) == (picture, picture)
    assert await checked([picture], None) == (picture,)


@pytest.mark.parametrize(
    ("mode", "form", "how", "colour", "expected"),
    [
        ("RGB", "JPEG", {"quality": 95}, (200, 30, 60), (200, 30, 60)),
        ("L", "JPEG", {}, 90, (90, 90, 90)),
        ("CMYK", "JPEG", {"quality": 95}, (0, 255, 255, 0), (255, 0, 0)),
        ("RGB", "WEBP", {"lossless": True}, (200, 30, 60), (200, 30, 60)),
        ("RGBA", "WEBP", {"lossless": True}, (200, 30, 60, 128), (200, 30, 60, 128)),
    ],
)
async def test_other_pictures_become_png(
    mode: str, form: str, how: dict[str, Any], colour: Any, expected: tuple[int, ...]
) -> None:
    (png,) = await checked([a_picture(mode, colour=colour, form=form, **how)], SIZE)
    image = opened(png)
    assert (image.format, image.size) == ("PNG", SIZE)
    assert image.getpixel((5, 5)) == pytest.approx(expected, abs=3)


async def test_what_is_beside_the_pixels_is_left_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    (png,) = await checked([a_picture(form="JPEG", exif=exif, dpi=(300, 300), comment=b"secret")], SIZE)
    assert opened(png).info == {}
    assert b"taken" not in png


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
async def test_of_an_animation_the_first_picture_counts(form: str) -> None:
    (png,) = await checked([animated(form)], SIZE)
    assert opened(png).convert("RGB").getpixel((0, 0)) == (255, 0, 0)


async def test_nothing_is_no_picture() -> None:
    assert await fault_of() == {"reason": "no_pictures"}


@pytest.mark.parametrize("number", [1, 3])
async def test_as_many_as_were_asked_for(number: int) -> None:
    facts = await fault_of(a_picture(), a_picture(), number=number)
    assert facts == {"reason": "wrong_number", "asked": number, "given": 2}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_of_the_size_that_was_asked_for(form: str) -> None:
    facts = await fault_of(a_picture(size=(16, 24), form=form))
    assert facts == {"reason": "wrong_size", "asked": "24x16", "given": "16x24"}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.95])
async def test_half_a_picture_is_none(form: str, share: float) -> None:
    noise = Image.effect_noise((64, 64), 100).convert("RGB")
    file = io.BytesIO()
    noise.save(file, form)
    whole = file.getvalue()
    facts = await fault_of(whole[: int(len(whole) * share)], size=(64, 64))
    assert facts == {"reason": "not_a_picture"}


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", a_picture(form="GIF"), a_picture(form="BMP")]
)
async def test_what_is_no_picture(data: bytes) -> None:
    assert await fault_of(data, size=None) == {"reason": "not_a_picture"}


async def test_a_png_with_a_wrong_sum_is_broken() -> None:
    picture = bytearray(a_picture())
    picture[-16] ^= 1
    assert await fault_of(bytes(picture)) == {"reason": "not_a_picture"}


@pytest.mark.parametrize("sides", [(4097, 4096), (12_000, 12_000), (60_000, 60_000)])
async def test_a_bomb_is_not_unpacked(sides: tuple[int, int]) -> None:
    assert sides[0] * sides[1] > PIXELS_MOST
    assert await fault_of(a_bomb(*sides), size=None) == {"reason": "too_large"}
    assert await fault_of(a_bomb(*sides), size=sides) == {"reason": "too_large"}


@given(st.binary(max_size=200), st.integers(0, 80), st.sampled_from(["PNG", "JPEG", "WEBP"]))
async def test_no_file_does_any_harm(junk: bytes, place: int, form: str) -> None:
    picture = a_picture(form=form)
    for data in (junk, picture[:place] + junk, picture[:place] + junk + picture[place:]):
        try:
            (png,) = await checked([data], SIZE)
        except EngineFaultError:
            continue
        assert size_of(png) == SIZE


# Sizes


def test_a_size_is_read_from_the_files_beginning() -> None:
    assert size_of(a_picture(size=(30, 20))[:60]) == (30, 20)


@pytest.mark.parametrize("data", [b"", b"junk", a_picture()[:10], a_bomb(60_000, 60_000)])
def test_what_has_no_size(data: bytes) -> None:
    with pytest.raises(EngineFaultError):
        size_of(data)


@pytest.mark.parametrize(
    ("side", "step", "least", "expected"),
    [
        (512, 8, 0, 512),
        (515, 8, 0, 512),
        (517, 8, 0, 520),
        (3, 8, 0, 8),
        (64, 64, 128, 128),
        (100, 1, 0, 100),
    ],
)
def test_sides_are_rounded(side: int, step: int, least: int, expected: int) -> None:
    assert rounded(side, step, least=least) == expected


@given(st.integers(1, 4096), st.sampled_from([1, 2, 8, 16, 32, 64]))
def test_a_rounded_side_is_a_near_multiple(side: int, step: int) -> None:
    result = rounded(side, step)
    assert result % step == 0
    assert result >= step
    assert abs(result - side) <= max(step / 2, step - side)


# Base 64


@given(st.binary(max_size=100), st.sampled_from(["", "data:image/png;base64,", "data:,"]))
async def test_what_was_encoded_is_decoded(data: bytes, prefix: str) -> None:
    assert await decoded(prefix + await encoded(data)) == data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no_pictures"),
        (7, "no_pictures"),
        (["QQ=="], "no_pictures"),
        ("not base 64!", "not_a_picture"),
        ("QQ", "not_a_picture"),
        ("ü", "not_a_picture"),
    ],
)
async def test_what_can_not_be_decoded(text: object, reason: str) -> None:
    with pytest.raises(EngineFaultError) as caught:
        await decoded(text)
    assert caught.value.facts == {"reason": reason}


# What to make anew


def a_job(*pictures: bytes) -> EngineJob:
    return EngineJob(TaskId("one"), 1, a_request(), pictures)


def see_through(left: int = 0, right: int = 255) -> bytes:
    """A red picture whose left half is so opaque, and its right half so."""
    image = Image.new("RGBA", SIZE, (255, 0, 0, right))
    image.paste((255, 0, 0, left), (0, 0, SIZE[0] // 2, SIZE[1]))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def halves(picture: bytes) -> tuple[Any, Any]:
    """Return what is in the middle of the left half and of the right half of a grey PNG of the size."""
    image = opened(picture)
    assert (image.format, image.mode, image.size) == ("PNG", "L", SIZE)
    return image.getpixel((SIZE[0] // 4, 8)), image.getpixel((SIZE[0] * 3 // 4, 8))


@pytest.mark.parametrize(("left", "white"), [(0, 255), (100, 155), (254, 1)])
async def test_what_is_see_through_is_made_anew(left: int, white: int) -> None:
    assert halves(await redraw_mask(a_job(see_through(left)))) == (white, 0)


def a_mask(mode: str = "L", size: tuple[int, int] = SIZE, white: Any = 255) -> bytes:
    image = Image.new(mode, size, 0)
    image.paste(white, (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "mask",
    [
        a_mask(),
        a_mask("1", white=1),
        a_mask("RGB", white=(255, 255, 255)),
        a_mask("RGBA", white=(255, 255, 255, 255)),
        a_mask(size=(240, 160)),
        a_mask("LA", white=(255, 255)),
    ],
)
@pytest.mark.parametrize("image", [a_picture(), see_through(255, 0)])
async def test_the_second_picture_says_what_and_goes_before_the_first(image: bytes, mask: bytes) -> None:
    assert halves(await redraw_mask(a_job(image, mask))) == (255, 0)


async def test_what_a_mask_shows_through_is_kept() -> None:
    mask = a_mask("RGBA", white=(255, 255, 255, 128))
    assert halves(await redraw_mask(a_job(a_picture(), mask))) == (128, 0)


@pytest.mark.parametrize(
    "pictures",
    [
        (a_picture(),),
        (see_through(255, 255),),
        (a_picture(), a_picture("L", colour=0)),
        (see_through(0), a_picture("RGB", colour=(0, 0, 0))),
        (a_picture(), a_picture("RGBA", colour=(255, 255, 255, 0))),
    ],
)
async def test_a_mask_that_says_nothing_is_none(pictures: tuple[bytes, ...]) -> None:
    with pytest.raises(EngineRejectedError) as caught:
        await redraw_mask(a_job(*pictures))
    assert caught.value.facts == {"reason": "no_mask"}


# On the way to a server


async def test_an_opaque_picture_stays_as_it_is() -> None:
    picture = a_picture()
    assert await opaque(picture) == picture


async def test_a_picture_may_lose_its_transparency() -> None:
    image = opened(await opaque(see_through(0)))
    assert (image.mode, image.getpixel((1, 1))) == ("RGB", (255, 0, 0))


async def test_a_picture_of_the_size_stays_as_it_is() -> None:
    picture = a_picture()
    assert await resized(picture, SIZE) == picture


@pytest.mark.parametrize("size", [(12, 8), (48, 32), (16, 16), (8, 32), (64, 8)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
async def test_a_picture_is_made_to_fit(mode: str, size: tuple[int, int]) -> None:
    assert size_of(await resized(a_picture(mode), size)) == size


async def test_it_is_cut_about_its_middle() -> None:
    image = Image.new("RGB", (30, 10), "black")
    image.paste("white", (10, 0, 20, 10))
    file = io.BytesIO()
    image.save(file, "PNG")
    fitted = opened(await resized(file.getvalue(), (10, 10)))
    assert fitted.getpixel((5, 5)) == (255, 255, 255)
    assert min(fitted.convert("L").tobytes()) > 200


def with_pixels(data: bytes) -> bytes:
    """Return a PNG of 24 x 16 with these bytes for its pixels, and checksums that are right."""
    parts = {b"IHDR": struct.pack(">IIBBBBB", *SIZE, 8, 2, 0, 0, 0), b"IDAT": data, b"IEND": b""}
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts.items()
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PIXELS = zlib.compress(b"".join(b"\0" + bytes(range(72)) for _ in range(16)))


@pytest.mark.parametrize(
    "data",
    [b"", PIXELS[: len(PIXELS) // 2], b"no zlib", PIXELS[:20] + b"\xff" * 20, zlib.compress(b"\0" * 99)],
)
async def test_a_png_whose_pixels_are_broken_is_no_picture_though_its_checksums_are_right(
    data: bytes,
) -> None:
    assert await checked([with_pixels(PIXELS)], SIZE) == (with_pixels(PIXELS),)
    assert await fault_of(with_pixels(data)) == {"reason": "not_a_picture"}
