import pytest

from adapters.engines.sketch.colours import NAMED
from adapters.engines.sketch.subjects import NOUNS, REGISTER
from adapters.engines.sketch.words import MOST_OF_A_KIND, Brief, read, split


def understood(prompt: str, negative_prompt: str = "") -> Brief:
    return read(prompt, negative_prompt, NOUNS)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a red fox", {"fox": 1}),
        ("three birds", {"bird": 3}),
        ("3 birds and a whale", {"bird": 3, "whale": 1}),
        ("two wolves", {"wolf": 2}),
        ("cherries", {"cherry": 3}),
        ("a dog's life", {"dog": 1}),
        ("the dogs\u2019 house", {"dog": 3, "house": 1}),
        ("an astronaut cat in space", {"cat": 1}),
        ("an astronaut", {"person": 1}),
        ("hot air balloon", {"balloon": 1}),
        ("a pine tree", {"pine": 1}),
        ("under the stars", {}),
        ("a star", {"star": 1}),
        ("one hundred 999999999 foxes", {"fox": MOST_OF_A_KIND}),
        ("A FOX, a FoX and a fox!", {"fox": 1}),
        ("🦊 and 🌙", {"fox": 1, "moon": 1}),
        ("poster of a mountain lake", {}),
        ("photorealistic 4k masterpiece, trending", {}),
        ("", {}),
    ],
)
def test_finds_subjects(prompt: str, expected: dict[str, int]) -> None:
    assert {figure.name: figure.count for figure in understood(prompt).figures} == expected


@pytest.mark.parametrize(
    ("prompt", "field", "expected"),
    [
        ("castle on a hill at sunset", "hour", "sunset"),
        ("golden hour in the alps", "hour", "sunset"),
        ("a starry sky", "hour", "night"),
        ("autumn leaves", "season", "autumn"),
        ("the ocean", "place", "sea"),
        ("a coral reef", "place", "underwater"),
        ("tokyo street", "place", "city"),
        ("black and white photo of a cat", "style", "noir"),
        ("pixel art cat", "style", "pixel"),
        ("a cat, watercolor", "style", "watercolour"),
        ("a cat, watercolour", "style", "watercolour"),
        ("a cat in the style of van gogh", "style", "oil"),
        ("pencil sketch of a boat", "style", "pencil"),
    ],
)
def test_finds_cues(prompt: str, field: str, expected: str) -> None:
    assert getattr(understood(prompt), field) == expected


def test_several_weathers_at_once() -> None:
    assert understood("rain and fog in a storm").weather == {"rain", "fog", "storm"}


def test_a_colour_belongs_to_the_next_subject() -> None:
    fox, house = understood("a green fox and a blue house").figures

    assert (fox.colour, house.colour) == (NAMED["green"], NAMED["blue"])


def test_a_colour_without_a_subject_tints_the_scene() -> None:
    brief = understood("a fox under a purple sky")

    assert brief.figures[0].colour is None
    assert brief.tints == (NAMED["purple"],)


def test_a_persons_clothes_take_the_colour_of_what_is_worn() -> None:
    assert understood("a woman in a red dress").figures[0].colour == NAMED["red"]


def test_a_costume_goes_to_the_animal_that_wears_it() -> None:
    assert understood("an astronaut cat").figures[0].costume == "astronaut"
    assert understood("portrait of a queen").figures[0].costume == "royal"


def test_the_negative_prompt_removes_subjects_and_cues() -> None:
    brief = understood(
        "a fox and a moon at night in the snow, watercolour", "moon, night, winter, watercolor"
    )

    assert [figure.name for figure in brief.figures] == ["fox"]
    assert (brief.hour, brief.weather, brief.style) == ("", frozenset(), "")


def test_the_negative_prompt_knows_plurals_and_synonyms() -> None:
    assert understood("a cat and a dog", "kittens, hounds").figures == ()


def test_words_without_meaning_leave_nothing() -> None:
    assert understood("zork frobnicate").is_abstract
    assert not understood("a fox").is_abstract


@pytest.mark.parametrize(
    "prompt", ["שועל אדום", "رسم ثعلب", "\u202e\u200b\ud800", "赤い狐", "'" * 2000, "a" * 100_000]
)
def test_any_text_is_read(prompt: str) -> None:
    assert understood(prompt).is_abstract


def test_phrases_are_one_word() -> None:
    assert split("Cherry blossoms and pixel art, new york") == ["cherry-blossom", "and", "pixel-art", "york"]


def test_every_noun_leads_to_a_subject() -> None:
    assert len(REGISTER) >= 45
    assert set(NOUNS.values()) == set(REGISTER)
