from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.engines.openai_images.config import OpenAISettings
from adapters.engines.openai_images.opening import open_openai
from tests.fakes.job_notes import FakeJobNotes


def settings_of(**values: Any) -> OpenAISettings:
    return OpenAISettings.model_validate(values)


def test_it_is_off_unless_there_is_an_address() -> None:
    assert open_openai(OpenAISettings(), FakeJobNotes()) == ()


@pytest.mark.parametrize("address", ["http://a:1", "http://a:1/", "http://a:1/v1", "http://a:1/v1/"])
def test_an_address_may_or_may_not_end_in_its_version(address: str) -> None:
    assert settings_of(url=address).addresses == ("http://a:1/v1",)


def test_each_of_several_servers_has_a_name_of_its_own() -> None:
    engines = open_openai(settings_of(url="http://a, http://b/v2 ,http://c"), FakeJobNotes())
    assert [engine.name for engine in engines] == ["openai", "openai-2", "openai-3"]
    assert {engine.kind for engine in engines} == {"openai"}


@pytest.mark.parametrize(
    "values",
    [
        {"url": "api.openai.com"},
        {"url": "ftp://a"},
        {"url": "http://a, nonsense"},
        {"url": "http://a/v1?key=1"},
        {"url": "http://[a"},
        {"key": "two words"},
        {"sizes": "large"},
        {"models": "x" * 101},
        {"quality": "high; drop"},
        {"partial_images": 4},
        {"slots": 0},
        {"batch": 11},
        {"points_per_picture": 5},  # of any model that a member may name
    ],
)
def test_bad_values_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings_of(**values)


def test_a_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(settings_of(key="sk-secret"))


def test_where_pictures_cost_money_members_choose_among_named_models_only() -> None:
    assert settings_of(model="a").named_models == ()
    assert settings_of(model="a", points_per_picture=5).named_models == ("a",)
    assert settings_of(model="a", models="b, a", points_per_picture=5).named_models == ("a", "b")


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in OpenAISettings.model_fields.values())
