"""Two desks in two workspaces of an organisation: by one token for both, by one each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.config import BOT_TOKEN, WEST_TOKEN
from bot.wiring import utc_now
from storage.audit.query.search import Question, answer
from storage.records import Event, Membership
from tests.end_to_end.browser_people import (
    JONAS,
    LENA,
    RAVI,
    ROSA,
    Visitor,
    ask,
    hear_and_answer,
    link,
    replies,
    submit,
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.processes import help_clip, settings_for, wait_for

EAST, WEST, ORGANISATION = "T0SANDBOX", "T0WEST001", "E0SANDBOX"
WANDA, WIM, WALT = "W0WESTREV1", "W0WESTREV2", "W0WESTLEAD"
OLGA, FAYE, ADA = "W0OFFICER1", "W0FARAWAY1", "U0ADMIN01"
WEST_DESK = "C0WESTDESK"
_DESKS = """
safety_officers = {{ users = ["{olga}"] }}
administrators = {{ users = ["U0ADMIN01"] }}

[desks.east]
locale = "en-US"
workspace = "T0SANDBOX"
channel = "C0HELPENUS"
reviewers = {{ groups = ["S0REVIEWER"] }}
leads = {{ groups = ["S0LEADS001"] }}

[desks.west]
locale = "en-US"
workspace = "T0WEST001"
channel = "C0WESTDESK"
reviewers = {{ groups = ["S0WESTREVS"], users = ["{rosa}", "{faye}"] }}
leads = {{ users = ["{walt}"] }}
"""
TOKENS = {"org-wide": BOT_TOKEN, "workspaces": f"{BOT_TOKEN},{WEST_TOKEN}"}


def desks_of(folder: Path) -> Path:
    """Write the two desks."""
    path = folder / "two-desks.toml"
    path.write_text(_DESKS.format(olga=OLGA, rosa=ROSA, faye=FAYE, walt=WALT))
    return path


@pytest.fixture(scope="module", params=["org-wide", "workspaces"])
def company(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """The organisation with a bot at work for both of its workspaces."""
    folder = tmp_path_factory.mktemp("organisation")
    with open_stage(folder, "--organisation", request.param) as stage:
        desks = desks_of(folder)
        bot = stage.bot(DESKS=str(desks), SLACK_BOT_TOKEN=TOKENS[request.param])
        wait_for(lambda: all_known(bot.command("check").stdout), "the roles")
        yield stage


def all_known(checked: str) -> bool:
    return "never" not in checked


def thread_in_west(company: Stage, name: str) -> dict[str, Any]:
    def parent() -> dict[str, Any] | None:
        for message in company.sandbox.messages(WEST_DESK, as_=WALT):
            if message["text"].startswith(f"{name}:"):
                return message
        return None

    return wait_for(parent, f"the thread of {name}")


def replies_in_west(company: Stage, name: str) -> list[str]:
    ts = thread_in_west(company, name)["ts"]
    found = company.sandbox.messages(WEST_DESK, as_=WALT, thread_ts=ts)
    return [str(message["text"]) for message in found]


def events(company: Stage) -> list[Event]:
    with company.open_store() as store, store.read() as tx:
        found = answer(tx.log, Question(newest_first=True, limit=500)).events
    return [recorded.event for recorded in found]


def notes(company: Stage, person: str) -> str:
    opened = company.sandbox.do("dm", as_=person, user="U0HELPCLIP")
    found = company.sandbox.messages(opened["channel"], as_=person)
    return "\n".join(str(message) for message in found)


def test_a_word_is_settled_in_each_workspace(company: Stage) -> None:
    east = ask(company.sandbox, ROSA)
    west = ask(
        company.sandbox, WANDA, clip="en-us-0008", span="0.8-1.1", channel=WEST_DESK
    )
    url = link(thread_of(company.sandbox, east))
    for person in (RAVI, LENA):
        hear_and_answer(person, url)
    url = link(thread_in_west(company, west))
    for person in (WIM, WALT):
        hear_and_answer(person, url)
    wait_for(lambda: f"{east} is settled" in replies(company.sandbox, east), "east")
    wait_for(lambda: f"{west} is settled" in replies_in_west(company, west), "west")
    teams = {event.actor.team_id for event in events(company) if event.actor}
    assert teams == {ORGANISATION}


def test_the_calls_of_a_channel_go_out_for_its_workspace(company: Stage) -> None:
    calls = company.sandbox.calls("chat.postMessage")
    teams = {call["payload"]["channel"]: call["team"] for call in calls}
    if ORGANISATION in teams.values():
        assert set(teams.values()) == {ORGANISATION}
    else:
        assert teams["C0HELPENUS"] == EAST
        assert teams[WEST_DESK] == WEST
    for call in company.sandbox.calls("users.list"):
        assert call["response"]["ok"], call


def test_a_person_of_one_workspace_works_for_a_desk_of_the_other(
    company: Stage,
) -> None:
    name = ask(
        company.sandbox, WIM, clip="en-us-0009", span="0.8-0.9", channel=WEST_DESK
    )
    url = link(thread_in_west(company, name))
    hear_and_answer(ROSA, url)
    hear_and_answer(WANDA, url)
    wait_for(lambda: f"{name} is settled" in replies_in_west(company, name), "west")


def test_a_colleague_of_a_workspace_without_the_app_shares_the_desk(
    company: Stage,
) -> None:
    company.sandbox.do("change", channel=WEST_DESK, join=FAYE)
    name = ask(
        company.sandbox, WANDA, clip="en-us-0001", span="1.5-1.8", channel=WEST_DESK
    )
    wait_for(lambda: is_known(company, FAYE), "Faye to be known")
    url = link(thread_in_west(company, name))
    hear_and_answer(FAYE, url)
    pressed = company.sandbox.do(
        "press",
        as_=FAYE,
        channel=WEST_DESK,
        ts=thread_in_west(company, name)["ts"],
        action_id="not_me",
    )
    assert pressed["ok"], pressed
    hear_and_answer(WIM, url)
    wait_for(lambda: f"{name} is settled" in replies_in_west(company, name), "west")
    answers = [event for event in events(company) if event.request == name]
    people = {event.actor.team_id for event in answers if event.actor is not None}
    assert people == {ORGANISATION}


def is_known(company: Stage, person: str) -> bool:
    with company.open_store() as store, store.read() as tx:
        return tx.people.membership_of(person) is Membership.MEMBER


def test_a_stop_in_either_workspace_calls_the_officer_of_both(company: Stage) -> None:
    for person, channel in ((JONAS, "C0HELPENUS"), (WANDA, WEST_DESK)):
        before = notes(company, OLGA)
        line = "/clip-distress en-us-0005"
        if channel == WEST_DESK:
            line = "/clip-distress en-us-0006"
        typed = company.sandbox.do("command", as_=person, channel=channel, text=line)
        assert typed["ok"], typed
        wait_for(lambda shown=before: notes(company, OLGA) != shown, "the call")  # type: ignore[misc]


def test_home_opens_in_either_workspace(company: Stage) -> None:
    for person in (ROSA, WANDA, OLGA):
        opened = company.sandbox.do("home/open", as_=person)
        assert opened["ok"], opened
        assert opened["view"], opened


def test_a_global_shortcut_opens_the_form(company: Stage) -> None:
    opened = company.sandbox.do("shortcut", as_=WANDA, callback_id="ask_clip")
    assert opened["ok"], opened
    sent = submit(company.sandbox, WANDA, clip="en-us-0008", span="1.13-1.3", guess="")
    assert sent["ok"], sent
    assert utc_now() > events(company)[0].at


def test_check_names_each_workspace(company: Stage) -> None:
    shown = company.bots[0].command("check").stdout
    assert f"organisation {ORGANISATION}" in shown
    assert f"workspace {EAST}, Sandbox" in shown
    assert f"workspace {WEST}, Sandbox West" in shown


def test_a_company_outside_of_the_organisation_stays_outside(company: Stage) -> None:
    with Visitor("U0EXTERN1", f"{company.bots[0].address}/") as visitor:
        assert visitor.page.status_code == 403
        assert "a Slack workspace of another company" in visitor.page.text


def test_a_workspace_that_revokes_its_token_stands_alone(tmp_path: Path) -> None:
    with open_stage(tmp_path, "--organisation", "workspaces") as stage:
        bot = stage.bot(
            DESKS=str(desks_of(tmp_path)), SLACK_BOT_TOKEN=TOKENS["workspaces"]
        )
        wait_for(lambda: is_known(stage, WANDA), "Wanda to be known")
        stage.sandbox.fault(revoke_token=WEST_TOKEN)
        wait_for(lambda: not is_known(stage, WANDA), "Wanda to be signed out")
        assert is_known(stage, ROSA)
        assert bot.is_ready()
        name = ask(stage.sandbox, ROSA)
        thread_of(stage.sandbox, name)


def test_a_desk_without_a_workspace_is_named(tmp_path: Path) -> None:
    with open_stage(tmp_path, "--organisation", "org-wide") as stage:
        settings = settings_for(tmp_path, stage.sandbox, "http://127.0.0.1:1")
        asked = help_clip(["serve"], settings, tmp_path)
    assert asked.returncode == 1
    assert "workspace is missing" in asked.stderr
    assert "T0WEST001 (Sandbox West)" in asked.stderr


def test_a_workspace_without_a_token_is_refused(tmp_path: Path) -> None:
    with open_stage(tmp_path, "--organisation", "workspaces") as stage:
        bot = stage.bot()
        stage.sandbox.do("home/open", as_=WANDA)
        wait_for(
            lambda: "a workspace that is not served was refused" in bot.output(),
            "the refusal in the log",
        )
        assert WANDA not in bot.output()
