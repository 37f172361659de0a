from __future__ import annotations

import pytest
from pydantic import ValidationError

from adapters.engines.automatic1111.call import Timing
from adapters.engines.automatic1111.config import Automatic1111Settings
from adapters.engines.automatic1111.engine import open_automatic1111
from core.generation.pool.pool import PoolSettings


async def test_each_server_is_an_engine_of_its_own() -> None:
    engines = open_automatic1111(
        Automatic1111Settings(url="http://one:7860, http://two:7860,http://one:7860")
    )
    assert [engine.name for engine in engines] == ["automatic1111-1", "automatic1111-2"]
    (alone,) = open_automatic1111(Automatic1111Settings(url="https://ann:secret@one/sd"))
    assert (alone.name, alone.kind) == ("automatic1111", "automatic1111")


def test_without_an_address_it_is_switched_off() -> None:
    assert open_automatic1111(Automatic1111Settings()) == ()


@pytest.mark.parametrize(
    "url",
    ["one:7860", "ftp://one", "http://", "http://one?x=1", "http://one:x", "http://a,b", "http://x%3Ay@one"],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Automatic1111Settings(url=url if "@" in url else url.replace("//", "//u:hidden@"))
    assert "http://host:port" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_a_job_is_given_up_with_a_word_of_why_before_the_pool_gives_the_server_up() -> None:
    assert Automatic1111Settings().total == Timing().total < PoolSettings().run
