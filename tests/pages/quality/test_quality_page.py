"""The page of quality figures, as a reviewer and as a lead see it."""

import csv
import io

import pytest

from bot.rules.quality.figures import GroupBy
from tests.pages.site import JONAS, LENA, RAVI, STRANGER, Site


def settle(site: Site) -> None:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    site.clock.pass_time(minutes=1)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_reviewer_sees_the_own_figures_and_no_totals(site: Site) -> None:
    settle(site)
    page = site.visitor(RAVI).get("/quality").text
    assert "Your own figures" in page
    assert "All answers: 1 of 1 as settled" in page
    assert "Totals" not in page
    assert JONAS not in page


def test_without_a_settled_answer_the_page_reports_that(site: Site) -> None:
    page = site.visitor(RAVI).get("/quality").text
    assert "None of your answers in this period is settled yet." in page


def test_a_lead_sees_totals_and_why_few_people_are_withheld(site: Site) -> None:
    settle(site)
    page = site.visitor(LENA).get("/quality?by=desk").text
    assert "fewer than 5 people" in page
    assert "Agreement needs fifty questions" in page
    assert "No harmless word was heard otherwise by three people." in page


def test_a_lead_without_questions_reads_what_to_do(site: Site) -> None:
    page = site.visitor(LENA).get("/quality").text
    assert "No question was asked in this period. Choose a longer one." in page


@pytest.mark.parametrize("table", ["figures", "agreement", "confusions"])
def test_the_totals_are_saved_by_leads_only(site: Site, table: str) -> None:
    settle(site)
    address = f"/quality/export?table={table}"
    saved = site.visitor(LENA).get(address)
    assert saved.headers["content-type"].startswith("text/csv")
    assert len(rows_of(saved.text)[0]) >= 5
    assert site.visitor(RAVI).get(address).status_code == 403


def test_a_withheld_group_is_empty_in_the_csv_too(site: Site) -> None:
    settle(site)
    address = "/quality/export?table=figures&by=language"
    names, line = rows_of(site.visitor(LENA).get(address).text)
    assert line[0].startswith("English")
    assert line[1] == "1"
    assert set(line[2:]) == {""}
    assert len(line) == len(names)


def test_a_person_saves_the_own_figures(site: Site) -> None:
    settle(site)
    saved = site.visitor(RAVI).get("/quality/export?table=own").text
    assert rows_of(saved)[1] == ["All answers", "1", "1"]


def test_an_unknown_table_is_not_found(site: Site) -> None:
    assert site.visitor(LENA).get("/quality/export?table=people").status_code == 404


@pytest.mark.parametrize("by", [*GroupBy, "person", "", "';--"])
@pytest.mark.parametrize("weeks", ["4", "52", "-1", "99999999999", "x"])
def test_any_address_shows_a_page(site: Site, by: str, weeks: str) -> None:
    settle(site)
    shown = site.visitor(LENA).get(f"/quality?by={by}&weeks={weeks}&desk=none")
    assert shown.status_code == 200


def test_a_stranger_sees_an_empty_page_of_the_own(site: Site) -> None:
    settle(site)
    page = site.visitor(STRANGER).get("/quality").text
    assert "Totals" not in page
