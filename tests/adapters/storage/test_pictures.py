import contextlib
import io
import struct
import warnings
import zlib
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from adapters.storage.picture_chunks import with_parameters
from adapters.storage.picture_kinds import kind_of
from adapters.storage.pictures import MAX_SIDE, InputLimits, Picture, picture_made, picture_sent
from core.errors import EngineFaultError, InvalidRequestError, Problem

LIMITS = InputLimits()
SIGNATURE = b"\x89PNG\r\n\x1a\n"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corners(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Red at the top left, green at the top right, blue below left, white below right."""
    image = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for place, colour in (((0, 0), RED), ((half[0], 0), GREEN), ((0, half[1]), BLUE), (half, WHITE)):
        image.paste(colour, (*place, place[0] + half[0], place[1] + half[1]))
    return image


def noise(size: tuple[int, int] = (256, 256)) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def chunk(kind: bytes, body: bytes = b"", checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + body)
    return (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", right if checksum is None else checksum)
    )


def header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def claims(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few pixels do not have."""
    return SIGNATURE + header(width, height) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND")


def white_sheet(width: int, height: int) -> bytes:
    """A sound PNG that is small only while it is packed: one bit for each pixel, a thousandth when packed."""
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return SIGNATURE + header(width, height, 1, 0) + chunk(b"IDAT", packed) + chunk(b"IEND")


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def decoded(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(picture.png)) as image:
        image.load()
    assert image.format == "PNG"
    assert image.size == (picture.width, picture.height)
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, ...], tolerance: int = 12) -> bool:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(pixel, colour, strict=True))


def refusal(data: bytes, limits: InputLimits = LIMITS) -> Problem:
    with pytest.raises(InvalidRequestError) as caught:
        picture_sent(data, limits)
    (problem,) = caught.value.problems
    assert problem.field == "image"
    return problem


PNG = encoded(noise(), "PNG")
JPEG = encoded(noise(), "JPEG")
WEBP = encoded(noise(), "WEBP")
GIF = encoded(noise(), "GIF")
AVIF = encoded(noise((64, 64)), "AVIF")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"a fox",
        b"<html><svg></svg></html>",
        b"\x89PNG",
        SIGNATURE[:-1],
        b"RIFF1234WAVE",
        bytes(5000),
    ],
)
def test_no_picture_at_all(data: bytes) -> None:
    assert refusal(data) == Problem("image", "not_an_image")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg>\n<svg></svg>', "SVG"),
        (encoded(corners(), "BMP"), "BMP"),
        (encoded(corners(), "TIFF"), "TIFF"),
        (encoded(corners(), "ICO"), "ICO"),
        (encoded(corners(), "PDF"), "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "MP4"),
        (b"\xff\x0a\xff\x0a", "JPEG XL"),
    ],
)
def test_a_kind_that_is_not_taken_is_named_and_those_that_are(data: bytes, kind: str) -> None:
    assert refusal(data) == Problem(
        "image", "unsupported", {"kind": kind, "choices": "PNG, JPEG, WebP, GIF, AVIF"}
    )


def test_a_text_that_is_long_and_almost_an_svg_is_looked_at_briefly() -> None:
    assert kind_of(b" " * 10_000_000 + b"<svg>") is None
    assert kind_of(b"<!---->" * 1000 + b"<svg>") is None


