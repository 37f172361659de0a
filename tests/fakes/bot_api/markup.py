"""Text with entities: HTML as bots write it, and what the server finds in everybody's text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.errors import ApiError, bad_request

Entity = dict[str, Any]

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
MAX_ENTITIES = 100

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#(\d{1,8})|([a-z]+));?")
_START = re.compile(r"<([^\s>/]*)")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,:;!?)]")),
    ("email", re.compile(r"(?<![\w.@])[\w.+-]+@[\w-]+\.[a-zA-Z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/>])/\w{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\w)", re.ASCII)),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}(?!\w)", re.ASCII)),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d_]\w*")),
)


def utf16(text: str) -> int:
    """Return the length in UTF-16 units, in which entities are counted."""
    return len(text.encode("utf-16-le")) // 2


def slice16(text: str, entity: Entity) -> str:
    """Return the piece of text that an entity covers."""
    raw = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return raw[start : start + entity["length"] * 2].decode("utf-16-le", "replace")


@dataclass
class _Open:
    tag: str
    at: int
    attributes: dict[str, str] = field(default_factory=dict)


class _Html:
    """One text on its way from HTML to entities."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.text: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def refuse(self, text: str, *, at: int | None = None) -> ApiError:
        offset = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return bad_request(f"can't parse entities: {text}{offset}", breaks="html")

    def parse(self) -> tuple[str, list[Entity]]:
        while self.place < len(self.source):
            sign = self.source[self.place]
            if sign == "<" and self.source.startswith("</", self.place):
                self.end_tag()
            elif sign == "<":
                self.start_tag()
            elif sign == "&":
                self.reference()
            else:
                self.add(sign)
                self.place += 1
        if self.open:
            raise self.refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.text), self.entities

    def add(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16(text)

    def reference(self) -> None:
        found = _REFERENCE.match(self.source, self.place)
        text = None
        if found and found[3]:
            text = NAMED.get(found[3])
        elif found:
            code = int(found[1], 16) if found[1] else int(found[2])
            text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None
        if found is None or text is None:
            self.add("&")
            self.place += 1
            return
        self.add(text)
        self.place = found.end()

    def start_tag(self) -> None:
        begin = self.place
        found = _START.match(self.source, begin)
        assert found
        tag = found[1].lower()
        if tag not in TAGS:
            raise self.refuse(f'Unsupported start tag "{tag}"', at=begin)
        opened = _Open(tag, self.length)
        self.place = found.end()
        while True:
            while self.source[self.place : self.place + 1].isspace():
                self.place += 1
            if self.place >= len(self.source):
                raise self.refuse(f'Unclosed start tag "{tag}"', at=begin)
            if self.source[self.place] == ">":
                break
            attribute = _ATTRIBUTE.match(self.source, self.place)
            if attribute is None:
                raise self.refuse(f'Empty attribute name in the tag "{tag}"', at=begin)
            opened.attributes[attribute[1].lower()] = attribute[2] or attribute[3] or attribute[4] or ""
            self.place = attribute.end()
        self.place += 1
        if tag == "span" and opened.attributes.get("class") != "tg-spoiler":
            raise self.refuse('Tag "span" must have class "tg-spoiler"', at=begin)
        self.open.append(opened)

    def end_tag(self) -> None:
        begin = self.place
        if not self.open:
            raise self.refuse("Unexpected end tag", at=begin)
        end = self.source.find(">", begin)
        if end < 0:
            raise self.refuse("Unclosed end tag", at=begin)
        tag = self.source[begin + 2 : end].strip().lower()
        opened = self.open.pop()
        if tag and tag != opened.tag:
            text = f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{tag}>"'
            raise self.refuse(text)
        self.place = end + 1
        self.close(opened)

    def close(self, opened: _Open) -> None:
        length = self.length - opened.at
        if not length:
            return
        entity: Entity = {"type": TAGS[opened.tag], "offset": opened.at, "length": length}
        language = opened.attributes.get("class", "").removeprefix("language-")
        if opened.tag == "a":
            href = opened.attributes.get("href", "")
            entity["url"] = href or slice16("".join(self.text), entity)
        elif opened.tag == "code" and language:
            entity["language"] = language
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre" and self.entities:
            inner = self.entities[-1]
            if (inner["type"], inner["offset"], inner["length"]) == ("code", opened.at, length):
                self.entities.pop()
                if "language" in inner:
                    entity["language"] = inner["language"]
        self.entities.append(entity)


def parse(text: str, mode: str) -> tuple[str, list[Entity]]:
    """Return the text without its markup, and the entities that the markup stood for."""
    if not mode:
        return text, []
    if mode.lower() == "html":
        plain, entities = _Html(text).parse()
        for one in entities:
            if one["type"] == "code":
                one.pop("language", None)
        return plain, entities
    raise bad_request("unsupported parse_mode", breaks="parse_mode")


def found_entities(text: str) -> list[Entity]:
    """Return what the server finds by itself: commands, mentions, links, hashtags, addresses."""
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for one in pattern.finditer(text):
            entity = {"type": kind, "offset": utf16(text[: one.start()]), "length": utf16(one[0])}
            if not any(overlap(entity, other) for other in found):
                found.append(entity)
    return in_order(found)


def overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def in_order(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda one: (one["offset"], -one["length"]))


def finished(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Trim the text as the server does, and add what it finds in it."""
    stripped = text.strip()
    lead = utf16(text[: len(text) - len(text.lstrip())])
    length = utf16(stripped)
    kept = []
    for one in entities:
        start = max(0, one["offset"] - lead)
        end = min(length, one["offset"] + one["length"] - lead)
        if start < end:
            kept.append({**one, "offset": start, "length": end - start})
    closed = [one for one in kept if one["type"] in {"code", "pre", "text_link"}]
    kept += [one for one in found_entities(stripped) if not any(overlap(one, other) for other in closed)]
    return stripped, in_order(kept)[:MAX_ENTITIES]
