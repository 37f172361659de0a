from __future__ import annotations

import pytest

from core.generation.catalog import GenerationType
from core.generation.models import GenerationStatus, GenerationTask, Progress
from core.generation.service import QueueStatistics
from core.generation.types.reading import TypeProblem
from core.ids import TaskId
from core.points.models import Account, EntryKind, LedgerEntry, Pot
from core.presentation.listing import (
    say_account,
    say_cancelled,
    say_queue,
    say_statistics,
    say_tasks,
    say_types,
    shortened,
    task_line,
)
from core.presentation.status import status_view
from tests.fakes.builders import ANN, a_request, a_task
from tests.fakes.clock import NOON

PROCESSING = GenerationStatus.PROCESSING


def entry(kind: EntryKind, amount: int, source: Pot, target: Pot, **fields: object) -> LedgerEntry:
    values = {"task": TaskId("k7f3qz"), "note": "", **fields}
    return LedgerEntry("key", ANN, kind, amount, source, target, NOON, **values)  # type: ignore[arg-type]


def test_a_line_a_task() -> None:
    views = [status_view(a_task()), status_view(a_task(PROCESSING, progress=Progress(5, 20)))]
    assert say_tasks(views, nothing="none") == (
        "k7f3qz  Queued  a red fox\nk7f3qz  Drawing, step 5 of 20 (25%)  a red fox"
    )


def test_no_tasks_is_said() -> None:
    assert say_tasks([], nothing="You have none.") == "You have none."


def test_a_long_prompt_is_cut() -> None:
    line = task_line(status_view(a_task(request=a_request("fox " * 100))))
    assert line == f"k7f3qz  Queued  {('fox ' * 12)[:47].rstrip()}…"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("abcde", 5, "abcde"), ("abcdef", 5, "abcd…"), ("abc def", 5, "abc…"), ("", 5, "")],
)
def test_shortening(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([], "You have no tasks to cancel."),
        ([a_task()], "Cancelled k7f3qz. 10 points are back."),
        ([a_task(price=1)], "Cancelled k7f3qz. 1 point is back."),
        ([a_task(price=0)], "Cancelled k7f3qz."),
        ([a_task(), a_task(id=TaskId("b"), price=1_000)], "Cancelled k7f3qz, b. 1,010 points are back."),
    ],
)
def test_what_was_cancelled(tasks: list[GenerationTask], said: str) -> None:
    assert say_cancelled(tasks) == said


def test_an_account() -> None:
    entries = [
        entry(EntryKind.REFUND, 10, Pot.SPENT, Pot.BALANCE),
        entry(EntryKind.DEDUCT, 10, Pot.HELD, Pot.SPENT),
        entry(EntryKind.HOLD, 10, Pot.BALANCE, Pot.HELD),
        entry(EntryKind.REVOKE, 5, Pot.BALANCE, Pot.TREASURY, task=None, note="by console:bob"),
        entry(EntryKind.GRANT, 1_000, Pot.TREASURY, Pot.BALANCE, task=None),
    ]
    assert say_account(Account(ANN, 995, 0, NOON), entries) == (
        "You have 995 points.\n"
        "  +10  refund  for task k7f3qz\n"
        "  -10  hold  for task k7f3qz\n"
        "  -5  revoke  by console:bob\n"
        "  +1,000  grant"
    )


def test_an_account_that_has_points_held() -> None:
    said = say_account(Account(ANN, 1, 20, NOON), [])
    assert said == "You have 1 point, and 20 points held for tasks that wait."


def test_statistics() -> None:
    statistics = QueueStatistics({GenerationStatus.PENDING: 1_200, PROCESSING: 1}, paused=False)
    assert say_statistics(statistics, {"uptime": "3 h"}) == (
        "tasks: pending: 1,200, processing: 1, completed: 0, failed: 0, cancelled: 0\n"
        "queue: running\n"
        "uptime: 3 h"
    )
    assert "queue: paused" in say_statistics(QueueStatistics({}, paused=True), {})


@pytest.mark.parametrize(
    ("waiting", "paused", "first"),
    [
        (0, False, "The queue is running. 0 tasks wait."),
        (1, False, "The queue is running. 1 task waits."),
        (2, True, "The queue is paused; /resume lets it go on. 2 tasks wait."),
    ],
)
def test_the_queue(waiting: int, paused: bool, first: str) -> None:
    assert say_queue([], [], waiting=waiting, paused=paused) == first
    views = [status_view(a_task(PROCESSING))]
    assert say_queue(views, ["console:ann"], waiting=waiting, paused=paused) == (
        f"{first}\nk7f3qz  Drawing  a red fox  (console:ann)"
    )


@pytest.mark.parametrize(
    ("names", "problems", "said"),
    [
        (["one", "two"], [], "Offered: one, two."),
        (
            ["one"],
            [TypeProblem("a.toml", 3, "it is bad", "mend it"), TypeProblem("b.toml", 1, "it is worse")],
            "Offered: one.\na.toml:3: it is bad; mend it.\nb.toml:1: it is worse.",
        ),
        (
            ["one"],
            [TypeProblem("a.toml", 3, "it is bad", "good?")],
            "Offered: one.\na.toml:3: it is bad; good?",
        ),
    ],
)
def test_the_types(names: list[str], problems: list[TypeProblem], said: str) -> None:
    assert say_types([GenerationType(name, "", 1) for name in names], problems) == said


def test_no_types_are_said() -> None:
    assert say_types([], [TypeProblem("a.toml", 3, "it is bad")]).startswith("No types are offered.\n")
