"""HTTP with one server: its address, time-outs, answers of a bounded size, and errors as core knows them."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import aiohttp
from yarl import URL

from core.errors import EngineBusyError, EngineFaultError, EngineTimeoutError, EngineUnavailableError

logger = logging.getLogger(__name__)

ANSWER_MOST = 128 * 2**20
"""Bytes: eight pictures of 2048 × 2048 as PNG in base 64 have about 90 million."""

FRAME_MOST = 64 * 2**20
"""Bytes of one websocket message: a whole picture comes in one."""

RETRY_AFTER_MOST = 3600.0
"""Seconds: a server that names a longer pause is asked again after that."""

_BUSY_STATUS = 429
_REFUSED = {401, 403, 407}
_AWAY = {502, 503, 504}
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.WSServerHandshakeError)
_NO_JSON = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds. `read` is between two pieces of an answer, `total` for a whole call."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: the status, the headers, and all of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers

    def json(self) -> Any:
        """Return the body's JSON. Raises `EngineFaultError` where it is none."""
        try:
            return json.loads(self.body)
        except _NO_JSON:
            raise EngineFaultError(reason="not_json", status=self.status) from None

    def json_or_none(self) -> Any:
        """Return the body's JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except _NO_JSON:
            return None

    def retry_after(self) -> float | None:
        """Return the seconds that the server wants to be left alone, where it says."""
        try:
            seconds = float(self.headers.get("Retry-After", ""))
        except ValueError:
            return None
        return min(max(seconds, 0.0), RETRY_AFTER_MOST) if math.isfinite(seconds) else None

    def raise_for_status(self) -> None:
        """Raise what every server means by its status; 2xx passes, and so does a 4xx of its own meaning."""
        if self.status == _BUSY_STATUS:
            raise EngineBusyError(self.retry_after() or 5.0)
        if self.status in _REFUSED:
            raise EngineUnavailableError(reason="refused", status=self.status)
        if self.status in _AWAY:
            raise EngineUnavailableError(reason="away", status=self.status)
        if self.status >= 500:  # noqa: PLR2004 - HTTP's own number
            raise EngineFaultError(reason="status", status=self.status)


class Connection:
    """One server. No address, key or answer of it gets into an error or, above DEBUG, into the log."""

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """`address` may carry a user and a password, and a path that all paths are put after."""
        url = URL(address)
        self._base = url.with_user(None)
        self._headers = dict(headers or {})
        if url.user:
            self._headers["Authorization"] = aiohttp.encode_basic_auth(url.user, url.password or "")
        self._timeouts = timeouts or Timeouts()
        self._session: aiohttp.ClientSession | None = None

    @property
    def origin(self) -> URL:
        """The server's scheme, host and port."""
        return self._base.origin()

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
        answer_most: int = ANSWER_MOST,
        url: URL | None = None,
    ) -> Answer:
        """Return the server's answer, whatever its status. `url` stands for `path` where it is given.

        Raises `EngineUnavailableError` where it can't be reached or breaks off, `EngineTimeoutError`
        where it is too slow, `EngineFaultError` where its answer is larger than `answer_most` bytes.
        """
        times = timeouts or self._timeouts
        with self.border(times):
            async with self._opened().request(
                method,
                url or self._url(path),
                json=json,
                data=data,
                params=params,
                headers=headers,
                timeout=_of_aiohttp(times),
                allow_redirects=False,
            ) as response:
                body = await _bounded(response, answer_most)
                return Answer(response.status, response.headers, body)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open an answer that is read piece by piece. Raises as `send`, inside the block too."""
        times = timeouts or self._timeouts
        with self.border(times):
            async with self._opened().request(
                method,
                self._url(path),
                json=json,
                data=data,
                headers=headers,
                timeout=_of_aiohttp(times),
                allow_redirects=False,
            ) as response:
                yield response

    @asynccontextmanager
    async def websocket(
        self, path: str, *, params: Mapping[str, str] | None = None, heartbeat: float = 20.0
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket that pings every `heartbeat` seconds. Raises as `send`, inside the block too."""
        times = self._timeouts
        with self.border(times):
            async with self._opened().ws_connect(
                self._url(path),
                params=params,
                heartbeat=heartbeat,
                max_msg_size=FRAME_MOST,
                timeout=aiohttp.ClientWSTimeout(ws_close=times.connect),
            ) as socket:
                yield socket

    @contextmanager
    def border(self, times: Timeouts | None = None) -> Iterator[None]:
        """Raise what aiohttp raises in the block as core's errors."""
        times = times or self._timeouts
        try:
            yield
        except aiohttp.ConnectionTimeoutError as error:
            _raise_unavailable(error)
        except aiohttp.SocketTimeoutError:
            raise EngineTimeoutError(seconds=times.read) from None
        except TimeoutError:
            raise EngineTimeoutError(seconds=times.total) from None
        except aiohttp.InvalidURL:
            raise EngineUnavailableError(reason="address") from None
        except (aiohttp.ClientError, OSError) as error:
            logger.debug("the server can't be spoken to: %s", type(error).__name__)
            _raise_unavailable(error)

    async def aclose(self) -> None:
        """Close what is open. A closed connection opens itself again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _url(self, path: str) -> URL:
        return self._base.with_path(self._base.path.rstrip("/") + "/" + path.lstrip("/"))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                timeout=_of_aiohttp(self._timeouts),  # for opening websockets
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=self.connector(),
            )
        return self._session

    def connector(self) -> aiohttp.TCPConnector:
        """Return what opens the sockets."""
        return aiohttp.TCPConnector(limit=32)


def _raise_unavailable(error: Exception) -> NoReturn:
    reason = (
        "unreachable" if isinstance(error, _NEVER_SENT) else "broken_off"
    )  # a reset may come after the sending
    raise EngineUnavailableError(reason=reason) from None


def _of_aiohttp(times: Timeouts) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=times.total, connect=times.connect, sock_read=times.read)


async def _bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read the body. Raises `EngineFaultError` before more than `most` bytes are in memory."""
    if (response.content_length or 0) > most:
        raise EngineFaultError(reason="answer_too_large")
    body = bytearray()
    async for piece in response.content.iter_chunked(2**18):
        body += piece
        if len(body) > most:
            raise EngineFaultError(reason="answer_too_large")
    return bytes(body)
