"""Who may do what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from core.ids import AccountId


class Permission(StrEnum):
    """Who may give a command."""

    MEMBER = "member"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who gives a command. The adapter says whether its platform knows them as an admin of Easel."""

    account: AccountId
    is_admin: bool = False

    def may(self, permission: Permission) -> bool:
        return permission is Permission.MEMBER or self.is_admin


def ids_in(text: str) -> frozenset[int]:
    """Return a platform's user ids, as an operator lists them. Raises `ValueError`."""
    try:
        return frozenset(int(part) for part in text.replace(",", " ").split())
    except ValueError:
        raise ValueError("must be numbers with commas between: ids, not names") from None


def secret_like(pattern: str, problem: str) -> AfterValidator:
    """Check a secret against a pattern, without ever repeating it."""

    def check(secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(pattern, secret.get_secret_value()):
            raise ValueError(problem)
        return secret

    return AfterValidator(check)


def _checked(text: str) -> str:
    ids_in(text)
    return text


Ids = Annotated[str, AfterValidator(_checked)]
"""User ids with commas between: "1001, 1002"."""
