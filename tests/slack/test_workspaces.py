"""Several workspaces: which client makes a call, and which deliveries are served."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.rules.desks import Desks
from bot.sandbox import RunningSandbox, SandboxConfig, start_in_thread
from bot.sandbox.config import BOT_TOKEN, BOT_USER_ID, WEST_TOKEN
from bot.slack.app import build_app
from bot.slack.calls.pacer import CallPostponed, Pacer
from bot.slack.calls.workspaces import (
    WorkspacesClient,
    client_for,
    find_by_channel_and_person,
)
from bot.slack.client import KeptWebClient
from bot.slack.handlers.roles import removed_from
from bot.slack.reading.groups import GroupHomes, GroupReading
from bot.text import text
from bot.usecases.context import Act, act_without_person
from bot.usecases.people import roles
from bot.usecases.people.people_team import keep_people_team
from bot.usecases.people.sessions import session_of, start_session
from bot.usecases.people.sign_ins import find_colleague
from bot.usecases.people.slack_link import SlackLink
from bot.usecases.requests import propose
from bot.usecases.services import Services
from storage.records import Account, Answer, Membership, Origin, Person, RequestState
from tests.product import RAVI, build_product

EAST, WEST, GRID = "T0SANDBOX", "T0WEST001", "E0SANDBOX"
WANDA, FAYE, ROSA = "W0WESTREV1", "W0FARAWAY1", "U0REVIEW1"
EAST_DESK, WEST_DESK = "C0HELPENUS", "C0WESTDESK"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_in_thread(SandboxConfig(organisation="workspaces")) as running:
        yield running


@pytest.fixture
def services(tmp_path: Path) -> Services:
    found = build_product(tmp_path).services
    found.team_id = GRID
    found.enterprise_id = GRID
    found.team_ids = frozenset({EAST, WEST})
    english = found.desks["english-us"]
    found.desks = Desks(
        desks={
            "east": replace(english, id="east", team_id=EAST),
            "west": replace(english, id="west", team_id=WEST, channel_id=WEST_DESK),
        },
        holders=found.desks.holders,
    )
    return found


@pytest.fixture
def client(sandbox: RunningSandbox, services: Services) -> WorkspacesClient:
    clients = {}
    for team_id, token in ((EAST, BOT_TOKEN), (WEST, WEST_TOKEN)):
        clients[team_id] = KeptWebClient(
            token=token,
            base_url=f"{sandbox.url}/api/",
            timeout=5,
            team_id=team_id,
        )
    made = WorkspacesClient(clients)
    made.find_team = find_by_channel_and_person(services)
    return made


def know(services: Services, user_id: str, team_id: str) -> None:
    account = Account(
        user_id=user_id,
        membership=Membership.MEMBER,
        team_id=team_id,
        enterprise_id=GRID,
    )
    with services.store.begin() as tx:
        tx.people.put([account], NOW)


def test_a_post_goes_out_in_the_workspace_of_its_channel(
    client: WorkspacesClient,
) -> None:
    for channel in (EAST_DESK, WEST_DESK):
        assert client.chat_postMessage(channel=channel, text="hello")["ok"]
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.clients[EAST].chat_postMessage(channel=WEST_DESK, text="hello")


def test_a_message_to_a_person_goes_out_in_a_workspace_of_theirs(
    client: WorkspacesClient, services: Services
) -> None:
    assert client.find_team({"channel": WANDA}) is None
    # Not known yet: the workspaces are asked in turn.
    assert client.chat_postMessage(channel=WANDA, text="hello")["ok"]
    know(services, WANDA, WEST)
    assert client.find_team({"channel": WANDA}) == WEST
    know(services, FAYE, "T0FARAWAY")
    assert client.find_team({"users": FAYE}) is None


def test_a_person_that_no_workspace_knows_is_not_found(
    client: WorkspacesClient,
) -> None:
    assert client.users_info(user=WANDA)["user"]["team_id"] == WEST
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.users_info(user="W0UNKNOWN1")


@pytest.mark.parametrize(
    ("body", "team_id"),
    [
        ({"team_id": WEST}, WEST),
        ({"team": {"id": "T0FARAWAY"}, "channel": {"id": WEST_DESK}}, WEST),
        ({"team": {"id": "T0FARAWAY"}, "view": {"app_installed_team_id": WEST}}, WEST),
        ({"team_id": "T0FARAWAY", "authorizations": [{"team_id": EAST}]}, EAST),
    ],
)
def test_a_delivery_is_answered_in_the_workspace_it_came_from(
    client: WorkspacesClient, body: dict[str, Any], team_id: str
) -> None:
    assert client_for(client, body) is client.clients[team_id]


@pytest.mark.parametrize(
    ("authorizations", "team_id"),
    [
        ([{"team_id": WEST, "is_enterprise_install": False}], WEST),
        ([{"team_id": WEST, "is_enterprise_install": True}], ""),
        ([{"team_id": None, "is_enterprise_install": True}], ""),
        ([], ""),
    ],
)
def test_an_app_of_the_whole_organisation_leaves_all_workspaces_at_once(
    authorizations: list[dict[str, Any]], team_id: str
) -> None:
    assert removed_from(authorizations) == team_id


def test_a_person_of_a_workspace_without_a_token_reads_where_to_go(
    client: WorkspacesClient,
    services: Services,
    caplog: pytest.LogCaptureFixture,
) -> None:
    identity = AuthorizeResult(
        enterprise_id=GRID,
        team_id=EAST,
        bot_user_id=BOT_USER_ID,
        bot_token=BOT_TOKEN,
    )
    app = build_app(
        services,
        client,
        identity=identity,
        clock=lambda: NOW,
    )
    command = f"command=/help-clip&team_id=T0FARAWAY&enterprise_id={GRID}"
    body = f"{command}&user_id={FAYE}&channel_id=C1&trigger_id=1.1.a&text="
    form = {"content-type": ["application/x-www-form-urlencoded"]}
    answer = app.dispatch(BoltRequest(body=body, headers=form))
    assert text("slack.error.not_served") in answer.body
    assert FAYE not in caplog.text


def test_a_group_belongs_to_the_workspace_that_lists_it(
    client: WorkspacesClient, services: Services
) -> None:
    desks = services.desks.desks
    everybody = {"S0REVIEWER", "S0WESTREVS", "S0NOTHING1"}
    holders = {
        role: replace(held, groups=frozenset(everybody))
        for role, held in desks["east"].holders.items()
    }
    east = replace(desks["east"], holders=holders)
    services.desks = Desks(desks={"east": east})
    homes = GroupHomes(2)
    for team_id, one in client.clients.items():
        reading = GroupReading(
            services,
            one,
            lambda: NOW,
            team_id,
            homes,
        )
        reading.read_due()
    with services.store.read() as tx:
        assert WANDA in tx.groups.members(["S0WESTREVS"])
        assert ROSA in tx.groups.members(["S0REVIEWER"])
        # Both workspaces deny it, so that it is gone and was read.
        assert tx.groups.read_at(everybody).keys() == everybody
        assert tx.groups.members(["S0NOTHING1"]) == frozenset()


def test_a_colleague_is_one_person_whichever_workspace_signs_in(
    services: Services,
) -> None:
    wanda = Person(team_id=GRID, user_id=WANDA)
    for team_id in (EAST, WEST, GRID):
        person = Person(team_id=team_id, user_id=WANDA)
        assert find_colleague(services, person, None) == wanda
    faye = Person(team_id="T0FARAWAY", user_id=FAYE)
    assert find_colleague(services, faye, None) == faye
    assert find_colleague(services, faye, "E0OTHER") == faye
    know(services, FAYE, "T0FARAWAY")
    assert find_colleague(services, faye, None) == Person(team_id=GRID, user_id=FAYE)
    assert find_colleague(services, faye, "E0OTHER") == faye


def test_people_stay_the_same_when_one_workspace_becomes_several(
    tmp_path: Path,
) -> None:
    product = build_product(tmp_path)
    request = product.open()
    product.answer(RAVI, request, "lamp")
    services = product.services
    services.enterprise_id, services.team_id = GRID, GRID
    services.team_ids = frozenset({EAST, WEST})
    keep_people_team(services)
    assert services.team_id == EAST
    ravi = services.person(RAVI, team_id=WEST)
    act = replace(product.act(RAVI), person=ravi)
    propose.propose(
        services,
        act,
        request.key,
        answer=Answer.WORDS,
        text="lamp",
        confidence=2,
    )
    # It is the same answer, and not a second one that would settle the word.
    assert product.request(request).state is RequestState.OPEN


def test_an_installation_that_begins_with_several_records_the_organisation(
    services: Services,
) -> None:
    keep_people_team(services)
    assert services.team_id == GRID


def test_a_workspace_that_removes_the_app_signs_its_people_out_alone(
    services: Services,
) -> None:
    tokens = {}
    for user_id, team_id in ((ROSA, EAST), (WANDA, WEST)):
        know(services, user_id, team_id)
        person = services.person(user_id, team_id=team_id)
        act = Act(person=person, origin=Origin.PAGE, now=NOW)
        tokens[user_id] = start_session(services, act, browser="b").token
    roles.remove_app(services, act_without_person(Origin.SLACK, NOW), WEST)
    assert session_of(services, tokens[ROSA], NOW) is not None
    assert session_of(services, tokens[WANDA], NOW) is None
    with services.store.read() as tx:
        assert tx.people.known([ROSA, WANDA]).keys() == {ROSA}
    roles.remove_app(services, act_without_person(Origin.SLACK, NOW))
    assert session_of(services, tokens[ROSA], NOW) is None


def test_each_workspace_has_its_share_of_calls(
    client: WorkspacesClient, services: Services
) -> None:
    for team_id, one in client.clients.items():
        one.pacer = Pacer(services.store, lambda: NOW, team_id)
    calls = dict.fromkeys(client.clients, 0)
    for team_id, one in client.clients.items():
        with suppress(CallPostponed):
            while True:
                one.users_list(limit=1)
                calls[team_id] += 1
    assert calls[EAST] == calls[WEST] > 1


def test_one_revoked_token_does_not_cut_the_others_off() -> None:
    link = SlackLink()
    link.note(None, EAST)
    link.note("token_revoked", WEST)
    assert link.refused is None
    link.note("token_revoked", EAST)
    assert link.refused == "token_revoked"
