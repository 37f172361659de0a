"""A task's view as Telegram's HTML: a status text, or the caption of its picture."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from adapters.telegram.keyboards import Rows, rows_of
from core.ids import ImageId
from core.presentation.views import StatusView

TEXT_MOST = 4096
CAPTION_MOST = 1024
"""UTF-16 units after the markup is taken off: counted so, no text is too long by any way of counting."""

BAR = 12
"""Signs of a progress bar: what fits one line of a phone beside the percent."""

LONG_PROMPT = 300
"""Units from which on a prompt is folded up."""

_NAMES = re.compile(r"([@/])(?=\w)")
_PEOPLE = re.compile(r"@(?=\w)")
_JOINER = "\u2060"
"""Invisible; behind an @ or a / it keeps Telegram from calling somebody or making a command of it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A card as it is sent: comparable, so that an unchanged one is not sent again."""

    text: str
    rows: Rows
    images: tuple[ImageId, ...] = ()
    is_covered: bool = False


def look_of(view: StatusView, *, with_images: bool = True) -> Look:
    """Return how the view looks; `with_images=False` where pictures may not be sent."""
    images = view.images if with_images else ()
    most = CAPTION_MOST if images else TEXT_MOST
    return Look(card_text(view, most), rows_of(view), images, view.sensitive)


def card_text(view: StatusView, most: int) -> str:
    """Return the card's text as HTML, the prompt cut so that all of it fits into `most` units."""
    head = [_bold(_calm(view.headline))]
    if view.fraction is not None and not view.final:
        head.append(progress_bar(view.fraction))
    foot = (f"<i>{_escaped(view.details)}</i> · " if view.details else "") + f"<code>{view.task}</code>"
    used = sum(units(_plain(part)) + 1 for part in (*head, foot))
    prompt = shortened(_calm(view.prompt), most - used - 1)
    folded = " expandable" if units(prompt) > LONG_PROMPT else ""
    quote = f"<blockquote{folded}>{_escaped(prompt)}</blockquote>" if prompt else ""
    return "\n".join(part for part in (*head, quote, foot) if part)


def progress_bar(fraction: float) -> str:
    """Return a bar with the percent, e.g. ``▰▰▰▱▱▱▱▱▱▱▱▱ 25 %``."""
    full = min(BAR, max(0, round(fraction * BAR)))
    return f"{'▰' * full}{'▱' * (BAR - full)} {fraction:.0%}".replace("%", " %")


def units(text: str) -> int:
    """Return the length in UTF-16 units, as Telegram's apps count."""
    return len(text.encode("utf-16-le")) // 2


def shortened(text: str, most: int) -> str:
    """Return the text cut to so many UTF-16 units, no character halved."""
    if units(text) <= most:
        return text
    return _first(text, most - 1).rstrip() + "…"


def _first(text: str, most: int) -> str:
    """Return as many whole characters as fit into so many units."""
    return text.encode("utf-16-le")[: max(0, most) * 2].decode("utf-16-le", "ignore")


def pieces(text: str, most: int = TEXT_MOST) -> list[str]:
    """Return a long answer in parts that fit, cut between lines where that is possible."""
    found: list[str] = []
    rest = text.strip()
    while units(rest) > most:
        part = _first(rest, most)
        line = part.rfind("\n")
        part = part[:line] if line > 0 else part
        found.append(part.rstrip())
        rest = rest[len(part) :].strip()
    return [*found, rest] if rest else found


def plain_answer(text: str) -> str:
    """Return an answer whose columns were lined up for a terminal, for letters of any width."""
    return re.sub(r"(?<=\S) {2,}", " · ", text)


def naming_nobody(text: str) -> str:
    """Return an answer that calls nobody. Its commands stay what they are."""
    return _PEOPLE.sub(f"@{_JOINER}", text)


def _bold(text: str) -> str:
    return f"<b>{_escaped(text)}</b>"


def _calm(text: str) -> str:
    return _NAMES.sub(rf"\1{_JOINER}", text)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