@pytest.mark.parametrize("whole", [PNG, JPEG, WEBP, GIF, AVIF], ids=["PNG", "JPEG", "WebP", "GIF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_damaged(whole: bytes, share: float) -> None:
    picture_sent(whole, LIMITS)
    assert refusal(whole[: max(40, int(len(whole) * share))]) == Problem("image", "damaged")


@pytest.mark.parametrize("kept", [8, 9, 16, 32, 33, 37, 41, 60, len(PNG) - 12, len(PNG) - 13])
def test_a_png_that_was_cut_off_at_a_chunks_border_is_damaged(kept: int) -> None:
    assert refusal(PNG[:kept]) == Problem("image", "damaged")


@pytest.mark.parametrize("place", [29, 17, 41 + 500, len(PNG) - 14])
def test_a_png_with_a_wrong_checksum_is_damaged(place: int) -> None:
    assert refusal(flipped(PNG, place)) == Problem("image", "damaged")


@pytest.mark.parametrize(
    "data",
    [
        SIGNATURE + header(64, 64) + chunk(b"IEND"),
        SIGNATURE + header(64, 64) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND"),
        SIGNATURE + header(64, 64) + chunk(b"IDAT", b"no zlib stream") + chunk(b"IEND"),
        SIGNATURE + header(64, 64, depth=3) + chunk(b"IDAT", zlib.compress(bytes(64 * 193))) + chunk(b"IEND"),
        SIGNATURE + header(64, 64)[:4] + b"QQQQ" + header(64, 64)[8:],
        # a text of 70 MB when unpacked
        SIGNATURE
        + header(64, 64)
        + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(70_000_000)))
        + chunk(b"IDAT", zlib.compress(bytes(64 * 193)))
        + chunk(b"IEND"),
        b"\xff\xd8\xff" + bytes(200),
        b"GIF89a" + b"\xff" * 200,
        b"RIFF\xff\0\0\0WEBPVP8 " + bytes(200),
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(200),
    ],
)
def test_a_file_that_only_begins_well_is_damaged(data: bytes) -> None:
    assert refusal(data) == Problem("image", "damaged")


