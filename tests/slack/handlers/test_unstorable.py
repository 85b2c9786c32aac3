"""Text that no database can store, typed in Slack, gets a sentence."""

import pytest

from tests.product import ROSA
from tests.slack.workspace import Workspace, written

BROKEN = "Something went wrong"


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        (ROSA, "/clip-distress en-us\0-0001"),
        (ROSA, "/clip-audit clip=en-us\0-0001"),
    ],
)
def test_a_command_with_nul_is_refused_with_a_sentence(
    workspace: Workspace, person: str, typed: str
) -> None:
    answer = workspace.command(person, typed)
    assert answer.get("response_type") == "ephemeral"
    assert answer["text"]
    assert "\0" not in answer["text"]
    assert BROKEN not in answer["text"]


@pytest.mark.parametrize("typed", ["en-us\0-0001", "en-us-0001\0 2.3-2.9"])
def test_a_clip_id_with_nul_is_refused_in_the_form(
    workspace: Workspace, typed: str
) -> None:
    workspace.command(ROSA, f"/help-clip {typed}")
    shown = written(workspace.window(ROSA))
    assert "That is not a clip id" in shown
    assert BROKEN not in shown
