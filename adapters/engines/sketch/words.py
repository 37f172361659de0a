"""Reads a prompt: which scene, which subjects, which colours, which style."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adapters.engines.sketch import cues
from adapters.engines.sketch.colours import NAMED, Colour

MOST_SUBJECTS = 5
MOST_OF_A_KIND = 9

_SCENERY = frozenset(
    word
    for groups in (cues.HOURS, cues.WEATHERS, cues.SEASONS, cues.PLACES)
    for members in groups.values()
    for word in members
)
_TINTED = frozenset(
    ("sky", "light", "background", "tones", "hues", "palette", "theme", "world", "haze", "glow")
)
"""Words whose colour is the whole picture's."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*(?:&[^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A subject as the prompt asks for it."""

    name: str
    """What the register of subjects calls it, or the word itself if it is only known as emoji art."""
    count: int = 1
    colour: Colour | None = None
    colour_name: str = ""
    costume: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a prompt says, as far as it is understood. Empty strings: nothing was said."""

    hour: str = ""
    weather: frozenset[str] = frozenset()
    season: str = ""
    place: str = ""
    hill: bool = False
    style: str = ""
    figures: tuple[Figure, ...] = ()
    tints: tuple[Colour, ...] = ()
    """Colours that belong to no subject: they tint the whole."""
    unwanted: frozenset[str] = frozenset()
    """What the negative prompt names, in its own words and by the names that mean the same."""

    @property
    def is_abstract(self) -> bool:
        """Nothing to draw was named."""
        return not (self.hour or self.weather or self.season or self.place or self.figures)


def split(text: str) -> list[str]:
    """The words of `text`, in lower case, plain and with known phrases joined to one word."""
    plain = unicodedata.normalize("NFKC", text[:4000].translate(cues.SIGNS)).casefold().replace("\u2019", "'")
    plain = re.sub(r"'s\b|s'(?=\s|$)", lambda found: "" if found[0] == "'s" else "s", plain)
    words = _WORD.findall(plain)
    joined: list[str] = []
    at = 0
    while at < len(words):
        for length in (3, 2):
            phrase = cues.PHRASES.get(" ".join(words[at : at + length]))
            if phrase and at + length <= len(words):
                joined.append(phrase)
                at += length
                break
        else:
            joined.append(words[at])
            at += 1
    return joined


def singulars(word: str) -> Iterable[str]:
    """`word` and what it may be the plural of, the likeliest first."""
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]


def read(prompt: str, negative_prompt: str, nouns: Mapping[str, str]) -> Brief:
    """Understand a prompt.

    `nouns` maps every word that can be drawn to the name of its subject. What the negative prompt names is
    removed, as a subject and as a cue.
    """
    words = split(prompt)
    unwanted = _meanings(split(negative_prompt), nouns)
    reader = _Reader(nouns, unwanted)
    for word in words:
        reader.read(word)
    figures = reader.figures()
    if not figures:
        reader.end_colour()
    return Brief(
        hour=_first(words, cues.HOURS, unwanted),
        weather=frozenset(name for name in _all(words, cues.WEATHERS) if name not in unwanted),
        season=_first(words, cues.SEASONS, unwanted),
        place=_first(words, cues.PLACES, unwanted),
        hill=any(word in ("hill", "hilltop", "cliff", "hillside") for word in words),
        style=_first(words, cues.STYLES, unwanted),
        figures=figures,
        tints=tuple(reader.tints[:3]),
        unwanted=frozenset(unwanted),
    )


def _noun(word: str, nouns: Mapping[str, str]) -> str | None:
    """The subject that `word` names; "stars" and "trees" are scenery, "a star" and "a tree" are subjects."""
    forms = (word,) if word in _SCENERY else singulars(word)
    return next((nouns[form] for form in forms if form in nouns), None)


def _meanings(words: list[str], nouns: Mapping[str, str]) -> set[str]:
    found = {form for word in words for form in singulars(word)}
    for groups in (cues.HOURS, cues.WEATHERS, cues.SEASONS, cues.PLACES, cues.STYLES, cues.COSTUMES):
        found.update(_all(words, groups))
    for word in words:
        found.update(nouns[form] for form in singulars(word) if form in nouns)
    return found


def _all(words: list[str], groups: Mapping[str, frozenset[str]]) -> list[str]:
    return [name for word in words for name, members in groups.items() if word in members]


def _first(words: list[str], groups: Mapping[str, frozenset[str]], unwanted: set[str]) -> str:
    return next((name for name in _all(words, groups) if name not in unwanted), "")


class _Reader:
    """Goes through the words once and remembers what the next noun is to be like."""

    def __init__(self, nouns: Mapping[str, str], unwanted: set[str]) -> None:
        self._nouns = nouns
        self._unwanted = unwanted
        self._figures: dict[str, Figure] = {}
        self._count = 0
        self._colour = ""
        self._costume = ""
        self.tints: list[Colour] = []

    def read(self, word: str) -> None:
        if word in cues.NUMBERS:
            self._count = cues.NUMBERS[word]
        elif word.isascii() and word.isdigit():
            self._count = min(max(int(word[:3]), 1), MOST_OF_A_KIND)
        elif word in NAMED and word not in self._unwanted:
            self.end_colour()
            self._colour = word
        else:
            self._costume = _first([word], cues.COSTUMES, self._unwanted) or self._costume
            name = _noun(word, self._nouns)
            if name is not None and name not in self._unwanted:
                self._enter(name, plural=word not in self._nouns)
            elif word in _TINTED or word in _SCENERY:
                self.end_colour()

    def end_colour(self) -> None:
        """The last colour belongs to no subject: it tints the picture."""
        if self._colour:
            self.tints.append(NAMED[self._colour])
            self._colour = ""

    def _enter(self, name: str, *, plural: bool) -> None:
        count = self._count or (3 if plural else 1)
        colour = NAMED[self._colour] if self._colour else None
        if name not in self._figures:
            figure = Figure(name, min(count, MOST_OF_A_KIND), colour, self._colour, self._costume)
            self._figures[name] = figure
        elif self._costume and not self._figures[name].costume:
            self._figures[name] = replace(self._figures[name], costume=self._costume)
        if name != "person":
            self._costume = ""
        self._count, self._colour = 0, ""

    def figures(self) -> tuple[Figure, ...]:
        chosen = list(self._figures.values())
        # "an astronaut cat" is one cat: a person who only lends a costume makes room for who wears it.
        if any(figure.costume for figure in chosen if figure.name != "person"):
            chosen = [figure for figure in chosen if figure.name != "person"]
        elif self._colour and chosen and chosen[-1].name == "person" and chosen[-1].colour is None:
            # "a woman in a red dress"
            chosen[-1] = replace(chosen[-1], colour=NAMED[self._colour], colour_name=self._colour)
            self._colour = ""
        return tuple(chosen[:MOST_SUBJECTS])