SMALL = [encoded(noise((24, 24)), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")]


@settings(deadline=None, max_examples=300)
@given(
    whole=strategies.sampled_from(SMALL),
    changes=strategies.lists(
        strategies.tuples(strategies.integers(0, 5000), strategies.binary(min_size=1, max_size=4))
    ),
    end=strategies.integers(0, 5000),
)
def test_whatever_was_sent_it_is_taken_or_refused(
    whole: bytes, changes: list[tuple[int, bytes]], end: int
) -> None:
    data = bytearray(whole[: end or None])
    for place, change in changes:
        start = place % len(data)
        data[start : start + len(change)] = change
    with contextlib.suppress(InvalidRequestError):
        decoded(picture_sent(bytes(data), LIMITS))


@pytest.mark.parametrize(
    "data",
    [
        claims(50_000, 50_000),  # Pillow raises
        claims(10_000, 10_000),  # Pillow warns
        claims(7_000, 6_000),  # Pillow is content
        claims(2**31 - 1, 2**31 - 1),
        white_sheet(20_000, 20_000),
        encoded(Image.new("P", (8_000, 8_000)), "GIF"),
        encoded(Image.new("L", (8_000, 8_000)), "JPEG", quality=1),
    ],
    ids=["50000", "10000", "7000", "2**31", "sheet", "GIF", "JPEG"],
)
def test_a_bomb_is_not_lit(data: bytes) -> None:
    assert len(data) < 2_000_000
    assert refusal(data) == Problem("image", "too_many_pixels", {"limit": 40_000_000})


def test_the_limit_of_pixels_itself_is_allowed() -> None:
    limits = InputLimits(max_pixels=60 * 40)
    assert picture_sent(encoded(corners(), "PNG"), limits).width == 60
    assert refusal(encoded(corners((61, 40)), "PNG"), limits).reason == "too_many_pixels"


def test_the_limit_of_bytes_is_looked_at_first() -> None:
    limits = InputLimits(max_bytes=len(PNG))
    picture_sent(PNG, limits)
    assert refusal(PNG + b"\0", limits) == Problem("image", "too_many_bytes", {"limit": len(PNG)})


@pytest.mark.parametrize("size", [(1, 1), (15, 15), (15, 400), (400, 15), (4096, 20)])
def test_too_small_also_after_it_is_reduced(size: tuple[int, int]) -> None:
    assert refusal(encoded(Image.new("RGB", size), "PNG")) == Problem("image", "too_small", {"limit": 16})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    lying = corners((64, 48)) if back is None else corners((64, 48)).transpose(back)
    upright = decoded(picture_sent(encoded(lying, kind, exif=exif), LIMITS))
    assert upright.size == (64, 48)
    for place, colour in (((8, 8), RED), ((56, 8), GREEN), ((8, 40), BLUE), ((56, 40), WHITE)):
        assert near(upright, place, colour)


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40, b"nonsense"]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_exif_that_cannot_be_read_refuses_nothing(kind: str, exif: bytes) -> None:
    assert decoded(picture_sent(encoded(corners(), kind, exif=exif), LIMITS)).size == (60, 40)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_nothing_is_told_of_where_it_was_taken(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRET"
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (52.0, 31.0, 12.0),
    }
    options: dict[str, Any] = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("prompt", "SECRET")
        info.add_text("Author", "SECRET", zip=True)
        options["pnginfo"] = info
    else:
        options["xmp"] = b"<x>SECRET</x>"
    sent = encoded(corners(), kind, **options)
    assert b"SECRET" in sent
    picture = picture_sent(sent, LIMITS)
    assert decoded(picture).info == {}
    kinds = set()
    place = len(SIGNATURE)
    while place < len(picture.png):
        length, name = struct.unpack_from(">I4s", picture.png, place)
        kinds.add(name)
        place += 12 + length
    assert kinds == {b"IHDR", b"IDAT", b"IEND"}


def test_cmyk() -> None:
    image = decoded(picture_sent(encoded(corners().convert("CMYK"), "JPEG", quality=95), LIMITS))
    assert image.mode == "RGB"
    assert near(image, (5, 5), RED)
    assert near(image, (55, 35), WHITE)


def test_sixteen_bits_of_grey_are_scaled_not_cut() -> None:
    grey = Image.new("I;16", (32, 32), 0x80FF)
    image = decoded(picture_sent(encoded(grey, "PNG"), LIMITS))
    assert image.mode == "RGB"
    assert near(image, (3, 3), (128, 128, 128), tolerance=1)


@pytest.mark.parametrize(
    ("colour", "channels", "mode"), [(0, 1, "RGB"), (2, 3, "RGB"), (4, 2, "RGBA"), (6, 4, "RGBA")]
)
def test_sixteen_bits_of_every_colour_type(colour: int, channels: int, mode: str) -> None:
    row = b"\0" + struct.pack(f">{channels}H", *([0x4000] * channels)) * 32
    data = SIGNATURE + header(32, 32, 16, colour) + chunk(b"IDAT", zlib.compress(row * 32)) + chunk(b"IEND")
    image = decoded(picture_sent(data, LIMITS))
    assert image.mode == mode
    assert near(image, (3, 3), (64,) * len(mode), tolerance=1)


def test_sixteen_bits_of_grey_with_a_transparent_one() -> None:
    row = b"\0" + struct.pack(">H", 0x4000) * 32
    data = (
        SIGNATURE
        + header(32, 32, 16, 0)
        + chunk(b"tRNS", b"\xff\xfe")
        + chunk(b"IDAT", zlib.compress(row * 32))
        + chunk(b"IEND")
    )
    assert decoded(picture_sent(data, LIMITS)).mode == "RGB"


@pytest.mark.parametrize(("kind", "transparency"), [("PNG", 0), ("PNG", b"\0\x80"), ("GIF", 0)])
def test_a_palette_with_transparency(kind: str, transparency: int | bytes) -> None:
    image = Image.new("P", (32, 32), 1)
    image.putpalette([*GREEN, *RED])
    image.paste(0, (0, 0, 16, 32))
    taken = decoded(picture_sent(encoded(image, kind, transparency=transparency), LIMITS))
    assert taken.mode == "RGBA"
    assert taken.getchannel("A").getpixel((3, 3)) == 0
    assert near(taken, (30, 3), (*RED, 255 if transparency == 0 else 128))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_eight_bit_colour(mode: str) -> None:
    image = decoded(picture_sent(encoded(Image.new(mode, (32, 32)), "PNG"), LIMITS))
    assert image.mode == ("RGBA" if mode.endswith("A") else "RGB")


def test_an_alpha_channel_that_hides_nothing_goes() -> None:
    image = decoded(picture_sent(encoded(corners().convert("RGBA"), "PNG"), LIMITS))
    assert image.mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_it_is_the_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, GREEN, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    image = decoded(picture_sent(data, LIMITS))
    assert getattr(image, "n_frames", 1) == 1
    assert near(image, (3, 3), RED)


def test_a_photo_of_two_pictures_is_its_first() -> None:
    data = encoded(corners(), "MPO", save_all=True, append_images=[Image.new("RGB", (32, 32))])
    assert decoded(picture_sent(data, LIMITS)).size == (60, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "reduced"),
    [((5000, 2500), (2048, 1024)), ((2049, 100), (2048, 100)), ((300, 4096), (150, 2048))],
)
def test_a_long_side_is_reduced(kind: str, size: tuple[int, int], reduced: tuple[int, int]) -> None:
    image = decoded(picture_sent(encoded(corners(size), kind), LIMITS))
    assert image.size == reduced
    assert max(image.size) == MAX_SIDE
    assert near(image, (5, 5), RED)


