"""Print the JSON schemas for editors into docs/reference: `python -m tools.schemas`."""

from collections.abc import Mapping
from pathlib import Path

from bot.config.desks_file import desks_schema
from bot.sources.clips.sidecar import sidecar_schema

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


def schemas() -> Mapping[str, str]:
    """Return each schema by the name of its file."""
    return {
        "desks.schema.json": desks_schema(),
        "clip.schema.json": sidecar_schema(),
    }


if __name__ == "__main__":
    for name, schema in schemas().items():
        (REFERENCE / name).write_text(schema, "utf-8")
