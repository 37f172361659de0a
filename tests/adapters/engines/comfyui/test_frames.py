"""Frames that are of no use are passed over, whatever they hold."""

from __future__ import annotations

import json
import struct

import pytest

from adapters.engines.comfyui.frames import PREVIEW_MOST, read_binary, read_text
from adapters.engines.comfyui.sightings import Broken, Done, Queued, Stored, in_history, in_queue

JPEG = b"\xff\xd8\xff\xe0 and so on"


def a_preview(about: object = None, picture: bytes = JPEG, event: int = 4) -> bytes:
    metadata = json.dumps(about if about is not None else {"prompt_id": "a"}).encode()
    return struct.pack(">II", event, len(metadata)) + metadata + picture


def test_a_preview_says_whose_it_is() -> None:
    frame = read_binary(a_preview())
    assert frame is not None
    assert (frame.kind, frame.prompt_id, frame.preview) == ("preview", "a", JPEG)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 7,
        struct.pack(">II", 1, 1) + JPEG,  # of the old sort: nobody's
        struct.pack(">II", 4, 2**32 - 1) + JPEG,
        struct.pack(">II", 4, 3) + b"{x}" + JPEG,
        a_preview([]),
        a_preview({"prompt_id": 7}),
        a_preview(picture=b"<svg/>"),
        a_preview(event=9),
        a_preview(picture=JPEG + bytes(PREVIEW_MOST)),
    ],
)
def test_other_bytes_are_passed_over(body: bytes) -> None:
    assert read_binary(body) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"type": "status", "data": {"status": {}}}',
        '{"type": "executing", "data": {"node": "3"}}',  # the first after a reconnect
        '{"type": "progress_state", "data": {"prompt_id": "a", "nodes": {}}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:60],
)
def test_text_of_no_job_is_passed_over(text: str) -> None:
    assert read_text(text) is None


def test_the_queue_is_sorted_by_number() -> None:
    rows = [[30, "c", {}], [-1, "front", {}], "junk", [4], [7, "b", {"3": {}}, {"client_id": "me"}, []]]
    queue = {"queue_running": [[1, "a", {}]], "queue_pending": rows}
    assert in_queue(queue, "a") == Queued(None)
    assert in_queue(queue, "front") == Queued(1)
    assert in_queue(queue, "b") == Queued(2, {"3": {}}, "me")
    assert in_queue(queue, "c") == Queued(3)
    assert in_queue(queue, "d") is None
    assert in_queue([], "d") is None


def test_the_history_is_read_with_care() -> None:
    image = {"filename": "a.png", "subfolder": "", "type": "output"}
    bad = [{"filename": 7}, {**image, "type": "input"}, None]
    entry = {"outputs": {"9": {"images": [*bad, image]}, "8": None}, "status": {"status_str": "success"}}
    assert in_history({"a": entry}, "a") == Done({"9": (Stored("a.png", "", "output"),), "8": ()})
    assert in_history({}, "a") is None
    assert in_history([], "a") is None
    failed = {"status": {"status_str": "error", "messages": [["execution_error", {"node_id": "3"}]]}}
    assert in_history({"a": failed}, "a") == Broken({"node_id": "3"})
    stopped = {"status": {"status_str": "error", "messages": [["execution_interrupted", {}]]}}
    assert in_history({"a": stopped}, "a") == Broken(None)
