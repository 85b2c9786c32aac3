"""An organisation of two workspaces: one token for both, or one each."""

from collections.abc import Iterator

import pytest

from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.sandbox.app.rate_limits import RateLimits
from tests.sandbox.workspace import BOT, Workspace

EAST, WEST, FAR = "T0SANDBOX", "T0WEST001", "T0FARAWAY"
WEST_BOT = "xoxb-sandbox-west"
WANDA, OLGA, FAYE = "W0WESTREV1", "W0OFFICER1", "W0FARAWAY1"


@pytest.fixture(scope="module")
def whole() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig(organisation="org-wide")) as running:
        yield running


@pytest.fixture(scope="module")
def apart() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig(organisation="workspaces")) as running:
        yield running


@pytest.fixture
def org(whole: RunningSandbox) -> Iterator[Workspace]:
    workspace = Workspace(whole.url)
    workspace.http.post("/sandbox/reset")
    yield workspace
    workspace.http.close()


@pytest.fixture
def two(apart: RunningSandbox) -> Iterator[Workspace]:
    workspace = Workspace(apart.url)
    workspace.http.post("/sandbox/reset")
    yield workspace
    workspace.http.close()


def ids(answer: dict[str, object], key: str) -> set[str]:
    return {item["id"] for item in answer[key]}  # type: ignore[attr-defined, index]


def test_a_token_of_the_organisation_is_one_of_no_workspace(org: Workspace) -> None:
    me = org.api("auth.test")
    assert me["is_enterprise_install"] is True
    assert me["enterprise_id"] == "E0SANDBOX"
    assert ids(org.api("auth.teams.list"), "teams") == {EAST, WEST}


@pytest.mark.parametrize("method", ["users.list", "usergroups.list"])
def test_lists_want_a_workspace_that_has_the_app(org: Workspace, method: str) -> None:
    assert org.api(method)["error"] == "missing_argument"
    assert org.api(method, team_id=FAR)["error"] == "team_access_not_granted"
    assert org.api(method, team_id=WEST)["ok"]


def test_a_list_holds_the_people_of_its_workspace(org: Workspace) -> None:
    west = org.api("users.list", team_id=WEST)
    assert {WANDA, OLGA} < ids(west, "members")
    assert "U0REVIEW1" not in ids(west, "members")
    (olga,) = [one for one in west["members"] if one["id"] == OLGA]
    assert olga["team_id"] == WEST
    assert olga["enterprise_user"]["teams"] == [EAST, WEST]
    assert OLGA in ids(org.api("users.list", team_id=EAST), "members")


def test_one_person_needs_no_workspace(org: Workspace) -> None:
    assert org.api("users.info", user=FAYE)["user"]["team_id"] == FAR
    assert org.api("chat.postMessage", channel=FAYE, text="hello")["ok"]


def test_a_token_of_a_workspace_reaches_its_own_channels_only(two: Workspace) -> None:
    assert two.api("auth.test", WEST_BOT)["team_id"] == WEST
    posted = two.api("chat.postMessage", WEST_BOT, channel="C0WESTDESK", text="hello")
    assert posted["ok"]
    refused = two.api("chat.postMessage", BOT, channel="C0WESTDESK", text="hello")
    assert refused["error"] == "channel_not_found"
    assert two.api("users.info", BOT, user=WANDA)["error"] == "user_not_found"
    assert two.api("users.info", WEST_BOT, user=WANDA)["ok"]


def test_the_workspace_argument_of_a_workspace_token_is_ignored(two: Workspace) -> None:
    west = two.api("usergroups.list", WEST_BOT, team_id=EAST)
    assert ids(west, "usergroups") == {"S0WESTREVS"}


def test_a_colleague_of_another_workspace_shares_the_channel(org: Workspace) -> None:
    org.change(channel="C0WESTDESK", join=FAYE)
    channel = org.api("conversations.info", channel="C0WESTDESK")["channel"]
    assert channel["is_org_shared"]
    assert not channel["is_ext_shared"]
    assert set(channel["shared_team_ids"]) == {WEST, FAR}


def test_limits_are_counted_for_each_workspace() -> None:
    limits = RateLimits("real")
    east = [limits.wait_s("users.list", None, 0.0, EAST) for _ in range(21)]
    assert east[:20] == [0] * 20
    assert east[20] > 0
    assert limits.wait_s("users.list", None, 0.0, WEST) == 0
