"""The table that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.figures import Figure, Report, Spread

_TITLES = ("figure", "measured", "compared with", "", "ratio", "goal", "met")


def render(report: Report) -> str:
    """Return the figures of one program as a table."""
    rows = [_TITLES, *(_row(figure) for figure in report.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    lines = [_line(row, widths) for row in rows]
    notes = [f"  {figure.name}: {figure.note}" for figure in report.figures if figure.note]
    return "\n".join(
        [f"{report.program}: {_surroundings(report)}", lines[0], "-" * len(lines[0]), *lines[1:], *notes]
    )


def render_markdown(report: Report) -> str:
    """Return the same as a section of a document."""
    rows = [_TITLES, ("---",) * len(_TITLES), *(_row(figure) for figure in report.figures)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"### {report.program}\n\n{_surroundings(report)}\n\n{table}\n"


def _surroundings(report: Report) -> str:
    share = report.others_share
    others = "" if share is None else f", others used {share:.0%} of the processors"
    return (
        f"{report.seconds:.0f} s, "
        f"load {report.load_before:.2f} before and {report.load_after:.2f} after{others}"
    )


def missed(reports: Iterable[Report]) -> list[str]:
    """Return the names of the figures that miss their goal."""
    return [
        f"{report.program}: {figure.name}"
        for report in reports
        for figure in report.figures
        if figure.goal is not None and not figure.goal.is_met(figure)
    ]


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{_spread(figure.measured)} {figure.unit}",
        figure.against,
        f"{_spread(figure.compared)} {figure.unit}",
        _spread(figure.ratio),
        _goal(figure),
        figure.verdict,
    )


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    unit = "×" if figure.goal.part == "ratio" else f" {figure.unit}"
    worst = "worst " if figure.goal.part == "worst" else ""
    return f"{worst}{figure.goal.relation} {figure.goal.bound:g}{unit}"


def _spread(spread: Spread) -> str:
    return f"{_number(spread.typical)} [{_number(spread.least)}..{_number(spread.most)}]"


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
