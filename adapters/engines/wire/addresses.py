"""Servers' addresses as an operator writes them: one or several, with commas between."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def checked_addresses(text: str) -> str:
    """Return the text. Raises `ValueError`, which doesn't repeat it: there may be a password in it."""
    if not all(map(_is_address, addresses(text))):
        raise ValueError("write each server as http://host:port, with commas between")
    return text


def has_password(address: str) -> bool:
    """Say whether somebody is named in the address."""
    return urlsplit(address).username is not None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = not parts.query and not parts.fragment and not any(map(str.isspace, text))
    is_sendable = ":" not in unquote(parts.username or "")  # basic authentication ends the user there
    return (
        parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and is_plain and is_sendable
    )
