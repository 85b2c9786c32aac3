"""manifest.yml against Slack's own schema."""

import json
from pathlib import Path

import jsonschema
import yaml

from tests.realdata.shared import needs_shared


def test_the_manifest_is_valid() -> None:
    schemas = needs_shared("slack/manifest-schema/schemas")
    schema = json.loads((schemas / "manifest.schema.2.0.0.json").read_text("utf-8"))
    manifest = yaml.safe_load(
        (Path(__file__).parents[2] / "manifest.yml").read_text("utf-8")
    )
    jsonschema.validate(manifest, schema)
