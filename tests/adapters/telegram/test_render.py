"""Views as HTML."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.render import (
    CAPTION_MOST,
    TEXT_MOST,
    card_text,
    look_of,
    naming_nobody,
    pieces,
    plain_answer,
    progress_bar,
    shortened,
    units,
)
from core.generation.models import GenerationStatus
from core.presentation.status import status_view
from core.presentation.views import StatusView
from tests.fakes.bot_api.markup import parse
from tests.fakes.builders import a_request, a_response, a_task, an_image, some_progress


def a_view(prompt: str = "a red fox") -> StatusView:
    return status_view(a_task(GenerationStatus.COMPLETED, request=a_request(prompt)))


def test_a_card_has_where_it_stands_the_prompt_and_the_small_print() -> None:
    task = a_task(GenerationStatus.PROCESSING, progress=some_progress(5, 20))
    text, entities = parse(card_text(status_view(task), TEXT_MOST), "HTML")
    assert text.splitlines()[0] == "Drawing, step 5 of 20"
    assert text.splitlines()[1] == "▰▰▰▱▱▱▱▱▱▱▱▱ 25 %"
    assert text.splitlines()[2] == "a red fox"
    assert text.splitlines()[3].startswith("1024×1024")
    assert text.splitlines()[3].endswith(" · k7f3qz")
    assert [one["type"] for one in entities] == ["bold", "blockquote", "italic", "code"]


def test_markup_in_a_prompt_is_text() -> None:
    text, _ = parse(card_text(a_view("<b>1 < 2 & 3</b> <a href='x'>"), TEXT_MOST), "HTML")
    assert "<b>1 < 2 & 3" in text.replace("\u2060", "")


def test_nobody_is_called_by_a_prompt() -> None:
    assert "@\u2060ann" in card_text(a_view("@ann and /start"), TEXT_MOST)
    assert "/\u2060start" in card_text(a_view("@ann and /start"), TEXT_MOST)


@given(st.text(min_size=1, max_size=3000))
def test_a_caption_fits_whatever_the_prompt_is(prompt: str) -> None:
    view = dataclasses.replace(a_view(), prompt=prompt)
    text, _ = parse(card_text(view, CAPTION_MOST), "HTML")
    assert units(text) <= CAPTION_MOST
    assert "k7f3qz" in text


def test_a_long_prompt_is_cut_and_folded() -> None:
    html = card_text(a_view("🦊" * 1500), CAPTION_MOST)
    text, _ = parse(html, "HTML")
    assert "expandable" in html
    assert "…" in text
    assert units(text) > CAPTION_MOST - 10


@given(st.text(max_size=200), st.integers(min_value=1, max_value=50))
def test_a_cut_never_halves_a_character(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert units(cut) <= most
    cut.encode()


@given(st.text(alphabet="ab \n🦊", max_size=400), st.integers(min_value=5, max_value=60))
def test_pieces_fit_and_lose_nothing_but_space(text: str, most: int) -> None:
    parts = pieces(text, most)
    assert all(0 < units(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_pieces_break_between_lines() -> None:
    assert pieces("one two\nthree four\nfive", 14) == ["one two", "three four", "five"]


@pytest.mark.parametrize(("fraction", "full"), [(0.0, 0), (0.5, 6), (1.0, 12), (0.01, 0)])
def test_a_bar(fraction: float, full: int) -> None:
    bar = progress_bar(fraction)
    assert bar.count("▰") == full
    assert bar.count("▱") == 12 - full


def test_columns_for_a_terminal_become_points() -> None:
    assert (
        plain_answer("/help [COMMAND]   Say more\n  --n   how many")
        == "/help [COMMAND] · Say more\n  --n · how many"
    )


def test_an_answer_names_nobody_and_keeps_its_commands() -> None:
    assert naming_nobody("@alice: /again") == "@\u2060alice: /again"


def test_equal_views_look_equal_and_other_ones_do_not() -> None:
    assert look_of(a_view()) == look_of(a_view())
    assert look_of(a_view()) != look_of(a_view("a blue owl"))


def test_where_pictures_may_not_be_sent_there_are_none() -> None:
    task = a_task(GenerationStatus.COMPLETED, response=a_response(an_image("a"), an_image("b")))
    assert look_of(status_view(task)).images
    assert not look_of(status_view(task), with_images=False).images
