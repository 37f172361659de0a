"""Files: what was uploaded, what photos become, and the ids by which they are sent again."""

from __future__ import annotations

import asyncio
import hashlib
import io
import mimetypes
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image, UnidentifiedImageError

from tests.fakes.bot_api.errors import ApiError, bad_request

Kind = Literal["Photo", "Document"]

BOXES = (90, 320, 800, 1280)
"""The longest sides of the JPEGs that the server makes of a photo."""

MAX_PHOTO = 10 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_SIDES = 10_000
MAX_RATIO = 20


@dataclass(frozen=True)
class StoredFile:
    """Bytes on the server."""

    file_id: str
    unique_id: str
    path: str
    data: bytes
    kind: Kind
    width: int = 0
    height: int = 0
    name: str = ""
    mime: str = ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }
        if self.kind == "Photo":
            return {**found, "width": self.width, "height": self.height}
        return {**found, "file_name": self.name, "mime_type": self.mime}


@dataclass(frozen=True)
class Media:
    """What hangs at a message: a photo in its sizes, small to large, or one document."""

    kind: Kind
    files: tuple[StoredFile, ...]

    @property
    def data(self) -> bytes:
        """The document's bytes, or those of the photo's largest size."""
        return self.files[-1].data

    @property
    def field(self) -> str:
        return self.kind.lower()

    def as_json(self) -> Any:
        if self.kind == "Photo":
            return [one.as_json() for one in self.files]
        return self.files[0].as_json()


class Files:
    """Everything that was ever sent."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[StoredFile, Media]] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._count = 0

    async def add_photo(self, data: bytes) -> Media:
        """Re-encode a picture as the server does."""
        if not data:
            raise bad_request("file must be non-empty")
        if len(data) > MAX_PHOTO:
            raise bad_request(f"file of size {len(data)} bytes is too big for a photo", breaks="photo_size")
        sizes = await asyncio.to_thread(reencode, data)
        files = tuple(
            self._file("Photo", "photos", "jpg", jpeg, width=width, height=height)
            for jpeg, width, height in sizes
        )
        return self._keep(Media("Photo", files))

    def add_document(self, data: bytes, name: str, mime: str = "") -> Media:
        if not data:
            raise bad_request("file must be non-empty")
        name = name or "file"
        mime = mimetypes.guess_type(name)[0] or mime or "application/octet-stream"
        extension = name.rpartition(".")[2] if "." in name else "bin"
        return self._keep(
            Media("Document", (self._file("Document", "documents", extension, data, name=name, mime=mime),))
        )

    def again(self, file_id: str, kind: Kind) -> Media:
        """Return what was sent under that id, if it was of this kind."""
        found = self._by_id.get(file_id)
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if found[1].kind != kind:
            raise bad_request(f"can't use file of type {found[1].kind} as {kind}", breaks="file_type")
        return found[1]

    def by_id(self, file_id: str) -> StoredFile:
        if file_id not in self._by_id:
            raise bad_request("invalid file_id")
        found = self._by_id[file_id][0]
        if len(found.data) > MAX_DOWNLOAD:
            raise bad_request("file is too big")
        return found

    def by_path(self, path: str) -> StoredFile:
        if path not in self._by_path:
            raise ApiError(404, "Not Found")
        return self._by_path[path]

    def _file(self, kind: Kind, folder: str, extension: str, data: bytes, **fields: Any) -> StoredFile:
        self._count += 1
        unique = hashlib.sha256(data).hexdigest()[:14]
        prefix = {"Photo": "AgACAgIAAxkB", "Document": "BQACAgIAAxkB"}[kind]
        return StoredFile(
            file_id=f"{prefix}{unique}{self._count:06d}",
            unique_id=f"AQAD{unique}",
            path=f"{folder}/file_{self._count}.{extension}",
            data=data,
            kind=kind,
            **fields,
        )

    def _keep(self, media: Media) -> Media:
        for one in media.files:
            self._by_id[one.file_id] = (one, media)
            self._by_path[one.path] = one
        return media


def reencode(data: bytes) -> list[tuple[bytes, int, int]]:
    """Return the JPEGs that a photo becomes, small to large, with their sizes."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            width, height = opened.size
            if width + height > MAX_SIDES or max(width, height) > MAX_RATIO * min(width, height):
                raise bad_request("PHOTO_INVALID_DIMENSIONS", breaks="photo_dimensions")
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED", breaks="photo_format") from error
    longest = max(width, height)
    found: list[tuple[bytes, int, int]] = []
    for box in [*(one for one in BOXES if one < longest), min(longest, BOXES[-1])]:
        scale = box / longest
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if found and size == found[-1][1:]:
            continue
        jpeg = io.BytesIO()
        picture.resize(size, Image.Resampling.BILINEAR).save(jpeg, "JPEG", quality=87)
        found.append((jpeg.getvalue(), *size))
    return found
