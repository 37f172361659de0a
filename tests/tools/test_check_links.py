from pathlib import Path

import pytest

from tools.check_links import anchors, check, links, main, slug


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_sound_project_has_no_faults(tmp_path: Path) -> None:
    write(
        tmp_path, "README.md", "# Easel\n\n[how](docs/how.md#first-steps), [up](#easel), ![p](docs/p.png)\n"
    )
    write(tmp_path, "docs/how.md", "## First steps\n\n[back](../README.md) [root](/README.md) [dir](.)\n")
    write(tmp_path, "docs/p.png", "")
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[a](gone.md)", "README.md:1: gone.md: there is no such file"),
        ("\n[a](#gone)", "README.md:2: #gone: there is no such heading"),
        ("[a](docs/how.md#gone)", "README.md:1: docs/how.md#gone: there is no such heading"),
        ("![a](gone.png)", "README.md:1: gone.png: there is no such file"),
        ('[a](gone.md "title")', "README.md:1: gone.md: there is no such file"),
        ("[a](<gone file.md>)", "README.md:1: gone file.md: there is no such file"),
        ("[![a](gone.png)](docs/how.md)", "README.md:1: gone.png: there is no such file"),
        ("[a][b]\n\n[b]: gone.md", "README.md:3: gone.md: there is no such file"),
        ('<img src="gone.png" width="3">', "README.md:1: gone.png: there is no such file"),
        ("[a]()", "README.md:1: a link to nowhere"),
        ("[a](../outside.md)", "README.md:1: ../outside.md leads out of the project"),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, text: str, fault: str) -> None:
    write(tmp_path, "README.md", text)
    write(tmp_path, "docs/how.md", "# How\n")
    write(tmp_path.parent, "outside.md", "")
    assert check(tmp_path) == [fault]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CHANGELOG.md", "docs/deep/page.md"])
def test_every_document_is_read(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "[a](gone.md)")
    assert check(tmp_path) == [f"{name}:1: gone.md: there is no such file"]


@pytest.mark.parametrize(
    "text",
    [
        "```md\n[a](gone.md)\n```",
        "~~~\n```\n[a](gone.md)\n~~~",
        "`[a](gone.md)`",
        "<!-- [a](gone.md)\n[b](gone.md) -->",
        "[a](https://example.org/gone.md)",
        "[a](mailto:someone@example.org)",
    ],
)
def test_code_comments_and_addresses_are_left_alone(tmp_path: Path, text: str) -> None:
    write(tmp_path, "README.md", text)
    assert check(tmp_path) == []


def test_lines_are_counted_past_a_comment() -> None:
    assert [link.line for link in links("<!-- one\ntwo -->\n[a](b)")] == [3]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("First steps", "first-steps"),
        ("`/generate`: a picture", "generate-a-picture"),
        ("What's new?", "whats-new"),
        ("A & B", "a--b"),
        ("See [the docs](docs/)", "see-the-docs"),
        ("EASEL_DATA", "easel_data"),
        ("Über Bilder", "über-bilder"),
    ],
)
def test_slug(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_anchors_are_numbered_and_code_has_none() -> None:
    text = '# Run\n## Run\n<a id="own"></a>\n```sh\n# not a heading\n```\n'
    assert anchors(text) == {"run", "run-1", "own"}


def test_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, "README.md", "fine")
    assert main([str(tmp_path)]) == 0
    write(tmp_path, "README.md", "[a](gone.md)")
    assert main([str(tmp_path)]) == 1
    assert "README.md:1: gone.md: there is no such file" in capsys.readouterr().out
