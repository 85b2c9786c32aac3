"""The audit page: its answers, its denials, what it withholds, and what it looks like
in use.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.pages.handlers.audit import OFTEN
from bot.text import text
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.note import Signer
from storage.records import Action, Event, Origin, Outcome, Person, Role
from tests.pages.chromium import (
    RunningClock,
    free_port,
    launched,
    picture,
    served,
    signed_in,
)
from tests.pages.site import AUDITOR, ROSA, STRANGER, TEAM, Site, new_site

KEYS = Keys((Signer("help-clip.example/log", b"k" * 32),))


def fill(site: Site, people: int = 8, events: int = 120) -> None:
    """Some weeks of listening, with a few denials."""
    with site.services.store.begin() as tx:
        for n in range(events):
            denied = n % 11 == 0
            tx.log.record(
                Event(
                    at=site.clock.now.replace(
                        day=1 + n % 20 % max(1, site.clock.now.day)
                    ),
                    action=Action.SNIPPET_PLAYED if n % 3 else Action.SNIPPET_HEARD,
                    outcome=Outcome.DENIED if denied else Outcome.ALLOWED,
                    actor=Person(team_id=TEAM, user_id=f"U0PERSON{n % people}"),
                    role=Role.REVIEWER,
                    origin=Origin.PAGE,
                    rule="own_request" if denied else None,
                    desk="english-us",
                    request=f"HC-{1001 + n // 9}",
                    clip_id=f"en-us-{n // 9:04d}",
                    numbers={"played_ms": 1300 + n, "loops": n % 4} if n % 3 else {},
                )
            )
    sequence_all(site.services.store, KEYS, lambda: site.clock.now)


def asked_as(text: str) -> int:
    found = re.search(r"Your question is event (\d+)", text)
    assert found
    return int(found[1])


def test_an_auditor_sees_the_log_and_their_question_on_record(site: Site) -> None:
    fill(site)
    answer = site.visitor(AUDITOR).get("/audit?request=HC-1001")
    assert answer.status_code == 200
    assert asked_as(answer.text) == 122
    assert answer.text.count('data-name="event"') == 10  # nine, and the question itself
    [asked] = site.events(Action.LOG_QUERIED)
    assert (asked.user_id, asked.outcome, asked.request) == (
        AUDITOR,
        "allowed",
        "HC-1001",
    )


@pytest.mark.parametrize(("name", "question"), OFTEN.items())
def test_every_question_asked_often_is_one(
    site: Site, name: str, question: dict[str, str]
) -> None:
    fill(site)
    answer = site.visitor(AUDITOR).get("/audit", params=question)
    assert answer.status_code == 200
    label = text(f"audit.often.{name}")
    assert f">{label}</a>" in answer.text
    assert "Your question is event" in answer.text


@pytest.mark.parametrize("person", [ROSA, STRANGER])
def test_others_are_refused_and_it_is_on_record(site: Site, person: str) -> None:
    answer = site.visitor(person).get("/audit")
    assert answer.status_code == 403
    assert "for auditors" in answer.text
    [asked] = site.events(Action.LOG_QUERIED)
    assert (asked.outcome, asked.rule) == ("denied", "not_auditor")


def test_nobody_sees_anything_without_signing_in(site: Site) -> None:
    fill(site)
    for path in ("/audit", "/audit?clip=x", "/audit/live?asked=1&cursor=f1.1"):
        answer = site.visitor().get(path)
        assert "U0PERSON" not in answer.text
        assert "Sign in" in answer.text
    assert site.events(Action.LOG_QUERIED) == []


def test_everybody_sees_their_own_record(site: Site) -> None:
    fill(site)
    answer = site.visitor(ROSA).get("/audit?person=me")
    assert answer.status_code == 200
    assert "U0PERSON" not in answer.text


def test_a_question_about_one_person_waits_for_its_reason(site: Site) -> None:
    fill(site)
    auditor = site.visitor(AUDITOR)
    answer = auditor.get("/audit?person=U0PERSON1")
    assert "Give your reason in a few words" in answer.text
    assert 'data-name="event"' not in answer.text
    assert site.events(Action.LOG_QUERIED) == []
    answer = auditor.post("/audit", person="U0PERSON1", reason="complaint of 3 March")
    assert answer.text.count('data-name="event"') == 15
    assert "complaint" not in str(answer.url)


def test_charts_over_few_people_need_a_case_number(site: Site) -> None:
    fill(site, people=4)
    auditor = site.visitor(AUDITOR)
    answer = auditor.get("/audit")
    assert "fewer than 5 people" in answer.text
    assert '<svg class="days"' not in answer.text
    answer = auditor.post("/audit", case="IR-2026-17")
    assert '<svg class="days"' in answer.text
    assert "The busiest of 4 people" in answer.text
    with site.services.store.read() as tx:
        beside = tx.log.detail(asked_as(answer.text))
    assert beside is not None
    assert "case IR-2026-17" in json.loads(beside)["reason"]


def test_charts_over_five_people_are_shown(site: Site) -> None:
    fill(site, people=5)
    answer = site.visitor(AUDITOR).get("/audit?since=2026-03-01")
    assert "120 events from 01 Mar 2026" in answer.text
    assert "The busiest of 5 people" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("clip", "two words", "not the id of a clip"),
        ("since", "yesterday", "Write a day as"),
        ("cursor", "x", "page marker"),
        ("case", "?!", "case number is letters"),
    ],
)
def test_a_wrong_filter_is_said_inline_and_kept(
    site: Site, field: str, value: str, sentence: str
) -> None:
    answer = site.visitor(AUDITOR).post(
        "/audit", **{field: value, "desk": "english-us"}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="english-us"' in answer.text


def test_what_was_typed_cannot_become_markup(site: Site) -> None:
    answer = site.visitor(AUDITOR).post("/audit", clip='"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


def test_pages_follow_each_other(site: Site) -> None:
    fill(site)
    auditor = site.visitor(AUDITOR)
    first = auditor.get("/audit?outcome=allowed&limit=40")
    fields = dict(
        re.findall(
            r'name="(\w+)" value="([^"]*)"', first.text.split('aria-label="Pages"')[1]
        )
    )
    assert fields["outcome"] == "allowed"
    second = auditor.post("/audit", **{**fields, "csrf": auditor.csrf})
    seen = [
        set(re.findall(r'class="n">(\d+)</td>\s*</tr>', page.text))
        for page in (first, second)
    ]
    assert len(seen[0]) == len(seen[1]) == 40
    assert not seen[0] & seen[1]


@pytest.mark.parametrize(
    ("format_", "kind", "first"),
    [
        ("csv", "text/csv", "id,at,action"),
        ("jsonl", "application/x-ndjson", '{"id":122'),
        ("ocsf", "application/x-ndjson", '{"class_uid": 6006'),
    ],
)
def test_an_export_holds_everything_asked_for(
    site: Site, format_: str, kind: str, first: str
) -> None:
    fill(site)
    answer = site.visitor(AUDITOR).post(
        "/audit/export", format=format_, desk="english-us"
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["x-asked-as"] == "122"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.startswith(first)
    assert len(answer.text.splitlines()) == 121 + (format_ == "csv")
    assert len(site.events(Action.LOG_EXPORTED)) == 1


def test_an_export_is_refused_to_others_and_from_other_sites(site: Site) -> None:
    fill(site)
    assert site.visitor(ROSA).post("/audit/export").status_code == 403
    auditor = site.visitor(AUDITOR)
    auditor.csrf = "wrong"
    assert auditor.post("/audit/export").status_code == 403
    assert len(site.events(Action.LOG_EXPORTED, Outcome.DENIED)) == 1
    assert len(site.events(Action.LOG_EXPORTED)) == 1


def live(visitor: Any, asked: int | str, cursor: str) -> Any:
    return visitor.get(
        f"/audit/live?asked={asked}&cursor={cursor}",
        headers={"Accept": "application/json"},
    )


def test_a_live_table_goes_on_with_the_same_question(site: Site) -> None:
    fill(site)
    auditor = site.visitor(AUDITOR)
    page = auditor.get("/audit?action=snippet.heard").text
    cursor = re.findall(r'data-cursor="([^"]+)"', page)[0]
    assert live(auditor, asked_as(page), cursor).json()["rows"] == []
    site.clock.pass_time(seconds=5)
    site.hear(site.asked(), "U0REVIEW2")
    found = live(auditor, asked_as(page), cursor).json()
    assert [row["action"] for row in found["rows"]] == ["snippet.heard"]
    assert live(auditor, asked_as(page), found["cursor"]).json()["rows"] == []
    assert len(site.events(Action.LOG_QUERIED)) == 1


def test_a_live_table_is_its_askers_own_and_ends(site: Site) -> None:
    fill(site)
    auditor, rosa = site.visitor(AUDITOR), site.visitor(ROSA)
    page = auditor.get("/audit").text
    cursor = re.findall(r'data-cursor="([^"]+)"', page)[0]
    assert live(rosa, asked_as(page), cursor).status_code == 403
    assert live(auditor, 5, cursor).status_code == 403
    assert live(auditor, "x", cursor).status_code == 422
    assert live(auditor, asked_as(page), "junk").status_code == 422
    rosa.get("/audit")  # refused, and so nothing to go on with
    assert live(rosa, asked_as(page) + 1, cursor).status_code == 403
    site.clock.pass_time(minutes=16)
    assert live(auditor, asked_as(page), cursor).status_code == 403


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched() as browser:
        yield browser


@pytest.fixture
def served_site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    site = new_site(tmp_path, public_url=f"http://127.0.0.1:{port}")
    site.clock = RunningClock()  # type: ignore[assignment]
    with served(site.application(), port):
        yield site
    site.services.store.close()


def open_page(
    chromium: Any, site: Site, path: str, **options: Any
) -> tuple[Any, list[str]]:
    context = signed_in(chromium, site, AUDITOR, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    page.goto(path)
    return page, complaints


SHAPES = {
    "wide": {"viewport": {"width": 1200, "height": 900}},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_fits_its_screen(chromium: Any, served_site: Site, shape: str) -> None:
    fill(served_site)
    page, complaints = open_page(chromium, served_site, "/audit", **SHAPES[shape])
    overflow = (
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert page.evaluate(overflow) == 0
    picture(page, f"audit-{shape}")
    assert complaints == []
    page.context.close()


def test_filters_become_the_address_and_the_keyboard_is_enough(
    chromium: Any, served_site: Site
) -> None:
    fill(served_site)
    page, complaints = open_page(chromium, served_site, "/audit", **SHAPES["wide"])
    page.get_by_label("Request").focus()
    page.keyboard.type("HC-1001")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit?request=HC-1001")
    assert page.locator("#rows tr").count() == 10
    page.get_by_label("Person", exact=True).fill("U0PERSON1")
    page.keyboard.press("Enter")
    page.get_by_text("Give your reason in a few words").first.wait_for()
    page.get_by_label("Reason").fill("case 7")
    page.keyboard.press("Enter")
    page.locator("#rows tr").first.wait_for()
    assert "case" not in page.url
    assert complaints == []
    page.context.close()


def test_every_field_has_a_name_for_a_screen_reader(
    chromium: Any, served_site: Site
) -> None:
    fill(served_site)
    page, _ = open_page(chromium, served_site, "/audit", **SHAPES["wide"])
    nameless = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select, button, a')]"
        ".filter(e => !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).length"
    )
    assert nameless == 0
    assert page.get_by_role("img", name=re.compile("events from")).count() == 1
    assert page.get_by_role("region", name="Table of events").count() == 1
    page.context.close()


def test_rows_stay_a_table_for_a_screen_reader_on_a_phone(
    chromium: Any, served_site: Site
) -> None:
    fill(served_site)
    page, _ = open_page(
        chromium, served_site, "/audit?request=HC-1001", **SHAPES["phone"]
    )
    table = page.get_by_role("table", name="Events")
    assert table.get_by_role("row").count() == 11  # with the headings
    names = table.get_by_role("columnheader").all_text_contents()
    assert names == ["Time (UTC)", "Who", "What", "Request", "Clip", "Desk", "Event"]
    row = table.get_by_role("row").nth(2)
    assert row.get_by_role("cell").count() == 7
    page.context.close()


def test_a_row_leads_to_the_question_about_it_by_keyboard(
    chromium: Any, served_site: Site
) -> None:
    fill(served_site)
    page, complaints = open_page(
        chromium, served_site, "/audit?action=snippet.heard", **SHAPES["wide"]
    )
    page.locator("#rows").get_by_role("link", name="HC-1001").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit?request=HC-1001")
    page.locator("#rows").get_by_role("link", name="U0PERSON1").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Give your reason in a few words").first.wait_for()
    assert complaints == []
    page.context.close()


def test_the_keyboard_can_skip_the_tables_links(
    chromium: Any, served_site: Site
) -> None:
    fill(served_site)
    page, _ = open_page(chromium, served_site, "/audit", **SHAPES["wide"])
    page.get_by_role("button", name="Export").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip the table"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Back").wait_for()
    page.context.close()


def test_new_events_arrive_by_themselves(chromium: Any, served_site: Site) -> None:
    fill(served_site)
    page, complaints = open_page(
        chromium, served_site, "/audit?action=session.ended", **SHAPES["wide"]
    )
    page.get_by_label("live").check()
    page.get_by_text("Waiting for new events").wait_for()
    with served_site.services.store.begin() as tx:
        tx.log.record(served_site.act(ROSA).event(Action.SESSION_ENDED))
    page.locator("#rows tr.fresh").first.wait_for(timeout=15_000)
    assert "U0REVIEW1" in page.locator("#rows tr.fresh").first.inner_text()
    assert complaints == []
    page.context.close()


def test_an_export_says_how_far_it_is_and_is_saved(
    chromium: Any, served_site: Site, tmp_path: Path
) -> None:
    fill(served_site)
    page, complaints = open_page(chromium, served_site, "/audit", **SHAPES["wide"])
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    waiting.value.save_as(tmp_path / "export.csv")
    page.get_by_text(re.compile("Saved .* lines. This export is event")).wait_for()
    assert (tmp_path / "export.csv").read_text().startswith("id,at,action")
    assert complaints == []
    page.context.close()
