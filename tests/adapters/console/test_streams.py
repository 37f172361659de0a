from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from adapters.console.lines import LINE_BYTES_MOST, InputLines
from adapters.console.streams import OutputClosedError, reader_of, writer_of
from core.errors import InvalidRequestError


async def lines_of(data: bytes, chunk: int) -> list[str | None]:
    stream = io.BytesIO(data)
    lines = InputLines(lambda size: stream.read(min(size, chunk)))
    found: list[str | None] = []
    while True:
        try:
            line = await lines.next()
        except InvalidRequestError:
            found.append(None)
            continue
        if line is None:
            return found
        found.append(line)


@pytest.mark.parametrize("chunk", [1, 3, 70_000, 1_000_000])
async def test_lines_are_the_same_in_whatever_pieces_they_come(chunk: int) -> None:
    longest = b"x" * LINE_BYTES_MOST
    data = b"one\n\ntwo \xc3\xa9\n" + (
        longest + b"\n" + longest + b"y\nafter\nlast" if chunk > 3 else b"last"
    )
    expected = ["one", "", "two é", *([longest.decode(), None, "after", "last"] if chunk > 3 else ["last"])]
    assert await lines_of(data, chunk) == expected


async def test_a_long_line_without_an_end_is_refused_once() -> None:
    assert await lines_of(b"x" * 10 * LINE_BYTES_MOST, 5_000) == [None]


def test_a_closed_input_and_a_folder_have_ended(tmp_path: Path) -> None:
    assert reader_of(None)(10) == b""
    descriptor = os.open(tmp_path, os.O_RDONLY)

    class Folder(io.StringIO):
        def fileno(self) -> int:
            return descriptor

    assert reader_of(Folder())(10) == b""
    os.close(descriptor)


def test_a_non_blocking_pipe_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(reading) as stdin:
        read = reader_of(stdin)
        os.write(writing, b"x")
        assert read(10) == b"x"
        os.close(writing)
        assert read(10) == b""


def test_text_goes_out_in_the_encoding_of_the_stream() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", encoding="ascii") as stdout:
        stdout.write("first\n")
        writer_of(stdout)("768×768\n")
        assert os.read(reading, 100) == b"first\n768?768\n"
    os.close(reading)


@pytest.mark.parametrize("path", ["/dev/full"])
def test_a_full_disk_is_a_closed_output(path: str) -> None:
    with open(path, "w") as stdout, pytest.raises(OutputClosedError):  # noqa: PTH123
        writer_of(stdout)("text\n")


def test_a_stream_without_a_descriptor_will_do() -> None:
    out = io.StringIO()
    write = writer_of(out)
    write("text\n")
    assert out.getvalue() == "text\n"
    out.close()
    with pytest.raises(OutputClosedError):
        write("more\n")
