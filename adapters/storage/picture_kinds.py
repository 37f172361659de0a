"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"8BPS", "PSD"),
    (b"%PDF-", "PDF"),
    (b"\x1aE\xdf\xa3", "WebM"),
)
_BRANDS = (
    ("AVIF", {b"avif", b"avis"}),
    ("HEIC", {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}),
)
"""Of files in the ISO base media format, by their `ftyp` box; one of any other brand is a video."""

_SVG_STARTS = (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")
_HEAD = 1024
"""Bytes that are looked at."""


def kind_of(data: bytes) -> str | None:
    """Return the name of the picture or video format that `data` begins like, or None."""
    head = data[:_HEAD]
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _kind_by_brand(head)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "SVG" if text.startswith(_SVG_STARTS) and b"<svg" in text else None


def _kind_by_brand(head: bytes) -> str:
    end = int.from_bytes(head[:4], "big")
    box = head[8:end]
    brands = {box[place : place + 4] for place in range(0, len(box), 4)}
    return next((kind for kind, known in _BRANDS if brands & known), "MP4")
