"""Every sentence that a person reads: what happened, whether points were charged, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.errors import CoreError, Fact, InvalidRequestError, Problem
from core.generation.models import GenerationTask
from core.presentation.engine_messages import say_rejected

Facts = Mapping[str, object]


def points(amount: int) -> str:
    return f"{amount:,} point" if amount == 1 else f"{amount:,} points"


def count(amount: int, noun: str) -> str:
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def about_seconds(seconds: float) -> str:
    """Return a wait in the words that its precision deserves."""
    for most, unit, name in _WAITS:
        if seconds < most:
            return f"about {max(1, round(seconds / unit)) * unit // _IN[name]} {name}"
    return f"about {round(seconds / 3600)} h"


_IN = {"s": 1, "min": 60}
_WAITS = ((20, 1, "s"), (90, 5, "s"), (90 * 60, 60, "min"))
"""Up to so many seconds, rounded to so many, said in this."""


def seconds_taken(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _LONG else f"{round(seconds / 60)} min"


_LONG = 100
"""Seconds from which on tenths of them say nothing."""


def ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def say_price(needed: int, balance: int) -> str:
    if not needed:
        return "That is free: no points are counted here."
    return f"That costs {points(needed)}; you have {points(balance)}."


FREE = "Everything is free here: no points are counted."


def say_greeting(balance: int | None) -> str:
    """Return the first thing that a member of a chat is told; `balance` is None where all is free."""
    lines = [
        "Hello! Say what you want to see, and I make the picture.",
        "Try: /generate a red fox in the snow --ar 16:9",
        FREE if balance is None else f"You have {points(balance)}; /price says what a picture costs.",
        "/help lists everything.",
    ]
    return "\n".join(lines)


def say_unreachable(platform: str) -> str:
    """Return what an operator is told whose platform can't be asked."""
    return (
        f"{platform.capitalize()} can't be reached, so the token was not tried; check the network, a proxy, "
        f"or EASEL_{platform.upper()}__API_BASE_URL."
    )


def say_serving(platforms: Sequence[str]) -> str:
    """Return what is said when Easel begins to serve chats."""
    return f"Easel serves {' and '.join(name.capitalize() for name in platforms)}. Ctrl-C stops it."


def say_deleted(task: GenerationTask) -> str:
    """Return what is left of a task that was deleted."""
    back = "" if task.status.final or not task.price else f" {points(task.price)} back."
    return f"Deleted {task.id} and its pictures.{back}"


def console_greeting(notice: str, *, paused: bool = False) -> str:
    """Return what the console says first; `notice` is what else there is to know."""
    lines = [
        "This is Easel: say what you want to see.",
        notice,
        "The queue is paused: nothing is drawn until /resume." if paused else "",
        "Try: a red fox in the snow --ar 16:9",
        "/help lists the commands; Ctrl-D or /quit leaves.",
    ]
    return "\n".join(line for line in lines if line)


def console_leaving(left: int, *, paused: bool = False) -> str:
    """Return what becomes of tasks that are not done when the console is left."""
    are = "is" if left == 1 else "are"
    rest = "stays queued until /resume, as the queue is paused" if paused else "goes on at the next start"
    return (
        f"{count(left, 'task')} {are} not done: what runs has a moment to finish, the rest {rest}; "
        "Ctrl-C leaves at once."
    )


def console_paused(left: int) -> str:
    """Return why the console does not wait any longer."""
    stays = "stays" if left == 1 else "stay"
    return f"The queue is paused: {count(left, 'task')} {stays} queued until /resume."


def console_more_tasks(more: int) -> str:
    """Return what stands for the tasks that there is no room to list."""
    return f"and {count(more, 'task')} more"


CONSOLE_LEAVE_AGAIN = "Ctrl-C again leaves"
CONSOLE_PLAIN = "A prompt with history, completion and pictures needs: pip install 'easel[console]'"


class _Facts(dict[str, object]):
    """A stored error may be of an older Easel, without a fact that its sentence has now."""

    def __missing__(self, _: str) -> str:
        return "?"


