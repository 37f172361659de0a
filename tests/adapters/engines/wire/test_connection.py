from __future__ import annotations

import asyncio
import base64
import gzip
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.engines.wire import connection as wire
from adapters.engines.wire.connection import RETRY_AFTER_MOST, Answer, Connection, Timeouts
from core.errors import (
    EngineBusyError,
    EngineError,
    EngineFaultError,
    EngineTimeoutError,
    EngineUnavailableError,
)
from tests.adapters.engines.wire.servers import (
    a_port_that_never_answers,
    a_server,
    answering,
    connected,
    silent,
)

SHORT = Timeouts(connect=0.1, read=0.1, total=0.1)


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "method": request.method,
            "path": request.raw_path,
            "query": dict(request.query),
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "text": await request.text(),
        }
    )


# Asking


@pytest.mark.parametrize(
    ("base", "path", "asked"),
    [
        ("", "/prompt", "/prompt"),
        ("", "prompt", "/prompt"),
        ("/", "/prompt", "/prompt"),
        ("/easel/v1/", "/images", "/easel/v1/images"),
        ("/easel", "images", "/easel/images"),
        ("/easel?old=1#part", "images", "/easel/images"),
    ],
)
async def test_a_path_is_put_after_that_of_the_address(base: str, path: str, asked: str) -> None:
    async with a_server(echo) as server:
        connection = Connection(f"{server.make_url('')}".rstrip("/") + base)
        assert (await connection.send("GET", path)).json()["path"] == asked
        await connection.aclose()


async def test_what_is_sent_arrives() -> None:
    async with connected(echo, X_Key="k") as connection:
        answer = await connection.send(
            "POST", "/x", json={"a": 1}, params={"q": "ü&"}, headers={"X-More": "m"}
        )
    assert answer.ok
    said = answer.json()
    assert (said["method"], said["text"], said["query"]) == ("POST", '{"a": 1}', {"q": "ü&"})
    assert (said["headers"]["x_key"], said["headers"]["x-more"]) == ("k", "m")


async def test_a_connection_is_opened_again_after_its_close() -> None:
    async with connected(echo) as connection:
        assert (await connection.send("GET", "/")).ok
        await connection.aclose()
        await connection.aclose()
        assert (await connection.send("GET", "/")).ok


async def test_a_redirect_is_not_followed() -> None:
    async with a_server(echo) as other, connected(answering(302, Location=str(other.make_url("/")))) as one:
        answer = await one.send("GET", "/")
    assert (answer.status, answer.ok) == (302, False)


async def test_nothing_that_a_server_leaves_is_brought_back() -> None:
    async def cookies(request: web.Request) -> web.Response:
        response = web.json_response(dict(request.cookies))
        response.set_cookie("seen", "yes")
        return response

    async with connected(cookies) as connection:
        await connection.send("GET", "/")
        assert (await connection.send("GET", "/")).json() == {}


# A user and a password in the address


async def test_a_user_in_the_address_becomes_basic_auth() -> None:
    async with a_server(echo) as server:
        address = str(server.make_url("/").with_user("ann").with_password("p:ß"))
        connection = Connection(address)
        said = (await connection.send("GET", "/")).json()["headers"]
        assert str(connection.origin) == str(server.make_url("/")).rstrip("/")
        await connection.aclose()
    kind, _, code = said["authorization"].partition(" ")
    assert (kind, base64.b64decode(code).decode()) == ("Basic", "ann:p:ß")


@pytest.mark.parametrize("handler", [answering(401), answering(502), answering(500), answering(200, b"{")])
async def test_no_address_nor_password_gets_into_an_error_or_the_log(
    handler: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "adapters")
    async with a_server(handler) as server:
        address = server.make_url("/secret").with_user("ann").with_password("hush")
        connection = Connection(str(address))
        with pytest.raises(EngineError) as caught:
            understood(await connection.send("GET", "/path"))
        await connection.aclose()
    assert_nothing_told(caught, caplog)


