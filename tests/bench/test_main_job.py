"""The main job's numbers against their targets."""

from collections.abc import Callable

import pytest

from tests.bench import main_job
from tests.bench.main_job import Measured

pytestmark = pytest.mark.bench


@pytest.mark.parametrize(
    "measure",
    [main_job.acknowledgement, main_job.snippet, main_job.demo_ready, main_job.memory],
    ids=lambda measure: measure.__name__,
)
def test_every_number_is_within_its_target(
    measure: Callable[[], list[Measured]],
) -> None:
    assert [found.line() for found in measure() if not found.is_met] == []