def say_stopping(running: int) -> str:
    """Return what is said when Easel is told to stop while tasks run."""
    return (
        f"Stopping: {count(running, 'running task')} may still finish; what doesn't goes on at the next "
        "start. Once more stops at once."
    )


def say_out_of_reach() -> str:
    """Return what is said once to somebody who waits for a picture that nobody can make now."""
    return "No engine can be reached now; the picture waits until one can. Ctrl-C leaves it queued."


def say_error(error: CoreError) -> str:
    """Return the answer to whoever asked for what raised `error`."""
    if isinstance(error, InvalidRequestError):
        return "\n".join(say_problem(problem) for problem in error.problems)
    return say_code(error.code, error.facts)


def say_code(code: str, facts: Facts) -> str:
    """Return the sentence for an error's code, as raised or as stored with a task."""
    sentence = _ERRORS.get(code)
    return sentence(_Facts(facts)) if sentence else f"Something went wrong ({code})."


def say_problem(problem: Problem) -> str:
    """Return what is wrong with one field and what would be right."""
    name = FIELDS.get(problem.field) or problem.field[:1].upper() + problem.field[1:]
    sentence = _PROBLEMS.get(problem.reason)
    return sentence(name, problem.facts) if sentence else f"{name} can't be used as given."


FIELDS = {
    "prompt": "The prompt",
    "negative_prompt": "The negative prompt",
    "image": "The image",
    "mask": "The mask",
    "lora": "The LoRA",
    "line": "The line",
    "task": "The task id",
    "aspect_ratio": "The aspect ratio",
    "batch_size": "The number of pictures",
    "cfg_scale": "Cfg",
    "points": "The number of points",
    "limit": "The number of tasks",
    "picture": "The picture's number",
}
"""How a field is called where its own name won't do."""


def _storage(facts: Facts) -> str:
    path = facts.get("path", "The database")
    reason = facts.get("reason")
    sentences = {
        "locked": f"{path} is locked by another program; try again when that is done.",
        "read_only": f"{path} can't be written; check its owner and permissions.",
        "cannot_write": f"{path} can't be written; check its disk and permissions.",
        "cannot_read": f"{path} can't be read; check its disk and permissions.",
        "extra": f"The extra {facts.get('extra')} is not installed; make run installs it.",
        "cannot_open": f"{path} can't be opened; check its folder and permissions.",
        "not_ours": f"{path} belongs to another program; name another database with EASEL_STORAGE__PATH.",
        "not_a_database": f"{path} is not a database; move it away, or name another "
        "with EASEL_STORAGE__PATH.",
        "corrupt": f"{path} is damaged; restore it from a backup.",
        "newer": f"{path} was written by a newer Easel; update Easel, or name another database "
        "with EASEL_STORAGE__PATH.",
        "disk_error": f"{path} can't be read or written; check its disk.",
        "rolled_back": "The database took that back, nothing was changed; try again.",
        "in_use": f"{path} is in use by another Easel (process {facts.get('process')}); stop that one, "
        "or name another database with EASEL_STORAGE__PATH.",
        "closed": "Easel is stopping; nothing was changed.",
    }
    return sentences.get(str(reason), f"{path} can't be used now; nothing was changed.")


def _platform_refused(facts: Facts) -> str:
    platform = str(facts["platform"])
    name, setting = platform.capitalize(), f"EASEL_{platform.upper()}"
    sentences = {
        "bad_token": f"{name} does not know the token; check {setting}__TOKEN.",
        "intents": f"{name} refuses the bot's intents; switch off what the portal does not allow.",
        "too_many_guilds": f"{name} wants this bot to be sharded, which Easel is not.",
        "taken": f"{name}: another program polls with the same token; stop that one.",
        "listen": f"{name}: {facts.get('address')} can't be listened on; change {setting}__WEBHOOK_LISTEN.",
        "webhook": f"{name} refuses the webhook; check {setting}__WEBHOOK_URL and __WEBHOOK_SECRET.",
        "extra": f"{name} needs a package that is not installed: pip install 'easel[{platform}]'.",
    }
    return sentences.get(str(facts["reason"]), f"{name} will not serve this bot ({facts['reason']}).")


