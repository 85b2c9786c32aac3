"""Ruling on disputed requests, over HTTP."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bot.rules.requests.exposure import ExposureLimits
from bot.usecases.requests.ask import ask
from bot.usecases.requests.choose_span import Typed
from storage.records import Action, Outcome, Request, RequestState
from tests.pages.site import JONAS, LEAD2, LENA, RAVI, ROSA, Site


def test_the_queue_shows_the_oldest_first_and_marks_a_leads_own(site: Site) -> None:
    first = site.disputed()
    site.clock.pass_time(hours=1)
    second = site.asked("en-us-0002", "2.3-3.0")
    site.answer(second, LENA, "one")
    site.answer(second, RAVI, "two")
    page = site.visitor(LENA).get("/rule").text
    assert page.index(first.name) < page.index(second.name)
    assert f'href="/rule/{first.key}"' in page
    assert f'href="/rule/{second.key}"' not in page
    assert "another lead rules" in page


def test_the_queue_is_for_leads(site: Site) -> None:
    refused = site.visitor(RAVI).get("/rule")
    assert refused.status_code == 403
    assert "The queue is for leads" in refused.text
    assert [e.user_id for e in site.events(Action.QUEUE_VIEWED, Outcome.DENIED)] == [
        RAVI
    ]


def test_a_lead_sees_readings_without_authors_and_hears_what_the_peers_heard(
    site: Site,
) -> None:
    request = site.disputed()
    visitor = site.visitor(LENA)
    page = visitor.get(f"/rule/{request.key}").text
    assert 'value="words:lamb"' in page
    assert 'value="words:lamp"' in page
    assert RAVI not in page
    assert JONAS not in page
    sound = visitor.send(f"/r/{request.key}/audio", press=uuid4().hex)
    assert sound.content[:4] == b"RIFF"


def test_choosing_a_reading_settles_it_and_shows_the_authors_afterwards(
    site: Site,
) -> None:
    request = site.disputed_and_heard()
    visitor = site.visitor(LENA)
    path = f"/rule/{request.key}"
    ruled = visitor.post(
        path, choice="words:lamp", reason="The p is audible at half speed."
    )
    leads_on = f"/rule/next?last={request.key}&did=ruled"
    assert (ruled.status_code, ruled.headers["location"]) == (303, leads_on)
    assert visitor.get(leads_on).headers["location"] == path
    settled = site.request(request.key)
    assert (settled.state, settled.settled_text) == (RequestState.ADJUDICATED, "lamp")
    page = visitor.get(path).text
    assert "Ruled: <bdi" in page
    assert RAVI in page
    assert "Rule again" in page
    peer = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert "The p is audible at half speed." in peer


def test_a_second_tab_does_not_replace_the_ruling_of_the_first(site: Site) -> None:
    request = site.disputed_and_heard()
    visitor = site.visitor(LENA)
    path = f"/rule/{request.key}"
    assert 'name="seen" value="0"' in visitor.get(path).text
    visitor.post(path, choice="words:lamp", reason="Clear.", seen="0")
    late = visitor.send(
        path, choice="words:lamb", reason="From the other tab.", seen="0"
    )
    assert (late.status_code, site.request(request.key).settled_text) == (409, "lamp")
    assert "Reload the page to see the ruling" in late.json()["error"]
    assert 'name="seen" value="1"' in visitor.get(path).text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"choice": "other", "text": " lantern "}, "lantern"),
        ({"choice": "cant_tell"}, None),
        ({"choice": "not_speech:"}, None),
    ],
)
def test_a_lead_may_rule_something_nobody_said(
    site: Site, fields: dict[str, str], text: str | None
) -> None:
    request = site.disputed_and_heard()
    assert (
        site.visitor(LENA)
        .send(f"/rule/{request.key}", reason="x", **fields)
        .status_code
        == 200
    )
    assert site.request(request.key).settled_text == text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"choice": "words:lamp", "reason": " "}, "reason"),
        ({"choice": "words:lamp", "reason": "x" * 301}, "reason"),
        ({"choice": "other", "text": "", "reason": "because"}, "text"),
        ({"choice": "sing", "reason": "because"}, "answer"),
        ({"reason": "because"}, "choice"),
    ],
)
def test_a_bad_ruling_names_its_field_and_keeps_what_was_typed(
    site: Site, fields: dict[str, str], field: str
) -> None:
    request = site.disputed_and_heard()
    visitor = site.visitor(LENA)
    scripted = visitor.send(f"/rule/{request.key}", **fields)
    assert (scripted.status_code, scripted.json()["field"]) == (422, field)
    plain = visitor.post(f"/rule/{request.key}", **fields)
    assert plain.status_code == 422
    assert (
        f'name="reason" maxlength="300" dir="auto" autocomplete="off" value="{fields["reason"]}"'
        in plain.text
    )
    assert site.request(request.key).state is RequestState.DISPUTED


def test_nobody_rules_on_their_own(site: Site) -> None:
    request = site.asked()
    site.answer(request, LENA, "lamp")
    site.answer(request, RAVI, "lamb")
    for user_id in (LENA, RAVI, ROSA):
        visitor = site.visitor(user_id)
        assert visitor.get(f"/rule/{request.key}").status_code == 403
        refused = visitor.send(
            f"/rule/{request.key}", choice="words:lamp", reason="mine"
        )
        assert refused.status_code == 403
        assert (
            visitor.send(f"/r/{request.key}/audio", press=uuid4().hex).status_code
            == 403
        )
    denied = site.events(Action.REQUEST_ADJUDICATED, Outcome.DENIED)
    assert [e.user_id for e in denied] == [LENA, RAVI, ROSA]


def test_a_later_ruling_is_a_new_one_and_the_newest_counts(site: Site) -> None:
    request = site.disputed_and_heard()
    site.visitor(LENA).post(f"/rule/{request.key}", choice="words:lamp", reason="first")
    second = {"choice": "words:lamb", "reason": "second", "seen": "1"}
    site.visitor(LEAD2).post(f"/rule/{request.key}", **second)
    assert site.request(request.key).settled_text == "lamb"


def test_a_request_that_is_not_in_dispute_is_refused_plainly(site: Site) -> None:
    request = site.asked()
    refused = site.visitor(LENA).get(f"/rule/{request.key}")
    assert refused.status_code == 403
    assert "Nothing is in dispute here" in refused.text
    faster = site.visitor(LENA).send(
        f"/rule/{request.key}", choice="words:a", reason="b"
    )
    assert faster.status_code == 409


def test_a_lead_agrees_on_the_page_to_a_question_that_waits(site: Site) -> None:
    waiting = waiting_question(site)
    lena = site.visitor(LENA)
    page = lena.get("/rule").text
    assert waiting.name in page
    assert "Needs your agreement" in page
    path = f"/rule/{waiting.key}/question"
    assert lena.post(path, decision="approve").headers["location"] == "/rule"
    assert site.request(waiting.key).state is RequestState.RENDERING
    assert lena.post(path, decision="refuse").status_code == 409


def test_the_asker_reads_that_a_lead_has_to_agree(site: Site) -> None:
    waiting = waiting_question(site)
    rosa = site.visitor(ROSA)
    assert "a lead has to agree first" in rosa.get(f"/r/{waiting.key}").text
    path = f"/rule/{waiting.key}/question"
    assert rosa.post(path, decision="approve").status_code == 403
    site.visitor(LENA).post(path, decision="refuse")
    assert "A lead did not agree" in rosa.get(f"/r/{waiting.key}").text


def waiting_question(site: Site) -> Request:
    """Return a second question about a clip, on a desk that allows one."""
    desks = site.services.desks
    desk = desks["english-us"]
    limited = replace(desk, exposure=ExposureLimits(asks_per_clip=1))
    site.services = replace(
        site.services, desks=replace(desks, desks={**desks.desks, desk.id: limited})
    )
    site.asked()
    typed = Typed(clip="en-us-0001", seconds="0.2-0.5")
    return ask(site.services, site.act(ROSA), typed).request


def test_a_lead_sees_while_typing_what_slack_will_mask(site: Site) -> None:
    request = site.disputed()
    lena = site.visitor(LENA)
    path = f"/rule/{request.key}/reason"
    ordinary = "The second syllable is stressed; a plural s."
    assert lena.send(path, reason=ordinary).json() == {"masked": ordinary}
    named = lena.send(path, reason="Said by Anna Schmidt").json()["masked"]
    assert named == "Said by ▒▒▒ ▒▒▒"
    assert lena.send("/rule/AAAA/reason", reason="x").status_code == 404


def test_the_numbers_of_a_reading_show_after_a_choice_or_where_the_desk_says_so(
    site: Site,
) -> None:
    request = site.disputed()
    page = site.visitor(LENA).get(f"/rule/{request.key}").text
    assert "1 person: certain" in page
    assert 'class="answer"' in page
    desks = site.services.desks
    open_desk = replace(desks["english-us"], shows_counts=True)
    changed = {**desks.desks, open_desk.id: open_desk}
    site.services = replace(site.services, desks=replace(desks, desks=changed))
    assert "shows-counts" in site.visitor(LENA).get(f"/rule/{request.key}").text


def test_a_second_lead_sees_who_has_a_dispute_until_the_claim_lapses(
    site: Site,
) -> None:
    request = site.disputed_and_heard(LENA, LEAD2)
    with site.services.store.begin() as tx:
        tx.people.set_name(LENA, "Lena Vogt")
    lena, other = site.visitor(LENA), site.visitor(LEAD2)
    path = f"/rule/{request.key}"
    assert 'id="ruling"' in lena.get(path).text
    taken = other.get(path).text
    assert "<bdi>Lena Vogt</bdi> has it" in taken
    assert 'id="ruling"' not in taken
    assert other.get("/rule/next").headers["location"] == "/rule"
    late = other.send(path, choice="words:lamp", reason="clear")
    assert late.status_code == 409
    site.clock.pass_time(seconds=60)
    assert lena.send(f"{path}/claim").status_code == 200
    site.clock.pass_time(seconds=60)
    assert "has it" in other.get(path).text
    assert other.send(f"{path}/claim").status_code == 409
    site.clock.pass_time(seconds=31)
    assert 'id="ruling"' in other.get(path).text
    assert other.get("/rule/next").headers["location"].startswith(path)
    assert lena.send(path, choice="words:lamp", reason="x").status_code == 409
    assert other.send(path, choice="words:lamp", reason="clear").status_code == 200


def test_authors_are_shown_by_name_where_it_is_known(
    site: Site,
) -> None:
    request = site.disputed_and_heard()
    with site.services.store.begin() as tx:
        tx.people.set_name(RAVI, "Ravi Nair")
    lena = site.visitor(LENA)
    path = f"/rule/{request.key}"
    lena.send(path, choice="words:lamp", reason="Clear.")
    page = lena.get(path).text
    assert "<bdi>Ravi Nair</bdi>" in page
    assert RAVI not in page
    assert JONAS in page
