"""HTML and entities, as the server reads them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.bot_api.errors import ApiError
from tests.fakes.bot_api.markup import finished, found_entities, parse, slice16, utf16


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &lt;b&gt; &amp; &#33; &quot; &nbsp;", 'plain <b> & ! " &nbsp;', []),
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("🐈 <i>cat</i>", "🐈 cat", [("italic", 3, 3)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<u>u</u><s>s</s><tg-spoiler>t</tg-spoiler>", "ust", None),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", [("text_link", 0, 1)]),
        ("<code>a @b /c</code>", "a @b /c", [("code", 0, 7)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<b></b>empty", "empty", []),
        ("  <b> x </b> ", "x", [("bold", 0, 1)]),
        ("see @easel_bot", "see @easel_bot", [("mention", 4, 10)]),
    ],
)
def test_html(source: str, text: str, entities: list[tuple[str, int, int]] | None) -> None:
    plain, found = finished(*parse(source, "HTML"))

    assert plain == text
    if entities is not None:
        assert [(one["type"], one["offset"], one["length"]) for one in found] == entities


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b", 'Unclosed start tag "b" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_broken_html(source: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(source, "html")
    assert f"can't parse entities: {words}" in caught.value.description


def test_links_keep_their_address_and_code_its_language() -> None:
    (link,) = parse('<a href="https://a.b/?x=1&y">x</a>', "HTML")[1]
    assert link["url"] == "https://a.b/?x=1&y"
    (pre,) = parse('<pre><code class="language-py">x</code></pre>', "HTML")[1]
    assert pre["language"] == "py"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/generate a cat", [("bot_command", "/generate")]),
        ("🐈 /generate@easel_bot", [("bot_command", "/generate@easel_bot")]),
        ("and/or 1/2 https://a.b/c", [("url", "https://a.b/c")]),
        ("@ann #cats a@b.org", [("mention", "@ann"), ("hashtag", "#cats"), ("email", "a@b.org")]),
    ],
)
def test_what_the_server_finds(text: str, expected: list[tuple[str, str]]) -> None:
    found: list[dict[str, Any]] = found_entities(text)
    assert [(one["type"], slice16(text, one)) for one in found] == expected


def test_lengths_are_in_utf_16() -> None:
    assert utf16("a🐈é") == 4
