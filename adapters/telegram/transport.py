"""The HTTP that python-telegram-bot speaks, on aiohttp.

It takes less time at every call than the library's own, which decides how soon a crowd is answered; and
nothing logs the addresses, each of which holds the token.
"""

from __future__ import annotations

import io
from types import TracebackType
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CHUNK = 64 * 1024


class Transport(BaseRequest):
    """`telegram.request.BaseRequest`. Times in seconds; may be opened again after it was closed."""

    __slots__ = ("_connect", "_connections", "_read", "_session", "_upload")

    def __init__(self, *, connections: int, connect: float, read: float, upload: float = 60.0) -> None:
        """`connections` at one time; `upload` is for sending files and hearing of it."""
        self._connections = connections
        self._connect = connect
        self._read = read
        self._upload = upload
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """As the library's own."""
        return self._read

    async def initialize(self) -> None:
        """Be ready for calls."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)  # proxies, as usual

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the library's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the library's signature
    ) -> tuple[int, bytes]:
        """Make one call. Raises `TimedOut` and `NetworkError`, with aiohttp's error as the cause."""
        files = request_data.multipart_data if request_data else None
        read = _given(read_timeout, self._read)
        timeout = aiohttp.ClientTimeout(
            sock_connect=_given(connect_timeout, self._connect),
            sock_read=max(read, self._upload) if files else read,
        )
        try:
            async with self._opened().request(
                method,
                url,
                data=_body(request_data),
                timeout=timeout,
                headers={"User-Agent": self.USER_AGENT},
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error  # its own text holds the address

    async def fetch(self, url: str, most: int) -> tuple[int, bytes]:
        """Return the status and up to one byte more than `most` of a file. Raises as `do_request` does."""
        timeout = aiohttp.ClientTimeout(sock_connect=self._connect, sock_read=self._read)
        found = bytearray()
        try:
            async with self._opened().get(url, timeout=timeout) as answer:
                async for chunk in answer.content.iter_chunked(CHUNK):
                    found += chunk
                    if len(found) > most:
                        break
                return answer.status, bytes(found[: most + 1])
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NetworkError("closed")
        return self._session


def _given(value: Any, default: float) -> float:
    """The library says "not given" by an object of its own."""
    return float(value) if isinstance(value, int | float) else default


def _body(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request_data is None:
        return None
    files = request_data.multipart_data
    if not files:
        return request_data.json_parameters
    form = aiohttp.FormData()
    for name, text in request_data.json_parameters.items():
        form.add_field(name, text)
    for name, (filename, content, kind) in files.items():
        pieces = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, pieces, filename=filename, content_type=kind)
    return form
