"""Who asks the log is on the log before they are answered, whether they may ask or
not.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid, Refused
from bot.sources import open_clip_source, open_result_sink
from bot.usecases.audit.query import query_audit, stream_audit
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.audit.query.search import Question, answer
from storage.blobs import open_blobs
from storage.keys import ClipKeys
from storage.migrations import upgrade
from storage.records import Action, Origin, Outcome, Person, RecordedEvent, Role
from storage.seal import MasterKey, new_master_key
from storage.store import Store
from tests.product import introduce
from tests.storage.builders import NOW, event

TEAM = "T1"
AUDITOR, REVIEWER, OTHER = (
    Person(team_id=TEAM, user_id=u) for u in ("U1AUD", "U1REV", "U1OTH")
)
STRANGER = Person(
    team_id="T2", user_id="U1AUD"
)  # the auditor's id in somebody else's workspace

DESKS = parse_desks(
    {
        "auditors": {"users": ["U1AUD"]},
        "desks": {
            "en-gb": {
                "locale": "en-GB",
                "channel": "C012345",
                "reviewers": {"users": ["U1REV"]},
            }
        },
    }
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path}/help-clip.db"
    upgrade(url)
    (tmp_path / "clips").mkdir()
    key = MasterKey.read(new_master_key())
    made = Services(
        store=Store(url),
        desks=DESKS,
        clips=open_clip_source(str(tmp_path / "clips")),
        sink=open_result_sink(str(tmp_path / "results.jsonl"), secret=None),
        blobs=open_blobs("memory://"),
        clip_keys=ClipKeys(open_blobs("memory://"), key),
        snippet_key=key,
        public_url="http://127.0.0.1:8080",
        team_id=TEAM,
    )
    with made.store.begin() as tx:
        introduce(tx, [p.user_id for p in (AUDITOR, REVIEWER, OTHER)], NOW)
        tx.log.record(event(actor=REVIEWER))
        tx.log.record(event(actor=OTHER))
    yield made
    made.store.close()


def act(person: Person | None, origin: Origin = Origin.SLACK) -> Act:
    return Act(person=person, origin=origin, now=NOW, address="hash")


def everything(services: Services) -> tuple[RecordedEvent, ...]:
    with services.store.read() as tx:
        return answer(tx.log, Question(newest_first=False)).events


def test_an_answer_begins_with_the_event_that_recorded_the_question(
    services: Services,
) -> None:
    found = query_audit(services, act(AUDITOR), Question(clip_id="clip-1"))
    recorded = everything(services)[-1]
    assert found.asked_as == recorded.id == 3
    assert recorded.event.action is Action.LOG_QUERIED
    assert recorded.event.actor == AUDITOR
    assert recorded.event.role is Role.AUDITOR
    assert recorded.event.clip_id == "clip-1"
    assert [one.id for one in found.page.events] == [3, 2, 1]


def test_a_denial_is_refused_and_still_on_record(services: Services) -> None:
    with pytest.raises(Refused, match="for auditors"):
        query_audit(services, act(REVIEWER), Question())
    denied = everything(services)[-1].event
    assert (denied.action, denied.outcome) == (Action.LOG_QUERIED, Outcome.DENIED)
    assert denied.actor == REVIEWER
    assert denied.rule == "not_auditor"


def test_the_auditors_id_in_another_workspace_opens_nothing(services: Services) -> None:
    with pytest.raises(Refused):
        query_audit(services, act(STRANGER), Question())
    with pytest.raises(Refused):
        query_audit(services, act(STRANGER), Question(person=AUDITOR), "why")


def test_help_clip_itself_does_not_ask_except_from_a_shell(services: Services) -> None:
    with pytest.raises(Refused):
        query_audit(services, act(None, Origin.WORKER), Question())
    assert query_audit(services, act(None, Origin.CLI), Question()).page.events


def test_everyone_may_see_their_own_record_without_a_reason(services: Services) -> None:
    found = query_audit(services, act(REVIEWER), Question(person=REVIEWER))
    assert [one.event.actor for one in found.page.events] == [REVIEWER, REVIEWER]
    assert everything(services)[-1].event.subject == REVIEWER


def test_a_reviewer_may_not_see_a_colleagues_record(services: Services) -> None:
    with pytest.raises(Refused):
        query_audit(services, act(REVIEWER), Question(person=OTHER), "curious")
    assert everything(services)[-1].event.subject == OTHER


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_question_about_one_person_needs_a_reason(
    services: Services, reason: str | None
) -> None:
    with pytest.raises(Invalid) as caught:
        query_audit(services, act(AUDITOR), Question(person=OTHER), reason)
    assert caught.value.field == "reason"
    assert len(everything(services)) == 2


def test_the_reason_is_kept_beside_the_log_and_bound_to_it(services: Services) -> None:
    asked = query_audit(
        services, act(AUDITOR), Question(person=OTHER), "case 17, canary words"
    )
    recorded = everything(services)[-1]
    with services.store.read() as tx:
        beside = tx.log.detail(asked.asked_as)
    assert beside is not None
    assert json.loads(beside)["reason"] == "case 17, canary words"
    assert json.loads(beside)["filters"] == {"person": "T1/U1OTH"}
    assert recorded.event.digest is not None
    assert "canary" not in str(recorded)


def test_a_made_up_page_marker_is_invalid_and_on_record(services: Services) -> None:
    with pytest.raises(Invalid, match="page marker"):
        query_audit(services, act(AUDITOR), Question(cursor="f1"))
    assert everything(services)[-1].event.action is Action.LOG_QUERIED


def test_an_export_is_its_own_action_and_streams_everything(services: Services) -> None:
    asked_as, events = stream_audit(services, act(AUDITOR), Question())
    assert [one.id for one in events] == [asked_as, 2, 1]
    assert everything(services)[-1].event.action is Action.LOG_EXPORTED


def test_a_refused_export_streams_nothing(services: Services) -> None:
    with pytest.raises(Refused):
        stream_audit(services, act(REVIEWER), Question())
    assert everything(services)[-1].event.outcome is Outcome.DENIED


def test_if_the_question_cannot_be_recorded_it_is_not_answered(
    services: Services,
) -> None:
    with services.store.begin() as tx:
        tx.connection.exec_driver_sql("DROP TABLE log_questions")
    with pytest.raises(Exception, match="log_questions"):
        query_audit(services, act(AUDITOR), Question())
    assert len(everything(services)) == 2