def _unknown_command(facts: Facts) -> str:
    name, suggestion = facts.get("name"), facts.get("suggestion")
    hint = f"did you mean /{suggestion}?" if suggestion else "/help lists them all."
    return f"There is no command /{name}; {hint}"


_ERRORS: dict[str, Callable[[Facts], str]] = {
    "user_error": lambda _: "That can't be done.",
    "core_error": lambda _: "That can't be done now.",
    "invalid_request": lambda _: "That request can't be used as given.",
    "unknown_command": _unknown_command,
    "permission_denied": lambda f: f"/{f['command']} is for admins.",
    "not_yours": lambda _: "That one is somebody else's: only they or an admin can do that.",
    "not_found": lambda f: (
        f"There is no task {f['name']}; /status and /history list yours."
        if f["kind"] == "task"
        else f"There is no {f['kind']} {f['name']} any more."
    ),
    "insufficient_points": lambda f: (
        f"That needs {points(_int(f['needed']))}, and there {'is' if f['balance'] == 1 else 'are'} "
        f"{points(_int(f['balance']))}. "
        "Fewer steps, a smaller size or fewer pictures cost less; an admin can give more."
    ),
    "too_many_tasks": lambda f: (
        f"You have {f['limit']} tasks waiting or running, which is the most at one time; "
        "wait for one, or /cancel one."
    ),
    "queue_full": lambda f: (
        f"The queue is full ({f['limit']} tasks wait); try again in a while. Nothing was charged."
    ),
    "invalid_transition": lambda f: f"That task is {f['before']} already.",
    "lease_lost": lambda _: "That task is somebody else's now.",
    "engine_unavailable": lambda _: "The engine can't be reached; try again later.",
    "engine_error": lambda _: "The engine failed; try again later.",
    "engine_timeout": lambda f: f"The engine took longer than {_number(f.get('seconds'))} s and was stopped.",
    "engine_rejected": say_rejected,
    "engine_busy": lambda f: f"The engine takes no more for {_number(f.get('retry_after'))} s.",
    "no_engine": lambda _: "No engine that could do it can be reached; it waits until one can.",
    "engine_fault": lambda _: "The engine failed on that; try again, or change the settings.",
    "interrupted_too_often": lambda f: f"Easel was stopped {f['attempts']} times while drawing it.",
    "rate_limited": lambda f: f"The chat takes no more for {_number(f.get('retry_after'))} s.",
    "chat_unavailable": lambda _: "The chat can't be reached; try again later.",
    "chat_gone": lambda _: "The chat is gone; the pictures are in /history.",
    "payload_too_large": lambda _: "The pictures are too large for the chat; they are in /history.",
    "delivery_error": lambda _: "That could not be shown in the chat.",
    "platform_refused": _platform_refused,
    "storage_trouble": lambda f: (
        "Easel can't use its database now; nothing was changed and nothing was charged. "
        f"An admin finds why in the log under {f.get('incident', '?')}."
    ),
    "storage_error": lambda _: "The database failed on that; nothing was changed.",
    "storage_full": lambda _: "The disk is full; an admin has to make room.",
    "storage_unavailable": _storage,
    "conflict": lambda _: "That exists already.",
    "failed": lambda f: str(f.get("reason", "It failed.")),
    "internal": lambda f: (
        f"Something went wrong inside Easel; an admin finds it in the log under {f.get('incident', '?')}."
    ),
}


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else "?"


def _unknown(name: str, facts: Mapping[str, Fact]) -> str:
    suggestion, choices = facts.get("suggestion"), facts.get("choices")
    if suggestion:
        return f'{name}: there is no "{facts.get("given")}"; did you mean {suggestion}?'
    if not choices:
        return f'{name}: there is no "{facts.get("given")}", nor any other to choose; leave it out.'
    return f'{name}: there is no "{facts.get("given")}"; take one of {choices}.'


def _empty(name: str, _: Mapping[str, Fact]) -> str:
    hint = "say what to draw" if name == FIELDS["prompt"] else "give it a value, or leave it out"
    return f"{name} is empty: {hint}."


