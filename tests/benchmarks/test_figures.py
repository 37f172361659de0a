import pytest

from benchmarks.alternation import alternate
from benchmarks.figures import Figure, Goal, Report, Spread, percentile_99
from benchmarks.table import missed, render, render_markdown


def figure(goal: Goal | None) -> Figure:
    return Figure.of("speed", "/s", [40.0, 60.0, 50.0], "theirs", [80.0, 100.0, 125.0], goal=goal)


def test_a_ratio_is_taken_pair_by_pair() -> None:
    assert figure(None).ratio == Spread(0.5, 0.4, 0.6, (0.5, 0.6, 0.4))


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal("ratio", "≥", 0.5), True),
        (Goal("ratio", ">", 0.5), False),
        (Goal("ratio", "≤", 0.5), True),
        (Goal("ratio", "<", 0.5), False),
        (Goal("measured", "<", 51), True),
        (Goal("worst", "<", 51), False),
    ],
)
def test_a_goal_looks_at_its_part(goal: Goal, met: bool) -> None:
    assert goal.is_met(figure(goal)) is met
    assert figure(goal).verdict == ("yes" if met else "NO")


def test_the_table_has_the_goal_beside_the_figure_and_says_what_misses_it() -> None:
    report = Report("speeds", [figure(Goal("ratio", "≥", 0.6)), figure(None)], 0.1, 0.2, 0.25, 3.0)
    text = render(report)
    assert "load 0.10 before and 0.20 after, others used 25% of the processors" in text
    assert "50.0 [40.0..60.0] /s" in text
    assert "≥ 0.6×" in text
    assert "NO" in text
    assert "| speed | 50.0 [40.0..60.0] /s |" in render_markdown(report)
    assert missed([report]) == ["speeds: speed"]


def test_sides_alternate() -> None:
    calls: list[str] = []

    def side(name: str) -> int:
        calls.append(name)
        return len(calls)

    samples = alternate({"a": lambda: side("a"), "b": lambda: side("b")}, 2)
    assert "".join(calls) == "abbaabba"
    assert samples == {"a": [1, 4, 5, 8], "b": [2, 3, 6, 7]}


def test_a_percentile_is_of_all_rounds_together_and_its_spread_that_of_each() -> None:
    rounds = [[float(number) for number in range(1, 101)], [1000.0] * 100]
    found = Figure.pooled("wait", "ms", rounds, "theirs", [[10.0] * 3, [20.0]], percentile_99)
    assert found.measured == Spread(1000.0, 100.0, 1000.0, (100.0, 1000.0))
    assert found.compared == Spread(20.0, 10.0, 20.0, (10.0, 20.0))
    assert found.ratio == Spread(50.0, 10.0, 50.0, (10.0, 50.0))