async def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "adapters")
    connection = Connection("http://ann:hush@127.0.0.1:9/secret")
    with pytest.raises(EngineUnavailableError) as caught:
        await connection.send("GET", "/path")
    assert caught.value.facts == {"reason": "unreachable"}
    assert_nothing_told(caught, caplog)
    await connection.aclose()


def understood(answer: Answer) -> Any:
    answer.raise_for_status()
    return answer.json()


def assert_nothing_told(caught: pytest.ExceptionInfo[EngineError], caplog: pytest.LogCaptureFixture) -> None:
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__} {caplog.text}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    for secret in ("hush", "ann", "secret", "127.0.0.1"):
        assert secret not in told


# Times


async def asks(connection: Connection) -> None:
    await connection.send("GET", "/")


async def streams(connection: Connection) -> None:
    async with connection.stream("GET", "/") as response:
        await response.read()


async def opens_a_websocket(connection: Connection) -> None:
    async with connection.websocket("/ws"):
        pass


WAYS = pytest.mark.parametrize("call", [asks, streams, opens_a_websocket])
Call = Callable[[Connection], Awaitable[None]]


@WAYS
async def test_a_port_that_never_answers_can_not_be_reached(call: Call) -> None:
    async with a_port_that_never_answers() as address:
        connection = Connection(address, timeouts=Timeouts(connect=0.1, read=5, total=5))
        with pytest.raises(EngineUnavailableError) as caught:
            await asyncio.wait_for(call(connection), 1.5)
        await connection.aclose()
    assert caught.value.facts == {"reason": "unreachable"}


@WAYS
@pytest.mark.parametrize("times", [Timeouts(read=0.1, total=5), Timeouts(read=5, total=0.1)])
async def test_a_server_that_says_nothing_is_given_up(call: Call, times: Timeouts) -> None:
    async with connected(silent, timeouts=times) as connection:
        with pytest.raises(EngineTimeoutError) as caught:
            await asyncio.wait_for(call(connection), 1.5)
    assert caught.value.facts == {"seconds": 0.1}


async def test_a_call_may_have_times_of_its_own() -> None:
    async with connected(silent) as connection:
        with pytest.raises(EngineTimeoutError) as caught:
            await connection.send("GET", "/", timeouts=SHORT)
    assert caught.value.facts == {"seconds": 0.1}


async def drips(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"drip")
        await asyncio.sleep(0.02)


async def test_a_server_that_never_comes_to_an_end_is_given_up() -> None:
    async with connected(drips, timeouts=Timeouts(read=1, total=0.15)) as connection:
        with pytest.raises(EngineTimeoutError) as caught:
            await connection.send("GET", "/")
    assert caught.value.facts == {"seconds": 0.15}


async def test_a_server_that_stops_in_mid_answer_is_given_up() -> None:
    async def stops(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"drip")
        return await silent(request)

    async with connected(stops, timeouts=Timeouts(read=0.1, total=5)) as connection:
        with pytest.raises(EngineTimeoutError) as caught:
            await connection.send("GET", "/")
    assert caught.value.facts == {"seconds": 0.1}


