"""Who may not hear does not hear, and that they tried is on record."""

import httpx
import pytest

from storage.audit.query.search import Question, answer
from storage.records import Action, Outcome, Person
from tests.end_to_end.browser_people import (
    AMIR,
    CLIP,
    ENGLISH,
    GUEST,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SOFIA,
    Visitor,
    ask,
    link,
    thread_of,
)
from tests.end_to_end.conftest import Stage
from tests.end_to_end.processes import Bot, json_lines, wait_for

OUTSIDER = "U0EXTERN1"

DESKS = """
safety_channel = "C0SAFETY01"
auditors = {{ groups = ["S0AUDITORS"] }}
safety_officers = {{ groups = ["S0SAFETY01"] }}
administrators = {{ users = ["U0ADMIN01"] }}

[desks.english-us]
name = "English (US)"
locale = "en-US"
channel = "C0HELPENUS"
quorum = {quorum}
reviewers = {{ users = ["U0REVIEW1", "U0REVIEW2"] }}
leads = {{ groups = ["S0LEADS001"] }}

[desks.deutsch]
name = "Deutsch"
locale = "de-DE"
channel = "C0HELPDEDE"
reviewers = {{ users = ["U0REVIEW3"] }}
leads = {{ groups = ["S0LEADS001"] }}
"""


@pytest.fixture(scope="module")
def asked(shared_stage: Stage) -> tuple[Stage, Bot, str]:
    """A request on the English desk; Jonas is of another desk."""
    stage = shared_stage
    desks = stage.folder / "desks.toml"
    desks.write_text(DESKS.format(quorum=2))
    bot = stage.bot(DESKS=str(desks))
    name = ask(stage.sandbox)
    return stage, bot, link(thread_of(stage.sandbox, name))


def denials(
    stage: Stage, person: str, action: Action = Action.SNIPPET_HEARD
) -> list[str]:
    """The rules by which a person was denied something."""
    who = Person(team_id="T0SANDBOX", user_id=person)
    asked = Question(
        request="HC-1001", person=who, actions=(action,), outcome=Outcome.DENIED
    )
    with stage.open_store() as store, store.read() as tx:
        return [str(found.event.rule) for found in answer(tx.log, asked).events]


@pytest.mark.parametrize(
    ("person", "rule"),
    [
        (AMIR, "no_role"),
        (SOFIA, "no_role"),
        (JONAS, "no_role"),
        (ROSA, "own_request"),
    ],
    ids=["auditor", "safety officer", "reviewer of another desk", "asker"],
)
def test_a_denied_listen_plays_nothing_and_is_on_record(
    asked: tuple[Stage, Bot, str], person: str, rule: str
) -> None:
    stage, _, url = asked
    with Visitor(person, url) as visitor:
        played = visitor.play()
    assert played.status == 403
    assert b"RIFF" not in played.sound
    assert denials(stage, person) == [rule]


def test_a_guest_of_the_workspace_cannot_sign_in(asked: tuple[Stage, Bot, str]) -> None:
    stage, _, url = asked
    with Visitor(GUEST, url) as visitor:
        played = visitor.play()
    assert played.status == 401
    assert b"RIFF" not in played.sound
    who = Person(team_id="T0SANDBOX", user_id=GUEST)
    question = Question(
        person=who,
        actions=(Action.SESSION_STARTED,),
        outcome=Outcome.DENIED,
    )
    with stage.open_store() as store, store.read() as tx:
        rules = {str(found.event.rule) for found in answer(tx.log, question).events}
    assert rules == {"not_member_guest"}


def test_an_auditor_finds_the_denials_from_a_shell(
    asked: tuple[Stage, Bot, str],
) -> None:
    _, bot, url = asked
    with Visitor(JONAS, url) as jonas:
        jonas.play()
    found = bot.command(
        *("audit", "query", "--request", "HC-1001", "--action", "snippet.heard"),
        *("--outcome", "denied", "--json"),
    )
    assert (JONAS, "no_role") in {
        (e["user"], e["rule"]) for e in json_lines(found.stdout)
    }


def test_a_person_of_another_company_cannot_even_sign_in(
    asked: tuple[Stage, Bot, str],
) -> None:
    stage, _, url = asked
    with Visitor(OUTSIDER, url) as visitor:
        assert visitor.page.status_code >= 400
        assert "RIFF" not in visitor.page.text
        played = visitor.play()
    assert b"RIFF" not in played.sound
    assert "Which word is it?" not in visitor.page.text
    who = Person(team_id="T0OTHERCO", user_id=OUTSIDER)
    question = Question(
        person=who, actions=(Action.SESSION_STARTED,), outcome=Outcome.DENIED
    )
    with stage.open_store() as store, store.read() as tx:
        assert [str(found.event.rule) for found in answer(tx.log, question).events] == [
            "other_team"
        ]


def test_a_link_alone_opens_nothing(asked: tuple[Stage, Bot, str]) -> None:
    _, _, url = asked
    page = httpx.get(url, trust_env=False)
    assert "Sign in" in page.text
    assert CLIP not in page.text
    sound = httpx.post(f"{url}/audio", data={"press": "a" * 32}, trust_env=False)
    assert sound.status_code == 403
    assert b"RIFF" not in sound.content


def test_a_press_plays_once(asked: tuple[Stage, Bot, str]) -> None:
    stage, _, url = asked
    with Visitor(RAVI, url) as ravi:
        ravi.hear()
        again = ravi.play(ravi.press)
    assert again.status == 409
    assert b"RIFF" not in again.sound
    assert denials(stage, RAVI) == ["press_used"]


def test_answering_before_hearing_is_refused_and_on_record(
    asked: tuple[Stage, Bot, str],
) -> None:
    stage, _, url = asked
    with Visitor(LENA, url) as lena:
        assert lena.answer() == 403
    assert denials(stage, LENA, Action.PROPOSAL_MADE) == ["not_heard"]


def test_asking_about_a_recording_without_consent_is_refused_and_on_record(
    asked: tuple[Stage, Bot, str],
) -> None:
    stage, bot, _ = asked
    before = stage.sandbox.messages(ENGLISH, as_=ROSA)
    stage.sandbox.do(
        "command", as_=ROSA, channel=ENGLISH, text="/help-clip en-us-0003 2.7-3.5"
    )

    def is_refused() -> bool:
        """Whether the refusal has taken the place of the form."""
        return "consent" in str(stage.sandbox.get("views", **{"as": ROSA})["views"][-1])

    wait_for(is_refused, "the refusal")
    after = stage.sandbox.messages(ENGLISH, as_=ROSA)
    assert [m for m in after if not m.get("ephemeral_to")] == before
    found = bot.command(
        "audit", "query", "--clip", "en-us-0003", "--outcome", "denied", "--json"
    )
    assert [event["rule"] for event in json_lines(found.stdout)] == [
        "consent_withdrawn"
    ]
