"""manifest.yml against Slack's own schema."""

import json
from pathlib import Path

import jsonschema
import yaml

from bot.slack.manifest import manifest_for_http
from tests.realdata.shared import needs_shared


def test_the_manifest_is_valid() -> None:
    schemas = needs_shared("slack/manifest-schema/schemas")
    schema = json.loads((schemas / "manifest.schema.2.0.0.json").read_text("utf-8"))
    manifest = yaml.safe_load(
        (Path(__file__).parents[2] / "manifest.yml").read_text("utf-8")
    )
    jsonschema.validate(manifest, schema)


def test_the_manifest_for_http_is_valid_and_names_every_address() -> None:
    schemas = needs_shared("slack/manifest-schema/schemas")
    schema = json.loads((schemas / "manifest.schema.2.0.0.json").read_text("utf-8"))
    manifest = yaml.safe_load(manifest_for_http("https://clips.test"))
    jsonschema.validate(manifest, schema)
    commands = manifest["features"]["slash_commands"]
    settings = manifest["settings"]
    addresses = [command["url"] for command in commands]
    addresses.append(settings["event_subscriptions"]["request_url"])
    addresses.append(settings["interactivity"]["request_url"])
    assert set(addresses) == {"https://clips.test/slack/events"}
    assert len(addresses) == 8
    assert settings["socket_mode_enabled"] is False