async def test_a_websocket_stays_open_for_longer_than_a_call() -> None:
    async def greets(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await asyncio.sleep(0.3)
        await socket.send_str("hello")
        await socket.close()
        return socket

    async with connected(greets, timeouts=SHORT) as connection, connection.websocket("/ws") as socket:
        assert (await socket.receive()).data == "hello"


# What comes back


async def pieces(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(20):
        await response.write(bytes(100))
    return response


@pytest.mark.parametrize(
    "handler",
    [
        answering(200, bytes(2000)),
        pieces,
        answering(200, gzip.compress(bytes(10_000_000)), Content_Encoding="gzip"),
    ],
)
async def test_an_answer_that_is_too_large_is_not_read(handler: Any) -> None:
    async with connected(handler) as connection:
        with pytest.raises(EngineFaultError) as caught:
            await connection.send("GET", "/", answer_most=1999)
    assert caught.value.facts == {"reason": "answer_too_large"}


@pytest.mark.parametrize("handler", [answering(200, bytes(2000)), pieces])
async def test_an_answer_may_be_as_large_as_it_may(handler: Any) -> None:
    async with connected(handler) as connection:
        assert (await connection.send("GET", "/", answer_most=2000)).body == bytes(2000)


@pytest.mark.parametrize("call", [asks, streams])
@pytest.mark.parametrize("begun", [False, True])
async def test_a_server_that_breaks_off(call: Call, begun: bool) -> None:
    async def breaks_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        if begun:
            await response.prepare(request)
            await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    async with connected(breaks_off) as connection:
        with pytest.raises(EngineUnavailableError) as caught:
            await call(connection)
    assert caught.value.facts == {"reason": "broken_off"}


async def test_a_frame_that_is_too_large_closes_the_websocket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "FRAME_MOST", 1000)

    async def sends(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_bytes(bytes(900))
        await socket.send_bytes(bytes(1001))
        await socket.receive()
        return socket

    async with connected(sends) as connection, connection.websocket("/ws") as socket:
        assert len(await socket.receive_bytes()) == 900
        message = await socket.receive()
        assert message.type in {aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSED}
        assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


@pytest.mark.parametrize("handler", [answering(404), answering(200)])
async def test_what_is_no_websocket_is_none(handler: Any) -> None:
    async with connected(handler) as connection:
        with pytest.raises(EngineUnavailableError):
            await opens_a_websocket(connection)


# What an answer says


def an_answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        (" 12 ", 12.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("1e9", RETRY_AFTER_MOST),
        ("99999999", RETRY_AFTER_MOST),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_how_long_a_server_wants_to_be_left_alone(said: str, seconds: float | None) -> None:
    assert an_answer(429, Retry_After=said).retry_after() == seconds
    with pytest.raises(EngineBusyError) as caught:
        an_answer(429, Retry_After=said).raise_for_status()
    assert caught.value.retry_after == (seconds or 5.0)


async def test_a_header_is_found_however_it_is_written() -> None:
    async with connected(answering(429, rEtRy_aFtEr="9")) as connection:
        assert (await connection.send("GET", "/")).retry_after() == 9.0


@pytest.mark.parametrize("status", [200, 201, 204, 299, 301, 304, 400, 402, 404, 422])
def test_a_status_of_the_servers_own_meaning_is_left_to_the_engine(status: int) -> None:
    answer = an_answer(status)
    answer.raise_for_status()
    assert answer.ok is (200 <= status < 300)


@pytest.mark.parametrize(
    ("status", "error", "reason"),
    [
        *((status, EngineUnavailableError, "refused") for status in (401, 403, 407)),
        *((status, EngineUnavailableError, "away") for status in (502, 503, 504)),
        *((status, EngineFaultError, "status") for status in (500, 501, 505, 599)),
    ],
)
def test_what_every_server_means_by_its_status(status: int, error: type[EngineError], reason: str) -> None:
    with pytest.raises(error) as caught:
        an_answer(status, b"secret traceback").raise_for_status()
    assert type(caught.value) is error
    assert caught.value.facts == {"reason": reason, "status": status}


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"\xff\xfe\xff"])
def test_what_is_no_json(body: bytes) -> None:
    assert an_answer(200, body).json_or_none() is None
    with pytest.raises(EngineFaultError) as caught:
        an_answer(200, body).json()
    assert caught.value.facts == {"reason": "not_json", "status": 200}


def test_json_that_is_too_deep_is_none() -> None:
    deep = an_answer(200, b"[" * 200_000)
    assert deep.json_or_none() is None
    with pytest.raises(EngineFaultError):
        deep.json()


def test_json_is_what_it_says() -> None:
    assert an_answer(200, b'{"a": [1]}').json() == an_answer(200, b'{"a": [1]}').json_or_none() == {"a": [1]}


async def test_a_reset_after_the_request_was_sent_is_no_sign_that_it_was_not() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = Connection(f"http://127.0.0.1:{port}")
    try:
        with pytest.raises(EngineUnavailableError) as caught:
            await connection.send("POST", "/prompt", json={"a": 1})
    finally:
        await connection.aclose()
        server.close()
        await server.wait_closed()
    assert caught.value.facts == {"reason": "broken_off"}
