"""What people asked and answered, on their own signed-in pages."""

from dataclasses import replace

from storage.records import Request
from tests.pages.site import JONAS, LENA, RAVI, ROSA, Site

TOOL = "https://tool.example/clips/{clip_id}?from={start}&to={end}"


def with_tool(site: Site) -> None:
    site.services = replace(site.services, work_tool=TOOL)


def settled(site: Site) -> Request:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    return site.request(request.key)


def test_the_asker_finds_the_clip_again_on_each_own_page(site: Site) -> None:
    with_tool(site)
    request = settled(site)
    asker = site.visitor(ROSA)
    for path in ("/", "/asked", f"/r/{request.key}"):
        page = asker.get(path).text
        assert request.clip_id in page
        assert "2.363-2.89" in page
        link = "https://tool.example/clips/en-us-0001?from=2.363&amp;to=2.89"
        assert f'href="{link}"' in page
        assert 'data-copy="en-us-0001"' in page


def test_without_a_work_tool_there_is_no_link_into_it(site: Site) -> None:
    settled(site)
    page = site.visitor(ROSA).get("/asked").text
    assert "en-us-0001" in page
    assert "Open in the work tool" not in page


def test_no_colleague_reads_the_clip_of_a_question(site: Site) -> None:
    with_tool(site)
    request = settled(site)
    for user_id in (RAVI, LENA):
        visitor = site.visitor(user_id)
        for path in ("/", "/asked", "/answered", f"/r/{request.key}"):
            assert request.clip_id not in visitor.get(path).text


def test_the_own_guess_is_opened_to_its_author_alone(site: Site) -> None:
    request = site.asked()
    with site.services.store.begin() as tx:
        tx.requests.save(request.evolve(guess="my own canary"))
    assert "my own canary" in site.visitor(ROSA).get("/asked").text
    assert "my own canary" in site.visitor(ROSA).get(f"/r/{request.key}").text
    assert "my own canary" not in site.visitor(RAVI).get(f"/r/{request.key}").text


def test_a_person_who_joined_a_question_finds_it_too(site: Site) -> None:
    request = site.asked()
    site.asked_too(request, JONAS)
    page = site.visitor(JONAS).get("/asked").text
    assert request.name in page
    assert request.clip_id in page
    home = site.visitor(JONAS).get("/").text
    assert request.clip_id in home


def test_an_answerer_reads_outcome_and_reason_on_an_own_list(site: Site) -> None:
    request = site.disputed_and_heard()
    lead = site.visitor(LENA)
    body = {"choice": "words:lamp", "reason": "The last sound is a p."}
    assert lead.post(f"/rule/{request.key}", **body).status_code == 303
    same = site.visitor(RAVI).get("/answered").text
    assert "It was settled as you answered." in same
    other = site.visitor(JONAS).get("/answered").text
    assert "It was settled otherwise." in other
    assert "The last sound is a p." in other
    assert "1 request" in other
    assert request.name not in site.visitor(ROSA).get("/answered").text


def test_answers_to_open_requests_are_listed_without_an_outcome(site: Site) -> None:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    visitor = site.visitor(RAVI)
    page = visitor.get("/answered").text
    assert "lamp" in page
    assert "It was settled" not in page
    assert request.name not in visitor.get("/answered?part=closed").text
    assert request.name in visitor.get("/answered?part=live").text


def test_the_answered_list_is_paged_with_its_true_total(site: Site) -> None:
    add_answers(site, 60)
    visitor = site.visitor(RAVI)
    first = visitor.get("/answered").text
    assert "60 requests" in first
    assert first.count("You answered <bdi") == 50
    after = first.split("after=")[1].split('"')[0]
    second = visitor.get(f"/answered?after={after}").text
    assert "60 requests" in second
    assert second.count("You answered <bdi") == 10


def add_answers(site: Site, count: int) -> None:
    """Ravi has answered so many open requests."""
    first = site.asked()
    site.answer(first, RAVI, "lamp")
    with site.services.store.begin() as tx:
        for number in range(count - 1):
            span = {"clip_id": first.clip_id, "span": first.span}
            request = tx.requests.add(
                key=f"key{number}",
                desk=first.desk,
                locale=first.locale,
                asker=first.asker,
                difficulties=(),
                guess=None,
                quorum=2,
                asked_at=first.asked_at,
                expires_at=first.expires_at,
                **span,  # type: ignore[arg-type]
            )
            own = tx.proposals.by_person(first.id, site.act(RAVI).actor)
            assert own is not None
            tx.proposals.put(replace(own, request_id=request.id))


def test_a_late_answer_leads_to_the_outcome_and_a_clear_sentence(site: Site) -> None:
    request = site.asked()
    site.hear(request, LENA)
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    late = site.visitor(LENA)
    path = f"/r/{request.key}"
    sent = late.post(f"{path}/answer", answer="words", text="lamb", confidence="2")
    assert sent.headers["location"].endswith(path)
    for page in (late.get(path).text, late.get("/answered").text):
        assert "lamb" in page
        assert "Your answer is kept beside the result and does not count." in page
    assert "lamb" not in site.visitor(JONAS).get(path).text


def test_the_own_guess_that_was_right_is_shown_as_such(site: Site) -> None:
    request = site.asked()
    with site.services.store.begin() as tx:
        tx.requests.save(request.evolve(guess="Lamp"))
    told = "Your guess was the settled word."
    assert told not in site.visitor(ROSA).get("/asked").text
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    for path in ("/asked", f"/r/{request.key}"):
        assert told in site.visitor(ROSA).get(path).text
    assert told not in site.visitor(RAVI).get(f"/r/{request.key}").text
