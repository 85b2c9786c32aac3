"""The practice of a new reviewer on the pages."""

import io

import soundfile

from storage.records import Action, Outcome
from tests.pages.site import LENA, RAVI, ROSA, STRANGER, Site

PRESS = "a1b2c3d4e5f6a7b8"


def test_the_first_shift_of_a_new_reviewer_begins_with_the_practice(site: Site) -> None:
    request = site.asked()
    visitor = site.visitor(RAVI)
    assert "Start the practice" in visitor.get("/").text
    assert visitor.get("/answer/next").headers["location"] == "/practice"
    assert visitor.get("/practice").headers["location"] == "/practice/en-1"
    visitor.post("/practice/skip")
    assert request.key in visitor.get("/answer/next").headers["location"]
    assert "Start the practice" not in visitor.get("/").text


def test_a_reviewer_who_has_answered_is_not_new(site: Site) -> None:
    site.answer(site.asked(), RAVI, "lamp")
    assert "Start the practice" not in site.visitor(RAVI).get("/").text
    assert "practice" not in site.visitor(RAVI).get("/answer/next").text


def test_an_answer_shows_the_known_word_and_leads_on(site: Site) -> None:
    visitor = site.visitor(RAVI)
    visitor.post("/practice/en-1/answer", answer="words", text="Lamp.")
    page = visitor.get("/practice/en-1").text
    assert "You heard it right." in page
    assert "lamp" in page
    assert "Noise covers the word" in page
    assert visitor.get("/practice").headers["location"] == "/practice/en-2"
    visitor.post("/practice/en-2/answer", answer="cant_tell")
    assert "You wrote something else" in visitor.get("/practice/en-2").text
    assert "answer-fields" in visitor.get("/practice/en-2?again=yes").text


def test_the_last_exercise_is_a_drill_of_stop(site: Site) -> None:
    visitor = site.visitor(RAVI)
    visitor.post("/practice/skip")
    assert "Press Stop while it plays" in visitor.get("/practice/en-3?again=1").text
    wrong = visitor.send("/practice/en-3/answer", answer="words", text="tomatoes")
    assert wrong.status_code == 422
    assert visitor.send("/practice/en-3/stop").json()["next"] == "/practice/en-3"
    assert "a safety officer is called" in visitor.get("/practice/en-3").text
    assert "The practice is done" in visitor.get("/practice").text
    assert site.events(Action.CASE_OPENED) == []


def test_an_empty_answer_is_refused_beside_its_field(site: Site) -> None:
    visitor = site.visitor(RAVI)
    refused = visitor.send("/practice/en-1/answer", answer="words", text=" ")
    assert refused.status_code == 422
    assert refused.json()["field"] == "text"
    assert visitor.get("/practice/en-9").status_code == 404


def test_the_sound_plays_and_is_on_record_without_a_clip(site: Site) -> None:
    visitor = site.visitor(RAVI)
    sound = visitor.post("/practice/en-1/audio", press=PRESS)
    samples, rate_hz = soundfile.read(io.BytesIO(sound.content))
    assert rate_hz == 16_000
    assert samples.std() > 0.001
    live = visitor.get("/practice/en-1/live").json()
    assert live["may_play"]
    played = visitor.send("/practice/en-1/played", press=PRESS, played_ms=600, loops=0)
    assert played.json()["heard"]
    part = visitor.send("/practice/en-1/played", press=PRESS, played_ms=500, loops=0)
    assert not part.json()["heard"]
    heard = site.events(Action.PRACTICE_HEARD, Outcome.ALLOWED)
    assert [(each.user_id, each.request) for each in heard] == [(RAVI, None)]


def test_what_a_person_practises_is_seen_by_no_other_person(site: Site) -> None:
    site.visitor(RAVI).post("/practice/en-1/answer", answer="words", text="lamb")
    assert (
        "You wrote something else" not in site.visitor(ROSA).get("/practice/en-1").text
    )
    done = site.events(Action.PRACTICE_DONE)
    assert [(each.user_id, each.rule) for each in done] == [(RAVI, None)]


def test_practice_is_for_reviewers_and_leads(site: Site) -> None:
    assert site.visitor(LENA).get("/practice").status_code == 303
    outsider = site.visitor(STRANGER)
    assert outsider.get("/practice").status_code == 403
    assert outsider.get("/practice/en-1").status_code == 403
    assert outsider.post("/practice/skip").status_code == 403
    assert outsider.post("/practice/en-1/audio", press=PRESS).status_code == 403
    assert outsider.send("/practice/en-1/stop").status_code == 403
    denied = site.events(Action.PRACTICE_DONE, Outcome.DENIED)
    assert [each.rule for each in denied] == ["no_role", "no_role"]
