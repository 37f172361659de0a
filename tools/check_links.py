"""Check that the relative links and anchors in the project's documents lead somewhere.

Usage: python tools/check_links.py [ROOT]

Reads README.md, CONTRIBUTING.md, CHANGELOG.md, SECURITY.md and docs/**/*.md below ROOT (the working directory
when it is left out). Addresses on the network are not asked for: the check works offline, and never fails for
a reason that is not the project's.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

TOP_LEVEL = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")

FENCE = re.compile(r"^ {0,3}(?P<marks>`{3,}|~{3,})")
HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*$")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
INLINE_LINK = re.compile(
    r"\]\(\s*(?:<(?P<bracketed>[^<>]*)>|(?P<plain>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+[\"'(].*?)?\s*\)"
)
REFERENCE = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:\s*<?(?P<target>[^\s>]+)>?")
ATTRIBUTE = re.compile(
    r"<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)\s*=\s*[\"'](?P<target>[^\"'\s]+)", re.IGNORECASE
)
NAMED = re.compile(r"<[a-z][^>]*?\b(?:id|name)\s*=\s*[\"'](?P<name>[^\"']+)", re.IGNORECASE)
LINK_TEXT = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link as it stands in a document."""

    line: int
    target: str


def documents(root: Path) -> list[Path]:
    """List the documents below ``root`` that are checked."""
    top = [root / name for name in TOP_LEVEL if (root / name).is_file()]
    return top + sorted((root / "docs").rglob("*.md"))


def prose(text: str) -> list[tuple[int, str]]:
    """Number the lines of a document, leaving out fenced code and comments."""
    blanked = COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)
    lines: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(blanked.splitlines(), start=1):
        match = FENCE.match(line)
        if fence:
            if match and match["marks"].startswith(fence) and not line[match.end() :].strip():
                fence = ""
        elif match:
            fence = match["marks"]
        else:
            lines.append((number, line))
    return lines


def slug(heading: str) -> str:
    """Turn a heading's text into its anchor, as the common code hosts do."""
    text = LINK_TEXT.sub(r"\1", heading.replace("`", "")).strip().lower()
    kept = (char for char in text if char in "-_ " or unicodedata.category(char)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Collect the anchors that a document offers: its headings and its own ``id`` and ``name`` attributes."""
    found: set[str] = set()
    seen: dict[str, int] = {}
    for _, line in prose(text):
        found.update(match["name"] for match in NAMED.finditer(line))
        heading = HEADING.match(line)
        if heading:
            base = slug(heading["text"])
            count = seen.get(base, 0)
            seen[base] = count + 1
            found.add(f"{base}-{count}" if count else base)
    return found


def links(text: str) -> list[Link]:
    """Collect the links of a document that are not in code."""
    found: list[Link] = []
    for number, line in prose(text):
        bare = CODE_SPAN.sub("", line)
        inline = (match["bracketed"] or match["plain"] or "" for match in INLINE_LINK.finditer(bare))
        found.extend(Link(number, target) for target in inline)
        found.extend(Link(number, match["target"]) for match in ATTRIBUTE.finditer(bare))
        reference = REFERENCE.match(bare)
        if reference:
            found.append(Link(number, reference["target"]))
    return found


def fault(root: Path, document: Path, link: Link) -> str | None:
    """Say what is wrong with a link, or nothing."""
    if SCHEME.match(link.target):
        return None
    path, _, anchor = unquote(link.target).partition("#")
    if path.startswith("/"):
        place = root / path.lstrip("/")
    elif path:
        place = document.parent / path.partition("?")[0]
    else:
        place = document
    if not link.target:
        return "a link to nowhere"
    if not place.resolve().is_relative_to(root.resolve()):
        return f"{link.target} leads out of the project"
    if not place.exists():
        return f"{link.target}: there is no such file"
    if anchor and place.suffix == ".md" and anchor not in anchors(place.read_text(encoding="utf-8")):
        return f"{link.target}: there is no such heading"
    return None


def check(root: Path) -> list[str]:
    """Check every document below ``root``; each fault names its file and line."""
    faults = []
    for document in documents(root):
        for link in links(document.read_text(encoding="utf-8")):
            wrong = fault(root, document, link)
            if wrong:
                faults.append(f"{document.relative_to(root)}:{link.line}: {wrong}")
    return faults


def main(arguments: list[str]) -> int:
    """Check the project and print what is wrong."""
    root = Path(arguments[0]) if arguments else Path.cwd()
    faults = check(root)
    for line in faults:
        print(line)
    print(f"links: {len(documents(root))} documents, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
