from __future__ import annotations

import pytest

from adapters.engines.openai_images.shapes import Shapes, shapes_in

OPENAI = shapes_in("1024x1024, 1536x1024,1024x1536")


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ((768, 768), (1024, 1024)),
        ((1000, 900), (1024, 1024)),
        ((1280, 720), (1536, 1024)),
        ((2048, 64), (1536, 1024)),
        ((512, 768), (1024, 1536)),
    ],
)
def test_the_nearest_size_is_that_of_the_most_like_shape(
    asked: tuple[int, int], nearest: tuple[int, int]
) -> None:
    assert OPENAI.nearest(*asked) == nearest


def test_of_sizes_of_one_shape_it_is_the_nearest_in_area() -> None:
    squares = shapes_in("256x256,512x512,1024x1024")
    assert squares.nearest(600, 600) == (512, 512)
    assert squares.nearest(64, 64) == (256, 256)


def test_a_server_of_any_size_gets_multiples_of_64() -> None:
    assert shapes_in("any") == Shapes()
    assert Shapes().nearest(65, 70) == (64, 64)
    assert Shapes().nearest(500, 1000) == (512, 1024)


@pytest.mark.parametrize("text", ["", "big", "1024", "1024x", "1024x1024,", "0x0", "32x1024", "9999x1024"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be sizes such as 1024x1024"):
        shapes_in(text)
