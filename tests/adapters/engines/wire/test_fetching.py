from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.engines.wire import fetching
from adapters.engines.wire.connection import Connection, Timeouts
from adapters.engines.wire.fetching import PublicConnection, PublicResolver, fetch, is_public
from core.errors import EngineError, EngineFaultError, EngineTimeoutError, EngineUnavailableError
from tests.adapters.engines.wire.servers import a_server, answering, connected, silent

PUBLIC, PRIVATE = "93.184.215.14", "192.168.1.7"
SHORT = Timeouts(connect=0.2, read=0.2, total=0.2)


class Book(AbstractResolver):
    """Knows one name, by these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses
        self.is_closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._addresses
        ]

    async def close(self) -> None:
        self.is_closed = True


# Which addresses are public


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_an_address_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::127.0.0.1"),
        *("10.0.0.1", "172.16.0.1", PRIVATE, "fc00::1", "fd12::1", "::ffff:10.0.0.1"),
        *("169.254.169.254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "fec0::1"),
        *("0.0.0.0", "::", "255.255.255.255", "224.0.0.1", "ff02::1"),  # noqa: S104 - bound to by nobody
        *("100.64.0.1", "192.0.2.1", "240.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:107::1", "2001:db8::1"),
        *("", "localhost", "2130706433", "127.1", "0177.0.0.1", "0x7f000001", "127.0.0.1."),
    ],
)
def test_an_address_that_is_not(address: str) -> None:
    assert not is_public(address)


# Names


async def test_a_name_of_public_addresses_leads_to_those() -> None:
    found = await PublicResolver(Book(PUBLIC, "8.8.8.8")).resolve("pictures.example", 443)
    assert [(one["host"], one["port"]) for one in found] == [(PUBLIC, 443), ("8.8.8.8", 443)]


@pytest.mark.parametrize("addresses", [(), (PRIVATE,), (PUBLIC, PRIVATE), ("::1",), ("::ffff:10.0.0.1",)])
async def test_a_name_that_leads_elsewhere_leads_nowhere(addresses: tuple[str, ...]) -> None:
    with pytest.raises(OSError, match="not a public address"):
        await PublicResolver(Book(*addresses)).resolve("pictures.example", 443)


async def test_the_resolver_inside_is_closed_with_it() -> None:
    book = Book()
    await PublicResolver(book).close()
    assert book.is_closed


async def test_this_computers_own_name_is_not_public() -> None:
    resolver = PublicResolver()
    with pytest.raises(OSError, match="not a public address"):
        await resolver.resolve("localhost", 443)
    await resolver.close()


# Fetching


async def picture(request: web.Request) -> web.Response:
    return web.Response(body=f"{request.raw_path} {request.headers.get('Authorization')}".encode())


async def test_what_is_on_the_server_itself_is_fetched_with_its_key() -> None:
    async with connected(picture, "/base", Authorization="Bearer k") as server:
        address = f"{server.origin}/files/a.png?x=1"
        assert await fetch(address, server) == b"/files/a.png?x=1 Bearer k"


async def test_a_user_in_such_an_address_changes_nothing() -> None:
    async with connected(picture, Authorization="Bearer k") as server:
        address = str((server.origin / "a.png").with_user("eve").with_password("x"))
        assert await fetch(address, server) == b"/a.png Bearer k"


@pytest.mark.parametrize(
    "address",
    [
        *("", "a.png", "/a.png", "//pictures.example/a.png", "data:image/png;base64,AAAA", "https://"),
        *("file:///etc/passwd", "ftp://pictures.example/a.png", "http://pictures.example/a.png"),
        *("https://[::1", "https://h:99999/", "gopher://127.0.0.1:6379/_x"),
        *(f"http://{PUBLIC}/a.png", "http://127.0.0.1:1/a.png", "https://127.0.0.1/a.png"),
        *("https://10.0.0.1/", f"https://{PRIVATE}/", "https://169.254.169.254/latest/meta-data"),
        *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1]/"),
        *("https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://0.0.0.0/", "https://[::]/"),
        *("https://2130706433/", "https://017700000001/", "https://127.1/", "https://0177.0.0.1/"),
        *("https://127.0.0.1./", "https://①②⑦.0.0.1/", "https://user:password@127.0.0.1/"),
    ],
)
async def test_no_server_has_us_look_around_inside(address: str) -> None:
    async with connected(picture) as server:
        with pytest.raises(EngineFaultError) as caught:
            await fetch(address, server, timeouts=SHORT)
    assert caught.value.facts == {"reason": "bad_address"}


@pytest.mark.parametrize("host", ["localhost", "0x7f000001", "0x7f.1"])
async def test_nor_by_a_name(host: str) -> None:
    """A listener is there: whoever came so far would have been let in."""
    came = asyncio.Event()
    listener = await asyncio.start_server(lambda *_: came.set(), "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, connected(picture) as server:
        with pytest.raises(EngineUnavailableError) as caught:
            await fetch(f"https://{host}:{port}/", server, timeouts=SHORT)
    assert caught.value.facts == {"reason": "unreachable"}
    assert not came.is_set()


async def test_another_port_is_another_server() -> None:
    async with a_server(picture) as other, connected(picture) as server:
        with pytest.raises(EngineFaultError):
            await fetch(str(other.make_url("/a.png")), server)


async def test_a_redirect_to_the_inside_is_not_followed() -> None:
    came: list[str] = []

    async def inside(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response()

    async with (
        a_server(inside) as other,
        connected(answering(302, Location=str(other.make_url("/secret")))) as server,
    ):
        with pytest.raises(EngineFaultError) as caught:
            await fetch(str(server.origin / "a.png"), server)
    assert caught.value.facts == {"reason": "status", "status": 302}
    assert came == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, EngineFaultError), (500, EngineFaultError), (403, EngineUnavailableError)]
)
async def test_what_is_not_there_is_no_picture(status: int, error: type[EngineError]) -> None:
    async with connected(answering(status, b"not found")) as server:
        with pytest.raises(error) as caught:
            await fetch(str(server.origin / "a.png"), server)
    assert caught.value.facts["status"] == status


async def test_a_picture_is_of_a_size_to_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PICTURE_MOST", 100)
    async with connected(answering(200, bytes(101))) as server:
        with pytest.raises(EngineFaultError) as caught:
            await fetch(str(server.origin / "a.png"), server)
    assert caught.value.facts == {"reason": "answer_too_large"}


async def test_a_fetch_has_its_times() -> None:
    async with connected(silent) as server:
        with pytest.raises(EngineTimeoutError):
            await fetch(str(server.origin / "a.png"), server, timeouts=SHORT)


async def test_a_public_connection_knows_no_key_of_the_servers_and_is_closed_after_use() -> None:
    async with PublicConnection("https://pictures.example") as connection:
        assert isinstance(connection, Connection)
        session = connection._opened()
        assert "Authorization" not in session.headers
    assert session.closed