def _not_a_number(name: str, facts: Mapping[str, Fact]) -> str:
    kind = "whole number" if facts.get("whole") else "number"
    return f'{name} must be a {kind}, not "{facts.get("given")}".'


_PROBLEMS: dict[str, Callable[[str, Mapping[str, Fact]], str]] = {
    "missing": lambda name, f: f"{name} is missing{_example(f)}.",
    "empty": _empty,
    "too_long": lambda name, f: f"{name} has {f['given']:,} characters; {f['limit']:,} is the most.",
    "out_of_range": lambda name, f: f"{name} must be from {f['ge']:,} to {f['le']:,}, not {f['given']}.",
    "not_a_number": _not_a_number,
    "unknown": _unknown,
    "unknown_flag": lambda name, f: (
        f"Unknown {name}, did you mean {f['suggestion']}?"
        if f.get("suggestion")
        else f"Unknown {name}; /help {f['command']} lists the flags."
    ),
    "twice": lambda name, _: f"{name} is given twice.",
    "which": lambda *_: "You have several tasks: name one from /status, or all.",
    "more_than_balance": lambda name, f: f"{name} is more than there is to take: {f['balance']:,}.",
    "nothing_to_cancel": lambda *_: "You have no tasks to cancel.",
    "unexpected": lambda name, f: f'{name}: "{f["given"]}" is too much; /help {f["command"]} shows how.',
    "not_a_ratio": lambda name, f: f'{name} must be like 16:9, at most 4:1, not "{f["given"]}".',
    "not_a_lora": lambda name, f: f'{name} must be like snow or snow:0.8, not "{f["given"]}".',
    "either": lambda name, f: f"{name} and {f['other']} say the same thing; give one of them.",
    "not_offered": lambda _, f: f"No engine here makes {f['type']}; take another type.",
    "not_taken_by": lambda name, f: f"{name} is not used for {f['type']}; leave it out.",
    "not_taken": lambda name, f: f"{name} is not used for {f['type']}; take --type img2img.",
    "picture_too_large": lambda _, f: (
        f"That is {f['pixels']:,} pixels; {f['limit']:,} is the most: make it smaller."
    ),
    "no_such_file": lambda name, f: f"{name}: there is no file {f['path']}.",
    "not_a_file": lambda name, f: f"{name}: {f['path']} is not a file; name a picture.",
    "no_pictures": lambda _, f: f"Task {f.get('task')} has no pictures; take one that is done.",
    "too_large_to_upscale": lambda _, f: (
        f"It is too large already: {f['limit']:,} pixels a side is the most."
    ),
    "not_here": lambda *_: "What is not safe for work is only for age-restricted channels and private chats.",
    "no_value": lambda name, f: f"{name} needs a value; /help {f['command']} says which.",
    "needs_image": lambda name, _: f"{name} says how much of a picture to redraw; add --image.",
    "is_a_directory": lambda name, f: f"{name}: {f['path']} is a folder; name a picture in it.",
    "unreadable": lambda name, f: f"{name}: {f['path']} can't be read; check its permissions.",
    "not_an_image": lambda name, _: f"{name} is not a picture; send a PNG, JPEG, WebP, GIF or AVIF.",
    "damaged": lambda name, _: f"{name} is damaged or cut short; send it again.",
    "too_many_bytes": lambda name, f: (
        f"{name} is larger than {_int(f['limit']) // 2**20} MiB; send a smaller one."
    ),
    "too_many_pixels": lambda name, f: f"{name} has more than {f['limit']:,} pixels; send a smaller one.",
    "too_small": lambda name, f: f"{name} has less than {f['limit']} pixels on a side; send a larger one.",
    "unsupported": lambda name, f: f"{name} is of a kind ({f['kind']}) that is not taken: {f['choices']}.",
    "line_too_long": lambda name, f: (
        f"{name} is longer than {_int(f['limit']) // 1024} KiB; nothing was done with it."
    ),
    "bad": lambda name, _: f"{name} can't be used as given.",
    "bad_account": lambda name, f: f'{name} must be like "me" or "console:ann", not "{f["given"]}".',
}


def _example(facts: Mapping[str, Fact]) -> str:
    return f", for example {facts['example']}" if facts.get("example") else ""
