"""Who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
