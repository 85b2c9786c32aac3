"""Asking from the work tool, over HTTP."""

import re

import pytest

from bot.rules.requests.spans import format_span, parse_span
from storage.records import Action, Difficulty, Outcome, RequestState, Span
from tests.pages.site import AUDITOR, JONAS, LENA, RAVI, ROSA, STRANGER, Site


def test_a_deep_link_fills_in_what_it_knows(site: Site) -> None:
    page = site.visitor(ROSA).get("/ask?clip=en-us-0001&span=2.36-2.89").text
    assert 'value="en-us-0001"' in page
    assert 'value="2.36-2.89"' in page
    assert "English (US)" in page


def test_words_come_in_order_of_speech_and_personal_ones_are_masked(site: Site) -> None:
    page = site.visitor(ROSA).get("/ask?clip=en-us-0002").text
    numbers = [int(n) for n in re.findall(r'name="word" value="(\d+)"', page)]
    assert numbers == sorted(numbers)
    assert "▒▒▒" in page
    assert "doubted" in page


def test_asking_by_word_makes_a_request(site: Site) -> None:
    sent = site.visitor(ROSA).post(
        "/ask",
        clip="en-us-0001",
        words_of="en-us-0001",
        word="6",
        difficulty=["noise", "accent", "nonsense"],
        guess="lamp",
    )
    assert sent.status_code == 303
    request = site.request(sent.headers["location"].removeprefix("/r/"))
    assert request.span.start_ms <= 2363
    assert request.span.end_ms >= 2890
    assert request.difficulties == (Difficulty.NOISE, Difficulty.ACCENT)
    assert request.guess == "lamp"
    page = site.visitor(ROSA).get(sent.headers["location"]).text
    assert "You asked this one" in page
    assert "You are notified in Slack when it settles." in page


def test_several_words_are_one_span(site: Site) -> None:
    sent = site.visitor(ROSA).post(
        "/ask", clip="en-us-0001", words_of="en-us-0001", word=["7", "5", "6"]
    )
    request = site.request(sent.headers["location"].removeprefix("/r/"))
    assert request.span.start_ms <= 2291
    assert request.span.end_ms >= 2990


def test_words_of_another_clip_are_not_taken_for_this_ones(site: Site) -> None:
    refused = site.visitor(ROSA).post(
        "/ask", clip="en-us-0002", words_of="en-us-0001", word="6", guess="mine"
    )
    assert refused.status_code == 422
    assert "Choose the muddled word" in refused.text
    assert 'value="mine"' in refused.text


def test_an_overlapping_question_is_joined(site: Site) -> None:
    request = site.asked()
    sent = site.visitor(RAVI).post("/ask", clip="en-us-0001", seconds="2.5-2.8")
    assert sent.headers["location"] == f"/r/{request.key}?joined=yes"
    page = site.visitor(RAVI).get(sent.headers["location"]).text
    assert "A colleague has asked about this already" in page
    again = site.visitor(ROSA).post("/ask", clip="en-us-0001", seconds="2.5-2.8")
    assert (
        "You have asked about this already"
        in site.visitor(ROSA).get(again.headers["location"]).text
    )


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"clip": "", "seconds": "1-2"}, 422, "Type the clip&#39;s id"),
        ({"clip": "en-us-9999", "seconds": "1-2"}, 404, "no such clip"),
        ({"clip": "../../etc/passwd", "seconds": "1-2"}, 422, ""),
        ({"clip": "en-us-0001", "seconds": ""}, 422, "Choose the muddled word"),
        ({"clip": "en-us-0001", "seconds": "soon"}, 422, "two times in seconds"),
        ({"clip": "en-us-0001", "seconds": "2-9"}, 422, "longer than 3 s"),
        (
            {"clip": "en-us-0001", "seconds": "1.2-1.9", "guess": "x" * 101},
            422,
            "longer than 100",
        ),
    ],
)
def test_an_error_is_inline_and_everything_typed_survives(
    site: Site, fields: dict[str, str], status: int, sentence: str
) -> None:
    typed = {"guess": "my guess", "difficulty": "two_voices"} | fields
    visitor = site.visitor(ROSA)
    refused = visitor.post("/ask", **typed)
    assert refused.status_code == status
    assert sentence in refused.text
    assert 'role="alert"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    for name in ("clip", "seconds", "guess"):
        if name in typed:
            assert f'value="{typed[name]}"' in refused.text
    assert 'value="two_voices" checked' in refused.text
    # Also after closing the page: the draft is on the server.
    assert 'value="two_voices" checked' in visitor.get("/ask").text


def test_a_settled_word_shows_its_outcome_and_is_asked_anew_with_a_reason(
    site: Site,
) -> None:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    form = {"clip": "en-us-0001", "seconds": "2.4-2.8", "guess": "lamps"}
    told = site.visitor(LENA).post("/ask", **form)
    assert told.status_code == 422
    assert "settled: lamp." in told.text
    assert 'name="anew"' in told.text
    assert 'value="lamps"' in told.text
    sent = site.visitor(LENA).post("/ask", **form, anew="The plural matters.")
    assert sent.headers["location"] == f"/r/{request.key}?joined=yes"
    assert site.request(request.key).state is RequestState.DISPUTED


