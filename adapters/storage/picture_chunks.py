"""A PNG's chunks: one text goes in, every other that is not about the pixels goes out.

Writing the file anew through Pillow would do it too, for 150 to 180 ms where this takes 2 (1024 × 1024).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import PngImagePlugin

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT"}
)
"""What the look of the pixels depends on. Not kept: the engine's own texts (`prompt`, `workflow`, EXIF),
which may tell of its operator's machine, and the frames of an animation."""
_FRAME = struct.Struct(">I4s")
_CHECKSUM = struct.Struct(">I")


def with_parameters(png: bytes, parameters: str) -> bytes:
    """Return the PNG with `parameters` as its only text, the pixels untouched.

    Raises `ValueError` for what is not a PNG, is cut off or has a wrong checksum.
    """
    if not png.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    file = io.BytesIO()
    file.write(_SIGNATURE)
    for place, (kind, chunk) in enumerate(_chunks(png)):
        if (place == 0) != (kind == b"IHDR"):
            raise ValueError("the header is not the first chunk")
        if kind in _KEPT:
            file.write(chunk)
        if kind == b"IHDR":
            _write_text(file, "parameters", parameters)
    return file.getvalue()


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and its bytes with length and checksum, up to the end mark."""
    view = memoryview(png)
    start, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        try:
            length, kind = _FRAME.unpack_from(png, start)
            end = start + _FRAME.size + length
            (checksum,) = _CHECKSUM.unpack_from(png, end)
        except struct.error:
            raise ValueError("cut off") from None
        if zlib.crc32(view[start + 4 : end]) != checksum:
            raise ValueError("wrong checksum")
        yield kind, png[start : end + _CHECKSUM.size]
        start = end + _CHECKSUM.size


def _write_text(file: io.BytesIO, name: str, text: str) -> None:
    sound = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair has no bytes
    info = PngImagePlugin.PngInfo()
    info.add_text(name, sound)  # tEXt for Latin-1, iTXt for the rest: what every reader knows
    for kind, body, *_ in info.chunks:
        PngImagePlugin.putchunk(file, kind, body)
