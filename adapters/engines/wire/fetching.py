"""Fetching a picture from an address that a server named: never from inside the operator's network."""

from __future__ import annotations

import ipaddress
import socket
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from adapters.engines.wire.connection import Answer, Connection, Timeouts
from core.errors import EngineFaultError

PICTURE_MOST = 64 * 2**20
"""Bytes."""


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class PublicResolver(AbstractResolver):
    """Resolves names, and refuses those that lead to an address that is not public.

    The connection is made to the very address that was checked, so that a name which changes its mind
    between the two gains nothing.
    """

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        """`inner` is what really resolves names."""
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises `OSError` where an address is not public."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise OSError(None, "not a public address")
        return found

    async def close(self) -> None:
        await self._inner.close()


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; False for what is none."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    one = _inside(ip) or ip
    return one.is_global and not one.is_multicast and not getattr(one, "is_site_local", False)


def _inside(ip: _Address) -> _Address | None:
    """Return the IPv4 address that an IPv6 one stands for, where it may lead there."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64 or ip in _COMPATIBLE:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


async def fetch(address: str, server: Connection, *, timeouts: Timeouts | None = None) -> bytes:
    """Return what is at `address`: on `server` itself, or at a public address by HTTPS.

    Raises `EngineFaultError` with the reason `bad_address`, or `answer_too_large`; else as
    `Connection.send`. No redirect is followed.
    """
    try:
        url = URL(address).with_user(None)
        is_own = url.origin() == server.origin
    except ValueError:
        raise EngineFaultError(reason="bad_address") from None
    if is_own:
        answer = await server.send("GET", "/", url=url, timeouts=timeouts, answer_most=PICTURE_MOST)
        return _body(answer)
    if url.scheme != "https" or not url.host or (_is_number(url.host) and not is_public(url.host)):
        raise EngineFaultError(reason="bad_address")
    async with PublicConnection(str(url.origin()), timeouts=timeouts) as other:
        answer = await other.send("GET", "/", url=url, timeouts=timeouts, answer_most=PICTURE_MOST)
        return _body(answer)


class PublicConnection(Connection):
    """A connection that reaches public addresses alone."""

    def connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=4, resolver=PublicResolver())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _body(answer: Answer) -> bytes:
    answer.raise_for_status()
    if not answer.ok:
        raise EngineFaultError(reason="status", status=answer.status)
    return answer.body


def _is_number(host: str) -> bool:
    """Say whether nobody will ask the resolver: 2130706433 and 127.1 are ways to write an address, too."""
    return ":" in host or not any(letter.isalpha() for letter in host)
