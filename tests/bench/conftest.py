"""Measurements are asked for (`pytest tests/bench -m bench`), never run along with the
tests.
"""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "bench: measures speed or memory; runs only with -m bench"
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    if "bench" in config.getoption("-m"):
        return
    kept = [item for item in items if item.get_closest_marker("bench") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
