"""Chat platforms side by side: each fails and recovers alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.app import serve
from bot.container import Container, build
from bot.platforms import platforms_on, serve_platforms
from bot.settings import Settings
from core.delivery.gateway import ChatGateway
from core.errors import ChatUnavailableError, PlatformRefusedError
from tests.bot.houses import settings_in
from tests.fakes.gateway import FakeGateway

GUARD = 30


class FakePlatform:
    """Ends as its script says, then serves for ever."""

    def __init__(self, name: str, *script: Exception) -> None:
        self.name = name
        self.gateway: ChatGateway = FakeGateway(platform=name)
        self.script = list(script)
        self.serving = asyncio.Event()
        self.stopped = asyncio.Event()

    async def run(self) -> None:
        if self.script:
            raise self.script.pop(0)
        self.serving.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()

    async def inspect(self) -> Sequence[str]:
        return ()


@pytest.fixture(autouse=True)
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EASEL_DISCORD__TOKEN", "EASEL_TELEGRAM__TOKEN"):
        monkeypatch.delenv(name, raising=False)


async def test_a_refused_platform_leaves_the_other_running(capsys: pytest.CaptureFixture[str]) -> None:
    refused = FakePlatform("discord", PlatformRefusedError("discord", "bad_token"))
    fine = FakePlatform("telegram")
    serving = asyncio.create_task(serve_platforms([refused, fine], pause=0))
    async with asyncio.timeout(GUARD):
        await fine.serving.wait()
    assert not serving.done()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert fine.stopped.is_set()
    assert capsys.readouterr().err.splitlines() == [
        "Easel serves Discord and Telegram. Ctrl-C stops it.",
        "Discord does not know the token; check EASEL_DISCORD__TOKEN.",
    ]


async def test_nothing_left_to_serve_is_a_failure() -> None:
    refused = FakePlatform("telegram", PlatformRefusedError("telegram", "bad_token"))
    assert await serve_platforms([refused], pause=0) == 1


async def test_a_fault_is_told_and_served_again(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    platform = FakePlatform("telegram", ChatUnavailableError(), ValueError("a fault of ours"))
    serving = asyncio.create_task(serve_platforms([platform], pause=0))
    async with asyncio.timeout(GUARD):
        await platform.serving.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    error = capsys.readouterr().err
    assert "a fault of ours" not in error
    incident = error.rstrip(".\n").rpartition(" ")[2]
    assert f"incident {incident}" in caplog.text


async def test_a_service_ends_well_by_a_signal_and_serves_until_then(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    platform = FakePlatform("telegram")
    async with build(settings_in(tmp_path)) as container, asyncio.timeout(GUARD):
        asyncio.get_running_loop().create_task(_stop_when(platform))
        assert await _serve(container, platform) == 0
    assert platform.stopped.is_set()


async def test_a_service_without_platforms_left_fails(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    platform = FakePlatform("telegram", PlatformRefusedError("telegram", "bad_token"))
    async with build(settings_in(tmp_path)) as container, asyncio.timeout(GUARD):
        assert await _serve(container, platform) == 1


async def _serve(container: Container, platform: FakePlatform) -> int:
    deliveries = [container.delivery(platform.gateway)]
    return await serve(container, deliveries, lambda: serve_platforms([platform]), is_service=True)


async def _stop_when(platform: FakePlatform) -> None:
    await platform.serving.wait()
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_token_switches_a_platform_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert platforms_on(settings_in(tmp_path)) == []
    monkeypatch.setenv("EASEL_TELEGRAM__TOKEN", "1:a")
    monkeypatch.setenv("EASEL_TELEGRAM__ADMINS", "1001,1002")
    settings = Settings()
    assert platforms_on(settings) == ["telegram"]
    assert settings.telegram.admin_ids == {1001, 1002}
    assert "1:a" not in repr(settings)
