import pytest

from adapters.engines.sketch.arrangement import Placed, arrange
from adapters.engines.sketch.composition import compose
from adapters.engines.sketch.scene import Scene
from adapters.engines.sketch.subjects import NOUNS
from adapters.engines.sketch.words import read

KEY = b"k" * 32


def scene_of(prompt: str, key: bytes = KEY, ratio: float = 1.0) -> Scene:
    return compose(key, read(prompt, "", NOUNS), ratio)[0]


def placed(prompt: str, key: bytes = KEY, ratio: float = 1.0) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for item in arrange(scene_of(prompt, key, ratio), ratio):
        found.setdefault(item.subject.name, []).append(item)
    return found


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("a fish", "underwater"),
        ("a fish in the city", "city"),
        ("a cactus", "desert"),
        ("a rocket", "space"),
        ("an astronaut", "space"),
        ("an astronaut dog in the forest", "forest"),
        ("a cup of coffee", "room"),
        ("a sailing boat", "sea"),
        ("portrait of a woman", "room"),
        ("a penguin", "mountains"),
    ],
)
def test_a_subject_suggests_its_place_and_the_prompt_decides(prompt: str, place: str) -> None:
    assert scene_of(prompt).place == place


def test_the_moon_brings_the_night() -> None:
    assert scene_of("an owl and the moon").palette.dark
    assert not scene_of("an owl and the moon at noon").palette.dark


@pytest.mark.parametrize("seed", range(6))
def test_things_are_where_they_belong(seed: int) -> None:
    key = bytes([seed]) * 32
    scene = scene_of("a cat, a boat and a bird at sea", key)
    found = placed("a cat, a boat and a bird at sea", key)

    assert found["boat"][0].swims
    assert found["boat"][0].base > scene.horizon
    assert found["bird"][0].base < scene.horizon + 0.01
    assert found["cat"][0].base > scene.horizon


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("ratio", [0.25, 0.6, 1.0, 1.8, 4.0])
def test_everything_fits_into_the_picture(ratio: float, seed: int) -> None:
    prompt = "a castle, a dragon, two cats, three birds and a moon"
    for copies in placed(prompt, bytes([seed]) * 32, ratio).values():
        for item in copies:
            half = item.size * item.subject.aspect / 2 / max(ratio, 1.0)
            high = item.size * min(ratio, 1.0)
            assert half <= 0.5
            assert item.x - half > -0.01
            assert item.x + half < 1.01
            assert item.base - high > -0.01
            assert item.base < 1.02


def test_counts_are_kept() -> None:
    assert {name: len(copies) for name, copies in placed("three birds and two cats").items()} == {
        "bird": 3,
        "cat": 2,
    }


def test_the_nearer_is_painted_later() -> None:
    bases = [item.base for item in arrange(scene_of("five cats and a house"), 1.0)]

    assert bases == sorted(bases)
