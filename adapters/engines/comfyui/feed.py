"""One websocket for all jobs of a server: opened when there is work, and kept while there is any."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from uuid import uuid4

import aiohttp

from adapters.engines.comfyui.frames import FEATURES, Frame, read_binary, read_text
from adapters.engines.comfyui.tracker import Tracker
from adapters.engines.wire.connection import Connection
from core.errors import EngineError

logger = logging.getLogger(__name__)

LINGER = 10.0
"""Seconds that the socket stays open after the last job."""

_PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds before the socket is opened again after so many failures; the last one from then on."""

_CLIENT_ID_MOST = 64


class Feed:
    """Hands the frames of each job to its tracker. What a broken socket loses, the history has."""

    def __init__(self, connection: Connection, *, handshake: float, linger: float = LINGER) -> None:
        """`handshake` is how many seconds it may take to open the socket."""
        self._connection = connection
        self._handshake = handshake
        self._linger = linger
        self._trackers: dict[str, Tracker] = {}
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._tried = asyncio.Event()
        self.client_id = uuid4().hex
        """Whom the server is to tell."""

    @contextmanager
    def following(self, prompt_id: str, tracker: Tracker) -> Iterator[None]:
        """Hand the job's frames to `tracker` inside the block."""
        self._trackers[prompt_id] = tracker
        self._open()
        try:
            yield
        finally:
            del self._trackers[prompt_id]
            if not self._trackers:
                self._idle = asyncio.get_running_loop().call_later(self._linger, self.let_go)

    def adopt(self, client_id: str | None) -> None:
        """Go on as an earlier run of Easel, so that its jobs are heard of; not where a socket is open."""
        if self._task is None and client_id and len(client_id) <= _CLIENT_ID_MOST:
            self.client_id = client_id

    async def opened(self) -> None:
        """Wait until the socket is open, or could not be opened at the first try."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._handshake):
                await self._tried.wait()

    def renew(self) -> None:
        """Open another socket in place of one that has gone deaf."""
        self.let_go()
        if self._trackers:
            self._open()

    def let_go(self) -> None:
        """Begin to close the socket."""
        self._stay()
        if self._task is not None:
            ending = _shut(self._task, self._socket, self._closing)
            self._closing = asyncio.create_task(ending, name="comfyui-feed")
            self._task = self._socket = None

    async def closed(self) -> None:
        """Wait until the socket is closed, where that has begun."""
        if self._closing is not None:
            await asyncio.wait([self._closing])

    def _open(self) -> None:
        self._stay()
        if self._task is None or self._task.done():
            self._tried.clear()
            self._task = asyncio.create_task(self._run(self._closing), name="comfyui-feed")

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    async def _run(self, before: asyncio.Task[None] | None) -> None:
        """Keep a socket open for as long as this task is the feed's.

        The one before is closed first: when the first of two sockets with one id closes, the server
        forgets the second, which then stays open and silent.
        """
        if before is not None:
            await asyncio.wait([before])
        failures = 0
        while self._task is asyncio.current_task():
            try:
                failures = 0 if await self._listen() else failures + 1
            except (EngineError, TimeoutError) as error:
                failures += 1
                logger.debug("no websocket: %s", type(error).__name__)
            if self._task is not asyncio.current_task():
                return
            self._socket = None
            self._tried.set()
            for tracker in self._trackers.values():
                tracker.news.set()
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])

    async def _listen(self) -> bool:
        """Hand on what comes until the socket is closed; say whether any of it was of a job."""
        is_of_use = False
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._handshake):
                params = {"clientId": self.client_id}
                socket = await stack.enter_async_context(self._connection.websocket("ws", params=params))
                await socket.send_str(FEATURES)
            self._socket = socket
            self._tried.set()
            async for message in socket:
                match message.type:
                    case aiohttp.WSMsgType.TEXT:
                        is_of_use |= self._hand_on(read_text(message.data))
                    case aiohttp.WSMsgType.BINARY:
                        is_of_use |= self._hand_on(read_binary(message.data))
                    case _:
                        pass
        return is_of_use

    def _hand_on(self, frame: Frame | None) -> bool:
        tracker = self._trackers.get(frame.prompt_id) if frame is not None else None
        if frame is None or tracker is None:
            return False
        tracker.hear(frame)
        return True


async def _shut(
    task: asyncio.Task[None],
    socket: aiohttp.ClientWebSocketResponse | None,
    before: asyncio.Task[None] | None,
) -> None:
    """End a feed's task. One that is cancelled while it listens would not wait for the server's goodbye."""
    if socket is None:
        task.cancel()
    else:
        await socket.close()
    await asyncio.wait([task] if before is None else [task, before])
