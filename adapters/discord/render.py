"""A task as a card of Discord's: container, words, gallery, rows of buttons (Components V2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from adapters.discord.markdown import plain, shortened
from core.generation.models import GenerationStatus
from core.presentation.views import Action, StatusView

CODE_PREFIX = "easel:"
"""What a button's custom_id begins with; the action's code follows."""

PROMPT_SHOWN = 300
"""Characters: the pictures are what matters, and Details has all of it."""
HEADLINE_SHOWN = 400
SMALL_SHOWN = 200
"""Escaped, all of them together stay far below the 4,000 that a message may have."""

BUTTONS_IN_ROW = 5
ROWS_MOST = 6
BAR_CELLS = 12

_COLOURS = {
    GenerationStatus.PENDING: 0x80848E,
    GenerationStatus.PROCESSING: 0x5865F2,
    GenerationStatus.COMPLETED: 0x23A55A,
    GenerationStatus.FAILED: 0xF23F43,
    GenerationStatus.CANCELLED: 0xF0B232,
}
_EMOJI = {
    "again": "🔁",
    "edit": "✏️",
    "details": "📋",
    "delete": "🗑️",
    "vary": "✨",
    "upscale": "🔍",
    "use": "🎨",
    "cancel": "✖️",
}
_STYLES = {"cancel": discord.ButtonStyle.danger, "again": discord.ButtonStyle.primary}


def card(
    view: StatusView, pictures: Sequence[tuple[str, str]] = (), notes: Sequence[str] = ()
) -> ui.LayoutView:
    """Return the view as a layout. `pictures` are the attached files' names with their alt texts."""
    container: ui.Container[Any] = ui.Container(accent_colour=_COLOURS[view.status])
    container.add_item(ui.TextDisplay(_words(view)))
    if pictures:
        container.add_item(ui.MediaGallery(*(_item(view, name, alt) for name, alt in pictures)))
    small = [shortened(text, SMALL_SHOWN) for text in (_small(view), *notes)]
    container.add_item(ui.TextDisplay("\n".join(f"-# {plain(text)}" for text in small)))
    for row in view.actions[:ROWS_MOST]:
        container.add_item(ui.ActionRow(*(_button(action) for action in row[:BUTTONS_IN_ROW])))
    layout = ui.LayoutView(timeout=None)
    layout.add_item(container)
    layout.stop()  # else discord.py keeps every view for ever; presses are known by their custom_id
    return layout


def _words(view: StatusView) -> str:
    prompt = plain(shortened(view.prompt, PROMPT_SHOWN))
    headline = plain(shortened(view.headline, HEADLINE_SHOWN))
    lines = [f"**{prompt}**", headline]
    if view.fraction is not None and not view.final:
        lines.append(progress_bar(view.fraction))
    return "\n".join(lines)


def progress_bar(fraction: float) -> str:
    """Return a bar of text, with the percent behind it."""
    filled = round(min(1.0, max(0.0, fraction)) * BAR_CELLS)
    return f"`{'█' * filled}{'░' * (BAR_CELLS - filled)}` {fraction:.0%}"


def _small(view: StatusView) -> str:
    return " · ".join(part for part in (view.details, view.task) if part)


def _item(view: StatusView, name: str, alt: str) -> discord.MediaGalleryItem:
    return discord.MediaGalleryItem(f"attachment://{name}", description=alt, spoiler=view.sensitive)


def _button(action: Action) -> ui.Button[Any]:
    return ui.Button(
        label=shortened(action.label, 80),
        emoji=_EMOJI.get(action.command),
        style=_STYLES.get(action.command, discord.ButtonStyle.secondary),
        custom_id=CODE_PREFIX + action.code,
    )
