"""Listening and answering, over HTTP."""

import io
import re
from uuid import uuid4

import pytest
import soundfile

from bot.usecases.distress import stop_clip
from bot.usecases.requests import withdraw
from bot.usecases.requests.expire import expire
from bot.usecases.requests.render import render
from storage.records import Action, Answer, Outcome, RequestState
from tests.pages.site import AUDITOR, JONAS, RAVI, ROSA, STRANGER, Site


def test_without_a_session_every_request_page_looks_the_same(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor()
    real = visitor.get(f"/r/{request.key}")
    invented = visitor.get("/r/AAAAAAAAAAAAAAAAAAAAAA")
    assert real.status_code == invented.status_code == 200
    assert real.text.replace(request.key, "KEY") == invented.text.replace(
        "AAAAAAAAAAAAAAAAAAAAAA", "KEY"
    )
    assert request.name not in real.text
    assert "<title>help-clip</title>" in real.text
    assert "og:" not in real.text
    assert "Sign in with Slack" in real.text
    assert not site.events(Action.REQUEST_VIEWED)


def test_a_reviewer_sees_the_purpose_and_a_masked_transcript_with_a_blank(
    site: Site,
) -> None:
    request = site.asked()
    answer = site.visitor(RAVI).get(f"/r/{request.key}")
    assert answer.status_code == 200
    assert (
        "A colleague on the <bdi>English (US)</bdi> desk needs one word. "
        "Your listening is on record." in answer.text
    )
    assert 'class="blank"' in answer.text
    assert "lamb" not in answer.text  # what the recogniser heard is not suggested
    assert f"<title>{request.name} · help-clip</title>" in answer.text
    assert request.clip_id not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_press_of_play_is_recorded_and_gives_a_wav_that_is_not_kept(
    site: Site,
) -> None:
    request = site.asked()
    answer = site.visitor(RAVI).send(f"/r/{request.key}/audio", press=uuid4().hex)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "no-store"
    samples, rate_hz = soundfile.read(io.BytesIO(answer.content))
    assert rate_hz == 16_000
    assert 0.5 < len(samples) / rate_hz <= 10
    heard = site.events(Action.SNIPPET_HEARD)
    assert [(e.user_id, e.outcome) for e in heard] == [(RAVI, Outcome.ALLOWED)]


def test_a_press_works_once(site: Site) -> None:
    request = site.asked()
    visitor, press = site.visitor(RAVI), uuid4().hex
    assert visitor.send(f"/r/{request.key}/audio", press=press).status_code == 200
    again = visitor.send(f"/r/{request.key}/audio", press=press)
    assert again.status_code == 409
    assert b"RIFF" not in again.content


@pytest.mark.parametrize(
    "press", ["", "short", "with space and more", "é" * 20, "a" * 65]
)
def test_a_press_that_is_not_one_is_refused(site: Site, press: str) -> None:
    request = site.asked()
    assert (
        site.visitor(RAVI).send(f"/r/{request.key}/audio", press=press).status_code
        == 422
    )


def test_an_answer_needs_a_listen(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    early = visitor.send(
        f"/r/{request.key}/answer", answer="words", text="lamp", confidence="2"
    )
    assert early.status_code == 403
    assert early.json()["error"] == "Play the span once before you answer."
    _listen(site, visitor, request.key, played_ms=request.span.length_ms)
    late = visitor.send(
        f"/r/{request.key}/answer", answer="words", text="lamp", confidence="2"
    )
    assert late.status_code == 200
    leads_on = f"/answer/next?last={request.key}&did=answered"
    assert late.json() == {"next": leads_on}
    assert visitor.get(leads_on).headers["location"] == f"/r/{request.key}"


def test_half_a_listen_is_not_enough(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    assert not _listen(
        site, visitor, request.key, played_ms=request.span.length_ms // 2
    )
    page = visitor.get(f"/r/{request.key}").text
    assert '<fieldset id="answer-fields" disabled>' in page


def test_a_player_that_claims_more_than_time_allows_is_not_believed(site: Site) -> None:
    request = site.asked()
    assert not _listen(
        site, site.visitor(RAVI), request.key, played_ms=60_000, seconds_passed=0.05
    )


def test_a_span_beyond_the_end_of_the_recording_can_still_be_answered(
    site: Site,
) -> None:
    request = site.asked(span="5.4-7.9")
    visitor = site.visitor(RAVI)
    with site.services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
    assert snippet is not None
    assert snippet.span.length_ms < request.span.length_ms
    assert _listen(site, visitor, request.key, played_ms=snippet.span.length_ms)


def test_after_answering_the_page_is_calm_counts_people_and_never_says_what(
    site: Site,
) -> None:
    request = site.asked()
    site.answer(request, JONAS, "lampshade")
    page = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert "1 person has answered" in page
    assert "lampshade" not in page
    own = site.visitor(JONAS).get(f"/r/{request.key}").text
    assert "your answer is in" in own
    assert "lampshade" in own


def test_an_answer_can_be_changed_and_taken_back_while_open(site: Site) -> None:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    visitor = site.visitor(RAVI)
    path = f"/r/{request.key}"
    changed = visitor.post(
        f"{path}/answer", answer="cant_tell", text="", confidence="1"
    )
    leads_on = f"/answer/next?last={request.key}&did=answered"
    assert (changed.status_code, changed.headers["location"]) == (303, leads_on)
    assert "Can&#39;t tell" in visitor.get(path).text
    assert visitor.post(f"{path}/take-back").status_code == 303
    assert "No answer yet" in visitor.get(path).text
    assert visitor.send(f"{path}/take-back").status_code == 409


@pytest.mark.parametrize("answer", list(Answer))
def test_every_kind_of_answer_is_taken(site: Site, answer: Answer) -> None:
    request = site.asked()
    site.hear(request, RAVI)
    visitor = site.visitor(RAVI)
    sent = visitor.send(
        f"/r/{request.key}/answer", answer=answer, text="lamp", confidence="3"
    )
    assert sent.status_code == 200
    action = Action.PROPOSAL_MADE
    if answer is Answer.HEARD_PERSONAL:
        action = Action.SNIPPET_REPORTED
    assert [e.outcome for e in site.events(action)] == [Outcome.ALLOWED]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answer": "words", "text": "  ", "confidence": "2"}, "text"),
        ({"answer": "words", "text": "x" * 201, "confidence": "2"}, "text"),
        ({"answer": "words", "text": "a\x00b", "confidence": "2"}, None),
        ({"answer": "sing", "text": "lamp", "confidence": "2"}, "answer"),
        ({"answer": "words", "text": "lamp", "confidence": "9"}, "confidence"),
        ({"answer": "words", "text": "lamp", "confidence": "-1"}, "confidence"),
        ({"answer": "words", "text": "lamp"}, "confidence"),
    ],
)
def test_a_bad_answer_names_its_field_and_what_was_typed_is_still_there(
    site: Site, fields: dict[str, str], field: str | None
) -> None:
    request = site.asked()
    site.hear(request, RAVI)
    visitor = site.visitor(RAVI)
    refused = visitor.send(f"/r/{request.key}/answer", **fields)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    if "\x00" not in fields["text"]:
        page = visitor.get(f"/r/{request.key}").text
        assert f'value="{fields["text"]}"' in page


def test_not_me_takes_the_request_off_the_list(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    back = visitor.post(f"/r/{request.key}/not-me").headers["location"]
    assert f"{request.name} is off your list" in visitor.get(back).text
    crafted = visitor.get("/answer/next?last=<b>HC-1</b>&did=declined")
    assert "is off your list" not in crafted.text
    assert [e.user_id for e in site.events(Action.REQUEST_DECLINED)] == [RAVI]


def test_stop_closes_the_clip_to_everybody_and_ends_on_a_calm_page(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    stopped = visitor.post(f"/r/{request.key}/stop")
    assert stopped.status_code == 303
    theirs = stopped.headers["location"]
    assert theirs.startswith("/stopped/")
    assert "no other person can hear it" in visitor.get(theirs).text
    assert site.request(request.key).state is RequestState.QUARANTINED
    assert visitor.post(f"/r/{request.key}/stop").headers["location"] == theirs
    assert not _may_play(site, JONAS, request.key)


def test_nothing_plays_after_the_request_settles(site: Site) -> None:
    request = site.asked()
    assert _may_play(site, RAVI, request.key)
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    assert site.request(request.key).state is RequestState.AGREED
    assert not _may_play(site, RAVI, request.key)
    page = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert "lamp" in page
    assert 'id="player"' not in page


def test_nothing_plays_after_withdrawal_or_quarantine(site: Site) -> None:
    first, second = site.asked(), site.asked("en-us-0002", "2.3-3.0")
    withdraw.withdraw(site.services, site.act(ROSA), first.key)
    stop_clip.stop(site.services, site.act(JONAS), second.key)
    assert not _may_play(site, RAVI, first.key)
    assert not _may_play(site, RAVI, second.key)


def test_nothing_plays_after_expiry(site: Site) -> None:
    request = site.asked()
    site.clock.pass_time(hours=25)
    assert expire(site.services, site.act(ROSA)) == 1
    assert not _may_play(site, RAVI, request.key)
    page = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert "Expired" in page
    assert 'id="player"' not in page


def test_a_denied_person_gets_a_sentence_and_leaves_a_denial_on_record(
    site: Site,
) -> None:
    request = site.asked()
    for user_id in (STRANGER, AUDITOR):
        visitor = site.visitor(user_id)
        page = visitor.get(f"/r/{request.key}")
        assert page.status_code == 403
        assert "You are not a reviewer on this desk" in page.text
        assert request.name not in page.text
        assert (
            visitor.send(f"/r/{request.key}/audio", press=uuid4().hex).status_code
            == 403
        )
    viewed = site.events(Action.REQUEST_VIEWED, Outcome.DENIED)
    heard = site.events(Action.SNIPPET_HEARD, Outcome.DENIED)
    assert (
        [e.user_id for e in viewed] == [e.user_id for e in heard] == [STRANGER, AUDITOR]
    )


def test_the_asker_waits_and_may_withdraw(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(ROSA)
    page = visitor.get(f"/r/{request.key}").text
    assert "You asked this one" in page
    assert 'id="player"' not in page
    assert visitor.send(f"/r/{request.key}/audio", press=uuid4().hex).status_code == 403
    assert visitor.post(f"/r/{request.key}/withdraw").status_code == 303
    assert site.request(request.key).state is RequestState.WITHDRAWN


def test_the_asker_of_what_is_over_is_promised_nothing_more(site: Site) -> None:
    settled, expired = site.asked(), site.asked("en-us-0002", "2.3-3.0")
    for user_id in (RAVI, JONAS):
        site.answer(settled, user_id, "lamp")
    page = site.visitor(ROSA).get(f"/r/{settled.key}").text
    assert "You will be told" not in page
    assert "this is the outcome. Nothing is left to do here." in page
    site.clock.pass_time(hours=25)
    expire(site.services, site.act(ROSA))
    page = site.visitor(ROSA).get(f"/r/{expired.key}").text
    assert "Ask again if you still need it." in page
    assert "You will be told" not in page


def test_personal_information_is_not_put_into_the_askers_mouth(site: Site) -> None:
    request = site.asked()
    for listener in (RAVI, JONAS):
        site.hear(request, listener)
        site.visitor(listener).send(
            f"/r/{request.key}/answer", answer="heard_personal", confidence="3"
        )
        render(site.services, site.act(listener), request.id)
    page = site.visitor(ROSA).get(f"/r/{request.key}").text
    assert "<h1>Could not be shared</h1>" in page
    assert "I heard personal information" not in page


def test_a_settled_personal_word_is_only_for_those_who_worked_on_it(site: Site) -> None:
    request = site.asked()
    site.answer(request, RAVI, "Ottoline")
    site.answer(request, JONAS, "Ottoline")
    path = f"/r/{request.key}"
    assert "Ottoline" in site.visitor(ROSA).get(path).text
    assert "Ottoline" in site.visitor(RAVI).get(path).text
    lead = site.visitor("U0LEAD002").get(path)
    assert lead.status_code == 200
    assert "Ottoline" not in lead.text
    assert "A personal word" in lead.text


def test_a_heartbeat_is_not_put_on_record_and_counts_only_people(site: Site) -> None:
    request = site.asked()
    site.answer(request, JONAS, "lamp")
    before = len(site.events(Action.REQUEST_VIEWED))
    told = site.visitor(RAVI).get(f"/r/{request.key}/live").json()
    assert told.pop("version").startswith("open 0 ")
    assert told == {
        "may_play": True,
        "sentence": None,
        "forget": False,
        "answered_text": "1 person has answered",
    }
    assert len(site.events(Action.REQUEST_VIEWED)) == before
    stranger = site.visitor(STRANGER).get(f"/r/{request.key}/live").json()
    assert not stranger["may_play"]
    assert stranger["answered_text"] == "No answer yet"


def test_a_right_to_left_desk_gets_its_language_and_direction(site: Site) -> None:
    words = [{"text": "من", "start_ms": 2000, "end_ms": 2300}]
    site.add_clip("ar-0001", locale="ar-EG", words=words)
    request = site.asked("ar-0001", "2.363-2.89")
    page = site.visitor(RAVI).get(f"/r/{request.key}").text
    assert re.search(r'class="transcript"[^>]* lang="ar-EG" dir="rtl"', page)
    assert re.search(r'id="text"[^>]*dir="auto" lang="ar-EG"', page)


def test_a_page_without_javascript_says_that_listening_needs_it(site: Site) -> None:
    page = site.visitor(RAVI).get(f"/r/{site.asked().key}").text
    assert re.search(r"<noscript>.*Listening needs JavaScript", page)


def test_an_unknown_request_is_a_page_that_says_where_to_go(site: Site) -> None:
    answer = site.visitor(RAVI).get("/r/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.status_code == 404
    assert "Open it again from its thread in Slack." in answer.text


def test_a_snippet_store_that_is_away_is_said_plainly(site: Site) -> None:
    request = site.asked()
    for name in site.services.blobs.names():
        site.services.blobs.delete(name)
    answer = site.visitor(RAVI).send(f"/r/{request.key}/audio", press=uuid4().hex)
    assert answer.status_code == 503
    assert "could not be read" in answer.json()["error"]


def _listen(
    site: Site, visitor: object, key: str, *, played_ms: int, seconds_passed: float = 2
) -> bool:
    press = uuid4().hex
    assert visitor.send(f"/r/{key}/audio", press=press).status_code == 200
    site.clock.pass_time(seconds=seconds_passed)
    sent = visitor.send(f"/r/{key}/played", press=press, played_ms=played_ms, loops=0)
    assert sent.status_code == 200
    return bool(sent.json()["heard"])


def _may_play(site: Site, user_id: str, key: str) -> bool:
    """Whether sound comes out, and whether a heartbeat lets a player go on: always the
    same.
    """
    visitor = site.visitor(user_id)
    live = visitor.get(f"/r/{key}/live").json()
    sound = visitor.send(f"/r/{key}/audio", press=uuid4().hex)
    assert live["may_play"] is (sound.status_code == 200)
    assert live["may_play"] is (live["sentence"] is None)
    return bool(live["may_play"])