def test_a_draft_is_kept_while_typing_and_dropped_once_asked(site: Site) -> None:
    visitor = site.visitor(ROSA)
    typed = {"clip": "en-us-0001", "seconds": "2.36-2.89", "guess": "lantern"}
    assert visitor.send("/ask/draft", **typed).json() == {"kept": True}
    assert 'value="lantern"' in visitor.get("/ask").text
    assert 'value="lantern"' in visitor.get("/ask?clip=en-us-0001").text
    assert visitor.post("/ask", **typed).status_code == 303
    assert "lantern" not in visitor.get("/ask").text


def test_loading_a_clips_words_keeps_what_was_typed_and_puts_nothing_in_the_address(
    site: Site,
) -> None:
    visitor = site.visitor(ROSA)
    sent = visitor.post("/ask/words", clip=" en-us-0001 ", guess="lantern")
    assert sent.headers["location"] == "/ask?clip=en-us-0001"
    page = visitor.get(sent.headers["location"]).text
    assert 'value="lantern"' in page
    assert 'name="word"' in page


@pytest.mark.parametrize("user_id", [STRANGER, AUDITOR])
def test_people_without_a_desk_are_refused_and_it_is_on_record(
    site: Site, user_id: str
) -> None:
    visitor = site.visitor(user_id)
    assert visitor.get("/ask?clip=en-us-0001").status_code == 403
    assert visitor.post("/ask", clip="en-us-0001", seconds="1.2-1.9").status_code == 403
    denied = site.events(Action.REQUEST_ASKED, Outcome.DENIED)
    assert [e.user_id for e in denied] == [user_id, user_id]


def test_a_clip_without_consent_is_refused_in_a_sentence(site: Site) -> None:
    refused = site.visitor(ROSA).get("/ask?clip=en-us-0003")
    assert refused.status_code == 403
    assert "withdrawn consent" in refused.text


def test_a_link_with_a_broken_span_or_clip_still_shows_the_form(site: Site) -> None:
    visitor = site.visitor(ROSA)
    broken = visitor.get("/ask?clip=en-us-0001&span=9-1")
    assert broken.status_code == 422
    assert 'value="9-1"' in broken.text
    unknown = visitor.get("/ask?clip=nothing-here")
    assert unknown.status_code == 422
    assert 'value="nothing-here"' in unknown.text


def test_my_page_lists_what_i_asked_what_i_can_answer_and_what_needs_a_ruling(
    site: Site,
) -> None:
    disputed = site.disputed()
    opened = site.asked("en-us-0002", "2.3-3.0")
    rosa = site.visitor(ROSA).get("/").text
    assert opened.name in rosa
    assert disputed.name in rosa
    ravi = site.visitor(RAVI).get("/").text
    assert f'href="/r/{opened.key}"' in ravi
    assert "Needs your ruling" not in ravi
    lena = site.visitor("U0LEAD001").get("/").text
    assert f'href="/rule/{disputed.key}"' in lena
    assert "You have no role" in site.visitor(STRANGER).get("/").text
    assert 'href="/audit"' in site.visitor(AUDITOR).get("/").text


def test_a_settled_word_shows_in_my_list_unless_it_is_personal(site: Site) -> None:
    request = site.asked()
    for user_id in (RAVI, "U0REVIEW3"):
        site.answer(request, user_id, "please")
    other = site.asked("en-us-0002", "2.3-3.0")
    for user_id in (RAVI, "U0REVIEW3"):
        site.answer(other, user_id, "Ottoline")
    assert site.request(request.key).state is RequestState.AGREED
    page = site.visitor(ROSA).get("/").text
    assert "please" in page
    assert "Ottoline" not in page
    assert "a personal name or number" in page


def test_the_chosen_word_is_placed_and_its_edges_move_in_steps(site: Site) -> None:
    visitor = site.visitor(ROSA)
    typed = {"clip": "en-us-0001", "words_of": "en-us-0001", "guess": "lantern"}
    page = visitor.post("/ask/place", word="6", **typed)
    assert page.status_code == 200
    assert 'class="levels"' in page.text
    assert 'value="lantern"' in page.text
    first = span_on(page.text)
    moved = visitor.post(
        "/ask/place", seconds=format_span(first), nudge="start_earlier", **typed
    )
    second = span_on(moved.text)
    assert (second.start_ms, second.end_ms) == (first.start_ms - 20, first.end_ms)


def test_nothing_is_placed_for_people_who_may_not_ask(site: Site) -> None:
    visitor = site.visitor(STRANGER)
    refused = visitor.post("/ask/place", clip="en-us-0001", seconds="1.2-1.9")
    assert refused.status_code == 403
    assert 'class="levels"' not in refused.text


@pytest.mark.parametrize("seconds", ["nonsense", "900-901", ""])
def test_a_span_that_cannot_be_placed_is_explained(site: Site, seconds: str) -> None:
    visitor = site.visitor(ROSA)
    page = visitor.post("/ask/place", clip="en-us-0001", seconds=seconds)
    assert page.status_code == 422
    assert 'id="span-error"' in page.text


def span_on(page: str) -> Span:
    found = re.search(r'name="seconds"[^>]* value="([^"]+)"', page)
    assert found is not None
    return parse_span(found[1])
