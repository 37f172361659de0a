"""``python -m tools.real_comfyui serve``, as somebody runs it who wants to try Easel on it."""

from __future__ import annotations

import signal
import urllib.error
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.real_engine.comfyui.site import ComfyUI
from tools.real_comfyui.folder import Folder
from tools.real_comfyui.server import Server, free_port

pytestmark = [pytest.mark.real_engine, pytest.mark.timeout(300)]

SERVE = ("-m", "tools.real_comfyui", "serve")


def test_it_says_where_it_is_and_ends_with_its_signal(tmp_path: Path, comfyui: ComfyUI) -> None:
    same = Server(Folder(), port=free_port())
    port = same.url.rpartition(":")[2]
    with Program("--port", port, folder=tmp_path, code=SERVE, measured=False) as program:
        assert program.expect("ready") == f"ready: {same.url}"
        assert same.ask("system_stats")["system"]["comfyui_version"] == "0.3.75"
        program.signal(signal.SIGTERM)
        assert program.wait() == 0
    with pytest.raises(urllib.error.URLError):
        same.ask("system_stats")
    assert comfyui.history() == {}  # the other one is not touched
