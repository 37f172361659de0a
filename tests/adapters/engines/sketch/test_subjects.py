import numpy as np
import pytest

from adapters.engines.sketch.colours import NAMED
from adapters.engines.sketch.pen import Pen, curve_through
from adapters.engines.sketch.subjects import REGISTER, Look

COSTUMES = ("astronaut", "wizard", "royal", "scarf")


def drawn(
    name: str, costume: str = "", colour: tuple[float, float, float] | None = None, *, dark: bool = False
) -> Pen:
    subject = REGISTER[name]
    pen = Pen(80 * subject.aspect, 80)
    subject.draw(pen, Look(colour or subject.colour, np.random.default_rng(3), costume, dark))
    assert list(pen.draw())[-1] == 1.0
    return pen


@pytest.mark.parametrize("name", REGISTER)
def test_every_subject_fills_its_box_and_stays_near_it(name: str) -> None:
    pen = drawn(name)
    cover = pen.patch[:, :, 3]
    top, left = pen.corner
    rows, columns = np.nonzero(cover > 0.5)

    assert cover.max() == pytest.approx(1.0, abs=0.02)
    assert np.isfinite(pen.patch).all()
    share = (cover > 0.5).sum() / (pen.width * pen.height)
    assert 0.08 < share < 1.1
    # A flame or a cloud of ash may stick out by a quarter.
    assert rows.min() + top > -0.27 * pen.height
    assert rows.max() + top < 1.22 * pen.height
    assert columns.min() + left > -0.22 * pen.width
    assert columns.max() + left < 1.22 * pen.width


@pytest.mark.parametrize("name", REGISTER)
def test_every_subject_can_be_drawn_by_night(name: str) -> None:
    assert drawn(name, dark=True).patch.any()


@pytest.mark.parametrize("costume", COSTUMES)
@pytest.mark.parametrize("name", ["cat", "fox", "dog", "owl", "penguin", "person", "robot"])
def test_costumes_are_worn(name: str, costume: str) -> None:
    assert not np.array_equal(drawn(name).patch, drawn(name, costume).patch)


@pytest.mark.parametrize(
    "name", ["fox", "house", "car", "bird", "mushroom", "flower", "boat", "balloon", "robot"]
)
def test_a_colour_is_honoured(name: str) -> None:
    def blueness(colour: tuple[float, float, float]) -> float:
        patch = drawn(name, colour=colour).patch
        solid = patch[:, :, 3] > 0.9
        return float((patch[:, :, 2] - patch[:, :, 0])[solid].mean())

    assert blueness(NAMED["blue"]) > blueness(NAMED["red"]) + 0.15


def test_a_mirrored_subject_is_its_mirror_image() -> None:
    plain, mirrored = Pen(60, 60), Pen(60, 60, mirrored=True)
    for pen in (plain, mirrored):
        pen.shape([(0.1, 0.1), (0.5, 0.1), (0.1, 0.9)], (1.0, 0.0, 0.0))
        list(pen.draw())

    assert plain.corner != mirrored.corner
    assert plain.patch[:, :, 3].sum() == pytest.approx(mirrored.patch[:, :, 3].sum(), rel=0.02)


def test_a_curve_passes_through_its_points_and_keeps_corners() -> None:
    corner = (1.0, 0.0)
    line = curve_through([(0.0, 0.0), corner, corner, (1.0, 1.0), (0.0, 1.0)])

    assert corner in line
    assert max(x for x, _ in line) < 1.15


def test_nothing_noted_draws_nothing() -> None:
    pen = Pen(10, 10)

    assert list(pen.draw()) == []
    assert pen.patch.size == 0
