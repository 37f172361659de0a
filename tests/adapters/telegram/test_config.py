"""The settings."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from adapters.telegram.config import TelegramSettings


def test_nothing_is_needed_to_be_off() -> None:
    assert TelegramSettings().token is None


def test_admins_are_ids() -> None:
    assert TelegramSettings(admins="1, 2").admin_ids == {1, 2}
    with pytest.raises(ValidationError):
        TelegramSettings(admins="@ann")


@pytest.mark.parametrize("secret", [None, "", "with space", "x" * 257])
def test_a_webhook_wants_a_secret(secret: str | None) -> None:
    with pytest.raises(ValidationError, match="webhook_secret"):
        TelegramSettings.model_validate(
            {"webhook_url": "https://example.org/easel", "webhook_secret": secret}
        )


def test_a_webhook() -> None:
    settings = TelegramSettings(
        webhook_url="https://example.org/easel",
        webhook_secret=SecretStr("s_-1"),
        webhook_listen="127.0.0.1:9",
    )
    assert settings.listen == ("127.0.0.1", 9)
    assert "s_-1" not in repr(settings)
