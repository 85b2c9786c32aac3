"""A person whose roles are not read yet learns so, wherever a refusal is shown."""

from collections.abc import Iterator

import pytest

from bot.usecases.context import act_without_person
from bot.usecases.people import roles
from bot.wiring import utc_now
from storage.records import Membership, Origin
from tests.slack.workspace import Workspace, written

# No group holds this person, so that the reader leaves the account alone meanwhile.
UNREAD = "U0GUEST01"
GENERAL = "C0GENERAL1"


@pytest.fixture(autouse=True)
def unread(workspace: Workspace) -> Iterator[None]:
    """The account of one person was never read."""
    _set_membership(workspace, None)
    yield
    _set_membership(workspace, Membership.GUEST)


def _set_membership(workspace: Workspace, known: Membership | None) -> None:
    act = act_without_person(Origin.WORKER, utc_now())
    roles.set_membership(workspace.program.services, act, UNREAD, known)


def test_the_form_of_a_command_is_replaced_by_the_reason(workspace: Workspace) -> None:
    workspace.command(UNREAD, "/help-clip en-us-0001", channel=GENERAL)
    view = workspace.window(UNREAD)
    assert view["callback_id"] == "notice"
    assert "still learning" in written(view)


def test_enter_in_the_clip_field_shows_the_reason(workspace: Workspace) -> None:
    workspace.command(UNREAD, "/help-clip", channel=GENERAL)
    form = workspace.window(UNREAD)
    pressed = workspace.post(
        "press",
        UNREAD,
        view_id=form["id"],
        block_id="clip",
        action_id="clip",
        value="en-us-0001",
        values={"clip": {"clip": "en-us-0001"}},
    )
    assert pressed["ok"], pressed
    assert "still learning" in written(workspace.window(UNREAD))
