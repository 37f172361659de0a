from __future__ import annotations

import io

import pytest
from rich.console import Console

from adapters.console.pictures import fitted, open_pictures
from tests.adapters.console.house import png


@pytest.mark.parametrize(
    ("picture", "terminal", "size"),
    [
        ((768, 768), (80, 24), (40, 20)),
        ((1024, 512), (80, 24), (60, 15)),
        ((512, 1024), (80, 24), (20, 20)),
        ((2048, 64), (80, 24), (60, 1)),
        ((64, 2048), (80, 24), (1, 20)),
        ((768, 768), (30, 50), (29, 14)),
        ((768, 768), (80, 6), (4, 2)),
        ((768, 768), (1, 1), (1, 1)),
    ],
)
def test_a_picture_keeps_its_proportions(
    picture: tuple[int, int], terminal: tuple[int, int], size: tuple[int, int]
) -> None:
    assert fitted(picture, (10, 20), terminal) == size


def paper(**variables: str) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(
        file=out, force_terminal=True, width=80, height=24, _environ={"TERM": "xterm", **variables}
    ), out


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that knows no protocol for pictures."""
    from textual_image import renderable

    monkeypatch.setattr(renderable, "Image", renderable.HalfcellImage)


@pytest.mark.usefixtures("halves")
@pytest.mark.filterwarnings(
    "ignore:Image.Image.getdata is deprecated:DeprecationWarning"
)  # textual-image uses it
def test_half_blocks_are_drawn_where_there_are_enough_colours() -> None:
    console, out = paper(COLORTERM="truecolor")
    draw = open_pictures(console)
    assert draw is not None
    draw(png(64, 64, "#ff8000"))
    lines = out.getvalue().rpartition("\r\x1b[K")[2].splitlines()
    assert len(lines) == 20
    assert lines[0].count("▀") == 40
    assert "38;2;255;128;0" in lines[0]


@pytest.mark.usefixtures("halves")
@pytest.mark.parametrize("variables", [{}, {"COLORTERM": "truecolor", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_there_are_no_pictures(variables: dict[str, str]) -> None:
    assert open_pictures(paper(**variables)[0]) is None


def test_without_a_terminal_there_are_no_pictures() -> None:
    assert open_pictures(paper(COLORTERM="truecolor")[0]) is None


def test_a_protocol_for_pictures_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from textual_image import renderable

    monkeypatch.setattr(renderable, "Image", renderable.SixelImage)
    console, out = paper()
    draw = open_pictures(console)
    assert draw is not None
    draw(png())
    assert "\x1bP" in out.getvalue()


@pytest.mark.usefixtures("halves")
def test_a_damaged_picture_is_not_drawn_and_harms_nobody() -> None:
    console, out = paper(COLORTERM="24bit")
    draw = open_pictures(console)
    assert draw is not None
    before = out.getvalue()
    draw(b"nothing")
    assert out.getvalue() == before
