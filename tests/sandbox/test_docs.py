"""docs/sandbox.md keeps up with the code."""

from pathlib import Path

import pytest

from bot.sandbox.__main__ import arguments
from bot.sandbox.config import (
    APP_ID,
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER_ID,
    CLIENT_ID,
    CLIENT_SECRET,
    SIGNING_SECRET,
    TEAM_ID,
)
from bot.sandbox.local_api.fault_controls import CONTROL_ROUTES
from bot.sandbox.local_api.live_updates import LIVE_ROUTES
from bot.sandbox.local_api.person_actions import ACTION_ROUTES
from bot.sandbox.local_api.person_views import VIEW_ROUTES
from bot.sandbox.local_api.workspace_changes import CHANGE_ROUTES
from bot.sandbox.workspace.default_workspace import (
    default_channels,
    default_people,
    default_usergroups,
)

TEXT = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
ROUTES = [
    *ACTION_ROUTES,
    *VIEW_ROUTES,
    *LIVE_ROUTES,
    *CONTROL_ROUTES,
    *CHANGE_ROUTES,
]


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_every_driver_call_is_documented(path: str) -> None:
    short = path.removeprefix("/sandbox/")
    assert any(
        f"{verb} {form}" in TEXT
        for verb in ("GET", "POST", "WS")
        for form in (path, short)
    )


def test_every_option_is_documented() -> None:
    options = [
        o for a in arguments()._actions for o in a.option_strings if o.startswith("--")
    ]
    assert [o for o in options if o != "--help" and f"`{o}" not in TEXT] == []


def test_every_fixed_name_is_documented() -> None:
    names = [BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, CLIENT_ID, CLIENT_SECRET]
    names += [TEAM_ID, APP_ID, BOT_USER_ID, BOT_ID]
    names += [thing.id for thing in (*default_people("x"), *default_channels())]
    names += [group.id for group in default_usergroups()]
    assert [n for n in names if f"`{n}`" not in TEXT] == []
