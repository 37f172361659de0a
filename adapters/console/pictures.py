"""Pictures drawn in the terminal, where it can show them."""

from __future__ import annotations

import io
import logging
from typing import TextIO

from PIL import Image
from rich.console import Console, RenderableType

from adapters.console.screen import Draw

logger = logging.getLogger(__name__)

COLUMNS_MOST, ROWS_MOST = 60, 20
"""A picture on the screen is to be recognised, not to fill it."""

_CLEAN_LINE = "\r\x1b[K"
"""For terminals that print a question which they do not understand."""

_ROWS_AROUND = 4
"""Rows left for what is said about the picture."""


def paper_on(stdout: TextIO | None) -> Console:
    """Return what prints text and pictures on the terminal, in the colours that it has."""
    return Console(file=stdout, highlight=False)


def open_pictures(paper: Console) -> Draw | None:
    """Ask the terminal what it can show; None where that is no pictures.

    Reads the terminal's answers, so nobody else may be reading from it. Sixel and kitty's protocol
    are used where they are understood, else half blocks where there are enough colours.
    """
    if paper.no_color:
        return None
    logging.getLogger("textual_image").setLevel(logging.ERROR)  # it warns of every question without an answer
    try:
        from textual_image import renderable  # noqa: PLC0415 - importing it asks the terminal
        from textual_image._terminal import get_cell_size  # noqa: PLC0415

        kind, cell = renderable.Image, get_cell_size()
        paper.file.write(_CLEAN_LINE)
    except Exception:
        logger.debug("no pictures in this terminal", exc_info=True)  # not installed, or a strange answer
        return None
    if kind is renderable.UnicodeImage:
        return None
    if kind is renderable.HalfcellImage and paper.color_system != "truecolor":
        return None

    def draw(png: bytes) -> None:
        try:
            with Image.open(io.BytesIO(png)) as image:
                columns, rows = fitted(image.size, cell, paper.size)
                image.thumbnail((columns * cell.width, rows * cell.height))
                picture: RenderableType = kind(image, width=columns, height=rows)
                paper.print(picture)
        except Exception:
            logger.debug("could not draw a picture", exc_info=True)  # its path is printed all the same

    return draw


def fitted(picture: tuple[int, int], cell: tuple[int, int], terminal: tuple[int, int]) -> tuple[int, int]:
    """Return the columns and rows that show the picture in its proportions.

    `picture` and `cell` are pixels, `terminal` columns and rows.
    """
    columns_most = max(1, min(COLUMNS_MOST, terminal[0] - 1))
    rows_most = max(1, min(ROWS_MOST, terminal[1] - _ROWS_AROUND))
    ratio = picture[0] / cell[0] / (picture[1] / cell[1])
    columns = min(columns_most, rows_most * ratio)
    return max(1, round(columns)), max(1, min(rows_most, round(columns / ratio)))
