"""Drills: called like a case, told for what they are when somebody comes, on record."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Refused
from bot.usecases import care, cases, distress, drill, hear_case
from storage.records import Action, CaseState, Outcome, Severity, Task
from tests.house import ADA, RAVI, SOFIA, House
from tests.usecases.test_care import told

ON_BOTH_DATABASES = True

PRESS = "p" * 32


def test_a_drill_calls_the_officers_and_its_result_is_on_record(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    assert begun.name == f"Case {begun.id}"  # so that they come as fast as to any other
    assert [asked.split(" ")[1] for asked in told(house, Task.PAGE_OFFICER)] == [SOFIA]
    with pytest.raises(Conflict):
        drill.drill(house.services, house.worker())
    house.pass_time(seconds=192)
    distress.acknowledge(house.services, house.act(SOFIA), begun.key)
    event = house.last_event()
    assert event.action is Action.CASE_ACKNOWLEDGED
    assert (event.numbers["drill"], event.numbers["after_s"]) == (1, 192)
    house.pass_time(seconds=408)
    closed = distress.close(house.services, house.act(SOFIA), begun.key, reply="", release=False)
    assert closed.state is CaseState.KEPT
    assert closed.name == f"Drill {closed.id}"
    event = house.last_event()
    assert event.action is Action.CASE_CLOSED
    assert (event.numbers["drill"], event.numbers["after_s"]) == (1, 600)
    assert care.care_page(house.services, house.act(SOFIA)).exposures == ()


def test_a_drill_nobody_comes_to_escalates_like_a_case(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    house.pass_time(hours=1)
    assert cases.escalate(house.services, house.worker()) == 1
    assert house.last_event().numbers["drill"] == 1
    assert house.last_event().numbers["case"] == begun.id


def test_a_drill_comes_by_itself_once_a_month_where_asked_for(house: House) -> None:
    safety = replace(house.services.desks.safety, monthly_drill=False)
    asked_for = house.services
    house.services = replace(asked_for, desks=replace(asked_for.desks, safety=safety))
    assert drill.monthly_drill(house.services, house.worker()) is None
    house.services = asked_for
    assert drill.monthly_drill(house.services, house.worker()) is None  # the month begins
    house.pass_time(days=30)
    begun = drill.monthly_drill(house.services, house.worker())
    assert begun is not None
    assert begun.is_drill
    assert drill.monthly_drill(house.services, house.worker()) is None


def test_the_officer_on_it_reads_a_made_up_text_masked_and_may_play_it(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    assert distress.case_page(house.services, house.act(SOFIA), begun.key).snippet is None
    with pytest.raises(Refused):
        hear_case.hear(house.services, house.act(SOFIA), begun.key, PRESS)
    assert house.last_event().outcome is Outcome.DENIED
    distress.acknowledge(house.services, house.act(SOFIA), begun.key)
    page = distress.case_page(house.services, house.act(SOFIA), begun.key)
    assert page.snippet is not None
    texts = [word.text for word in page.snippet.words]
    assert None in texts
    assert any(texts)
    assert page.checklist is not None
    sound = hear_case.hear(house.services, house.act(SOFIA), begun.key, PRESS)
    assert sound.wav.startswith(b"RIFF")
    heard = house.last_event()
    assert (heard.action, heard.numbers["drill"]) == (Action.SNIPPET_HEARD, 1)
    assert hear_case.live(house.services, house.act(SOFIA).actor, begun.key) is None
    full = page.snippet.span.length_ms
    mine = (house.services, house.act(SOFIA), begun.key, PRESS)
    assert hear_case.played(*mine, played_ms=full, loops=1)
    assert not hear_case.played(*mine, played_ms=full - 1, loops=0)


def test_nobody_but_the_officer_on_it_hears_or_reads_it(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    distress.acknowledge(house.services, house.act(SOFIA), begun.key)
    for other in (ADA, RAVI):
        with pytest.raises(Refused):
            hear_case.hear(house.services, house.act(other), begun.key, PRESS)
    distress.close(house.services, house.act(SOFIA), begun.key, reply="", release=False)
    with pytest.raises(Refused):
        hear_case.hear(house.services, house.act(SOFIA), begun.key, PRESS)


def test_no_recording_is_touched_by_it(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    distress.acknowledge(house.services, house.act(SOFIA), begun.key)
    hear_case.hear(house.services, house.act(SOFIA), begun.key, PRESS)
    assert [e.clip_id for e in house.events() if e.action is Action.SNIPPET_HEARD] == [
        begun.clip_id
    ]
    assert begun.clip_id.startswith("drill-")
    assert house.services.clips.clip_ids().count(begun.clip_id) == 0


def test_everybody_who_was_called_learns_that_it_was_a_drill_and_only_then(house: House) -> None:
    begun = drill.drill(house.services, house.worker())
    house.pass_time(hours=1)
    cases.escalate(house.services, house.worker())
    assert told(house, Task.TELL_DRILL) == []
    house.do_all()  # they have been called
    distress.acknowledge(house.services, house.act(ADA), begun.key)
    where = [asked.split(" ")[1] for asked in told(house, Task.TELL_DRILL)]
    assert sorted(where) == ["C0SAFETY01", SOFIA]
    distress.hand_over(house.services, house.act(ADA), begun.key, SOFIA)
    assert told(house, Task.TELL_DRILL) == []
    assert begun.severity is Severity.UNKNOWN
