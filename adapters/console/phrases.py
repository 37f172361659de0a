"""A task in words, as lines: what a pipe gets, and a terminal in colours."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from adapters.console.printable import one_line
from core.errors import CoreError
from core.generation.images import ImageStore
from core.presentation.messages import say_error
from core.presentation.views import StatusView


def status_line(view: StatusView, *, details: bool) -> str:
    """Return ``k7f3qz Done in 0.9 s · 768×768 · seed 7``, or without details ``k7f3qz Done in 0.9 s``."""
    parts = [view.headline, view.details] if details and view.details else [view.headline]
    return one_line(f"{view.task} {' · '.join(parts)}")


async def picture_lines(images: ImageStore, view: StatusView, *, relative: bool = False) -> list[str]:
    """Return a line for each of the task's pictures: ``image: PATH``, or why it can't be opened.

    With `relative`, for people, the path of a picture below the current folder starts there.
    """
    lines = []
    for image in view.images:
        try:
            place = await images.locate(image)
            lines.append(one_line(f"image: {_from_here(place) if relative else place}"))
        except CoreError as error:
            lines.append(one_line(say_error(error)))
    return lines


def _from_here(place: str) -> str:
    try:
        here = Path.cwd()
    except OSError:  # it was deleted
        return place
    path = Path(place)
    return str(path.relative_to(here)) if path.is_relative_to(here) else place


async def picture_files(images: ImageStore, view: StatusView) -> list[bytes]:
    """Return the task's pictures as PNG files, without those that can't be had."""
    files = []
    for image in view.images:
        with suppress(CoreError):
            files.append(await images.load(image))
    return files
