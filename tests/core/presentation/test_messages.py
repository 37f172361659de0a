from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import core
from core import errors
from core.errors import CoreError, InvalidRequestError, Problem
from core.presentation.messages import (
    _ERRORS,
    _PROBLEMS,
    about_seconds,
    console_greeting,
    console_leaving,
    console_more_tasks,
    console_paused,
    count,
    ordinal,
    points,
    say_code,
    say_error,
    say_price,
    say_problem,
    seconds_taken,
)

PACKAGES = Path(core.__file__).parents[1]
SOURCES = sorted(path for name in ("core", "adapters") for path in (PACKAGES / name).rglob("*.py"))
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]


def called(node: ast.Call) -> str:
    """Return the last two parts of what is called: `Problem`, `InvalidRequestError.of`."""
    function = node.func
    if isinstance(function, ast.Attribute):
        owner = function.value.id if isinstance(function.value, ast.Name) else "?"
        return f"{owner}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else "?"


def texts(node: ast.expr | None, tree: ast.Module) -> set[str]:
    """Return what an expression may be: a text, one of two, or one of a table of its module."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return texts(one, tree) | texts(other, tree)
        case ast.Subscript(value=ast.Name(id=table)):
            for statement in tree.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(values=values)) if (
                        name == table
                    ):
                        return {text for value in values for text in texts(value, tree)}
    return set()


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what the programmers wrote, without the variants that mutation testing adds to it."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not re.search(r"__mutmut_\d+$", getattr(child, "name", None) or ""):
            yield from walk(child)


CALLS = [(called(node), node, tree) for tree in TREES for node in walk(tree) if isinstance(node, ast.Call)]


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in node.keywords if one.arg == name), None)


def problem_reasons() -> set[str]:
    found: set[str] = set()
    for name, node, tree in CALLS:
        if name in {"Problem", "InvalidRequestError.of"}:
            second = node.args[1] if len(node.args) > 1 else keyword(node, "reason")
            found |= texts(second, tree)
        if name == "PydanticCustomError":
            for part in ast.walk(node):
                if isinstance(part, ast.Dict):
                    pairs = zip(part.keys, part.values, strict=True)
                    found |= {
                        text
                        for key, value in pairs
                        if isinstance(key, ast.Constant) and key.value == "reason"
                        for text in texts(value, tree)
                    }
    return found


def reasons_of(error: str) -> set[str]:
    return {
        text for name, node, tree in CALLS if name == error for text in texts(keyword(node, "reason"), tree)
    }


def error_codes() -> set[str]:
    """Return the codes of every error class in the source, imported or not."""
    return {
        text
        for tree in TREES
        for node in walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and [one.id for one in statement.targets if isinstance(one, ast.Name)] == ["code"]
        for text in texts(statement.value, tree)
    } | {CoreError.code}


def test_the_walk_finds_what_it_is_to_find() -> None:
    assert {"missing", "not_a_ratio", "which", "nothing_to_cancel", "damaged"} <= problem_reasons()
    assert {"closed", "locked", "newer"} <= reasons_of("StorageUnavailableError")
    assert {"engine_rejected", "interrupted_too_often", "internal"} <= error_codes()


@pytest.mark.parametrize("code", sorted(error_codes()))
def test_every_error_has_a_sentence(code: str) -> None:
    assert code in _ERRORS


@pytest.mark.parametrize("reason", sorted(problem_reasons()))
def test_every_problem_has_a_sentence(reason: str) -> None:
    assert reason in _PROBLEMS


@pytest.mark.parametrize("reason", sorted(reasons_of("StorageUnavailableError")))
def test_every_reason_of_a_store_has_a_sentence(reason: str) -> None:
    facts = {"path": "easel.db", "process": 7}
    fallback = say_code("storage_unavailable", {**facts, "reason": "unheard of"})
    assert say_code("storage_unavailable", {**facts, "reason": reason}) != fallback


@pytest.mark.parametrize("code", sorted(_ERRORS))
def test_a_code_that_was_stored_without_its_facts_is_still_a_sentence(code: str) -> None:
    said = say_code(code, {})
    assert said
    assert said[-1] in ".?"


ERRORS: list[tuple[CoreError, str]] = [
    (
        errors.UnknownCommandError("genrate", "generate"),
        "There is no command /genrate; did you mean /generate?",
    ),
    (errors.UnknownCommandError("xyzzy"), "There is no command /xyzzy; /help lists them all."),
    (errors.PermissionDeniedError("grant"), "/grant is for admins."),
    (errors.NotFoundError("task", "k7f3qz"), "There is no task k7f3qz; /status and /history list yours."),
    (errors.NotFoundError("image", "abc"), "There is no image abc any more."),
    (
        errors.InsufficientPointsError(1_200, 1),
        (
            "That needs 1,200 points, and there is 1 point. "
            "Fewer steps, a smaller size or fewer pictures cost less; an admin can give more."
        ),
    ),
    (
        errors.TooManyTasksError(25),
        "You have 25 tasks waiting or running, which is the most at one time; wait for one, or /cancel one.",
    ),
    (
        errors.QueueFullError(1000),
        "The queue is full (1000 tasks wait); try again in a while. Nothing was charged.",
    ),
    (errors.InvalidTransitionError("completed", "cancelled"), "That task is completed already."),
    (errors.LeaseLostError(task="t1"), "That task is somebody else's now."),
    (errors.EngineUnavailableError(), "The engine can't be reached; try again later."),
    (errors.EngineTimeoutError(seconds=600.0), "The engine took longer than 600 s and was stopped."),
    (errors.EngineTimeoutError(), "The engine took longer than ? s and was stopped."),
    (
        errors.EngineRejectedError(reason="size"),
        "The engine can't make a picture of that size; make it smaller.",
    ),
    (errors.EngineRejectedError(), "The engine refused that; change the prompt or the settings."),
    (errors.EngineFaultError(), "The engine failed on that; try again, or change the settings."),
    (errors.InterruptedTooOftenError(attempts=3), "Easel was stopped 3 times while drawing it."),
    (errors.StorageFullError(), "The disk is full; an admin has to make room."),
    (
        errors.StorageUnavailableError(reason="locked", path="easel.db"),
        "easel.db is locked by another program; try again when that is done.",
    ),
    (
        errors.StorageUnavailableError(reason="in_use", path="easel.db", process=7),
        (
            "easel.db is in use by another Easel (process 7); stop that one, "
            "or name another database with EASEL_STORAGE__PATH."
        ),
    ),
    (errors.StorageUnavailableError(), "The database can't be used now; nothing was changed."),
    (errors.ConflictError(), "That exists already."),
    (
        errors.InternalError(incident="k7f3q"),
        "Something went wrong inside Easel; an admin finds it in the log under k7f3q.",
    ),
    (errors.RateLimitedError(2.5), "The chat takes no more for 2.5 s."),
]


@pytest.mark.parametrize(("error", "sentence"), ERRORS, ids=lambda value: str(value)[:40])
def test_what_is_said_of_an_error(error: CoreError, sentence: str) -> None:
    assert say_error(error) == sentence


def test_a_reason_given_by_hand_is_said_as_it_is() -> None:
    assert say_code("failed", {"reason": "The power went."}) == "The power went."
    assert say_code("failed", {}) == "It failed."


def test_a_code_that_is_not_known_is_named() -> None:
    assert say_code("from_a_newer_easel", {}) == "Something went wrong (from_a_newer_easel)."


def test_every_problem_is_a_line_of_its_own() -> None:
    error = InvalidRequestError([Problem("prompt", "missing"), Problem("--seed", "twice")])
    assert say_error(error) == "The prompt is missing.\n--seed is given twice."


PROBLEMS: list[tuple[Problem, str]] = [
    (Problem("width", "missing"), "Width is missing."),
    (Problem("width", "missing", {"example": 512}), "Width is missing, for example 512."),
    (
        Problem("type", "unknown", {"given": "txt2imgs", "suggestion": "txt2img", "choices": "txt2img"}),
        'Type: there is no "txt2imgs"; did you mean txt2img?',
    ),
    (
        Problem("model", "unknown", {"given": "x", "choices": "one, two"}),
        'Model: there is no "x"; take one of one, two.',
    ),
    (
        Problem("model", "unknown", {"given": "x", "choices": ""}),
        'Model: there is no "x", nor any other to choose; leave it out.',
    ),
    (
        Problem("--sed", "unknown_flag", {"suggestion": "--seed", "command": "generate"}),
        "Unknown --sed, did you mean --seed?",
    ),
    (
        Problem("--xyz", "unknown_flag", {"suggestion": None, "command": "generate"}),
        "Unknown --xyz; /help generate lists the flags.",
    ),
    (
        Problem("/status", "unexpected", {"given": "now", "command": "status"}),
        '/status: "now" is too much; /help status shows how.',
    ),
    (
        Problem("aspect_ratio", "either", {"other": "--width with --height"}),
        "The aspect ratio and --width with --height say the same thing; give one of them.",
    ),
    (
        Problem("image", "not_taken", {"type": "txt2img"}),
        "The image is not used for txt2img; take --type img2img.",
    ),
    (
        Problem("width", "picture_too_large", {"pixels": 5_000_000, "limit": 4_194_304}),
        "That is 5,000,000 pixels; 4,194,304 is the most: make it smaller.",
    ),
    (
        Problem("image", "too_many_bytes", {"limit": 20 * 2**20}),
        "The image is larger than 20 MiB; send a smaller one.",
    ),
    (Problem("image", "of_a_newer_kind"), "The image can't be used as given."),
]


@pytest.mark.parametrize(("problem", "sentence"), PROBLEMS, ids=lambda value: str(value)[:40])
def test_what_is_said_of_a_problem(problem: Problem, sentence: str) -> None:
    assert say_problem(problem) == sentence


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "about 1 s"),
        (0, "about 1 s"),
        (1.49, "about 1 s"),
        (1.5, "about 2 s"),
        (19.4, "about 19 s"),
        (20, "about 20 s"),
        (43, "about 45 s"),
        (89.9, "about 90 s"),
        (90, "about 2 min"),
        (150, "about 2 min"),
        (3600, "about 60 min"),
        (5399, "about 90 min"),
        (5400, "about 2 h"),
        (36_000, "about 10 h"),
    ],
)
def test_a_wait_in_words(seconds: float, words: str) -> None:
    assert about_seconds(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0.0 s"), (2.54, "2.5 s"), (99.9, "99.9 s"), (100, "2 min"), (600, "10 min")]
)
def test_the_time_taken(seconds: float, words: str) -> None:
    assert seconds_taken(seconds) == words


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"),
        (13, "13th"), (21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th"), (112, "112th"),
    ],
)  # fmt: skip
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "0 points"), (1, "1 point"), (2, "2 points"), (1_234_567, "1,234,567 points")]
)
def test_points_in_words(amount: int, words: str) -> None:
    assert points(amount) == words


@pytest.mark.parametrize(("amount", "words"), [(0, "0 tasks"), (1, "1 task"), (1_200, "1,200 tasks")])
def test_counts_in_words(amount: int, words: str) -> None:
    assert count(amount, "task") == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            console_leaving(1),
            "1 task is not done: what runs has a moment to finish, the rest goes on at the next start; ",
        ),
        (
            console_leaving(2, paused=True),
            "2 tasks are not done: what runs has a moment to finish, the rest stays queued until /resume, ",
        ),
        (console_paused(1), "The queue is paused: 1 task stays queued until /resume."),
        (console_paused(2), "The queue is paused: 2 tasks stay queued until /resume."),
        (console_more_tasks(3), "and 3 tasks more"),
        (console_greeting("A note."), "This is Easel: say what you want to see.\nA note.\nTry: "),
        (console_greeting(""), "This is Easel: say what you want to see.\nTry: "),
        (
            console_greeting("", paused=True),
            "This is Easel: say what you want to see.\nThe queue is paused: nothing is drawn until /resume.",
        ),
    ],
)
def test_what_the_console_says(said: str, words: str) -> None:
    assert said.startswith(words)


def test_a_price_in_words() -> None:
    assert say_price(10, 1) == "That costs 10 points; you have 1 point."
    assert say_price(0, 50) == "That is free: no points are counted here."