@pytest.mark.parametrize("mode", ["P", "I;16", "LA", "CMYK", "1"])
def test_every_mode_can_be_reduced(mode: str) -> None:
    picture = picture_sent(
        encoded(Image.new(mode, (4096, 1024)), "JPEG" if mode == "CMYK" else "PNG"), LIMITS
    )
    assert (picture.width, picture.height) == (2048, 512)


def test_a_small_picture_keeps_its_pixels() -> None:
    assert decoded(picture_sent(PNG, LIMITS)).tobytes() == Image.open(io.BytesIO(PNG)).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_colour_profile_is_applied(mode: str) -> None:
    # the profile's red and green are swapped: only who reads it sees a green picture
    swapped = swapped_profile()
    red = Image.new("RGB", (32, 32), RED).convert(mode)
    image = decoded(picture_sent(encoded(red, "PNG", icc_profile=swapped), LIMITS))
    assert near(image, (3, 3), GREEN)


def test_a_profile_of_another_colour_space_or_a_broken_one_is_left_alone() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for mode in ("RGB", "L", "LA", "RGBA"):
        for profile in (lab, b"broken", swapped_profile()[:200]):
            decoded(picture_sent(encoded(Image.new(mode, (32, 32)), "PNG", icc_profile=profile), LIMITS))


def swapped_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def test_no_warning_escapes_where_warnings_are_shown(recwarn: pytest.WarningsRecorder) -> None:
    warnings.simplefilter("always")
    refusal(claims(10_000, 10_000))
    picture_sent(
        encoded(corners(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40), LIMITS
    )
    assert list(recwarn) == []


def test_the_same_bytes_make_the_same_picture() -> None:
    assert picture_sent(JPEG, LIMITS) == picture_sent(JPEG, LIMITS)


# --- pictures that an engine made


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_an_engines_pixels_are_not_touched(mode: str) -> None:
    image = Image.new(mode, (32, 32))
    made = picture_made(encoded(image, "PNG"), "a fox")
    assert decoded(made).mode == mode
    assert decoded(made).tobytes() == image.tobytes()


def test_what_the_look_depends_on_stays() -> None:
    profile = swapped_profile()
    image = Image.new("P", (32, 32), 1)
    image.putpalette([*GREEN, *RED])
    made = decoded(picture_made(encoded(image, "PNG", icc_profile=profile, transparency=b"\0\x80"), "a fox"))
    assert made.info == {"parameters": "a fox", "icc_profile": profile, "transparency": b"\0\x80"}


def test_an_engines_animation_becomes_still() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, GREEN)]
    made = decoded(picture_made(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), "a fox"))
    assert getattr(made, "n_frames", 1) == 1
    assert near(made, (3, 3), RED)


def test_exif_of_an_engine_goes() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRET"
    assert b"SECRET" not in picture_made(encoded(corners(), "PNG", exif=exif), "a fox").png


def test_bytes_after_the_end_go() -> None:
    assert picture_made(PNG + b"appended", "a fox") == picture_made(PNG, "a fox")


@pytest.mark.parametrize("place", [17, 29, 541, len(PNG) - 14, len(PNG) - 2])
def test_an_engines_png_with_a_wrong_checksum_is_its_fault(place: int) -> None:
    with pytest.raises(EngineFaultError):
        picture_made(flipped(PNG, place), "a fox")


@pytest.mark.parametrize(
    "data",
    [JPEG, claims(64, 64), claims(50_000, 50_000), SIGNATURE + chunk(b"IEND"), SIGNATURE + header(9, 9) * 2],
)
def test_an_engines_file_with_sound_chunks_and_no_pixels_is_its_fault(data: bytes) -> None:
    with pytest.raises(EngineFaultError):
        picture_made(data, "a fox")


def test_a_text_is_written_as_the_tools_read_it() -> None:
    latin = with_parameters(PNG, "café")
    assert b"tEXtparameters\0caf\xe9" in latin
    assert b"iTXtparameters\0\0\0\0\0" + "лиса".encode() in with_parameters(PNG, "лиса")
