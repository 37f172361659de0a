"""Forms: what a button asks before it can do its work, and the same in words."""

from __future__ import annotations

from core.generation.prompt import PROMPT_MAX
from core.ids import TaskId
from core.presentation.views import Form, FormField, Reply


def ask_prompt(command: str) -> Form:
    """Ask what to draw, for a command that was given without a prompt."""
    return Form("What do you want to see?", command, {}, (_prompt("Prompt", ""), _negative("")))


def ask_use(task: TaskId, picture: int, prompt: str) -> Reply:
    """Ask what to make of a picture."""
    arguments = {"task": str(task), "picture": str(picture)}
    form = Form("Start from this picture", "use", arguments, (_prompt("What to make of it", prompt),))
    number = f" --picture {picture}" if picture > 1 else ""
    return Reply(f"Say what to make of it: /use {task} a blue fox{number}", form=form)


def ask_edit(task: TaskId, prompt: str, negative_prompt: str) -> Reply:
    """Ask for other words."""
    fields = (_prompt("Prompt", prompt), _negative(negative_prompt))
    form = Form("Make it again with other words", "edit", {"task": str(task)}, fields)
    return Reply(f"Say the new words: /edit {task} {prompt}", form=form)


def _prompt(label: str, value: str) -> FormField:
    return FormField("prompt", label, value, limit=PROMPT_MAX)


def _negative(value: str) -> FormField:
    return FormField("negative_prompt", "What to leave out", value, required=False, limit=PROMPT_MAX)
