from __future__ import annotations

import pytest

from core.generation.engine import EngineJob
from core.ids import TaskId
from tests.fakes.builders import a_request


def test_a_job_knows_its_seed() -> None:
    assert EngineJob(TaskId("t1"), 1, a_request(seed=0)).seed == 0


def test_a_request_that_no_service_has_seen_has_no_seed() -> None:
    with pytest.raises(ValueError, match="given its seed"):
        _ = EngineJob(TaskId("t1"), 1, a_request(seed=None)).seed
