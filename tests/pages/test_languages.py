"""Pages speak the language of the person who reads them."""

import re

import pytest

from bot.text.language import PSEUDO
from tests.pages.site import LENA, ORIGIN, RAVI, Site, TestClient

# What stays as it is: names, ids, codes and figures.
UNTRANSLATED = re.compile(r"help-clip|Chromium|testclient|English|[\W\d_]+")
PAGES = ("/", "/sessions", "/answer", "/asked", "/care", "/ask")


def choose(site: Site, user_id: str, language: str) -> None:
    with site.services.store.begin() as tx:
        tx.people.choose_language(user_id, language)


def shown(page: str) -> list[str]:
    """Return the texts between the tags of a page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return [each.strip() for each in re.findall(r">([^<>]+)<", body) if each.strip()]


@pytest.mark.parametrize("path", PAGES)
def test_no_sentence_of_a_page_stands_outside_the_catalogue(
    site: Site, path: str
) -> None:
    visitor = site.visitor(LENA)
    choose(site, LENA, PSEUDO)
    page = visitor.get(path).text
    assert f'<html lang="{PSEUDO}" dir="rtl">' in page
    plain = []
    for each in shown(page):
        inside = re.sub(r"\[[^\[\]]*\]", "", each)
        if re.search(r"[a-z]{3,} [a-z]{2,}", UNTRANSLATED.sub(" ", inside)):
            plain.append(each)
    assert plain == []


def test_a_person_chooses_a_language_or_that_of_slack(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert '<html lang="en" dir="ltr">' in visitor.get("/sessions").text
    assert visitor.post("/sessions/language", language="en").status_code == 303
    assert re.search(r'value="en"[^>]* selected', visitor.get("/sessions").text)
    assert visitor.post("/sessions/language", language="").status_code == 303
    assert not re.search(r'value="en"[^>]* selected', visitor.get("/sessions").text)


def test_a_language_without_a_catalogue_cannot_be_chosen(site: Site) -> None:
    visitor = site.visitor(RAVI)
    assert visitor.post("/sessions/language", language="tlh").status_code == 422


def test_before_the_sign_in_the_browser_decides(site: Site) -> None:
    visitor = TestClient(site.visitor(RAVI).client.app, base_url=ORIGIN)
    page = visitor.get("/", headers={"accept-language": f"{PSEUDO}, en;q=0.5"})
    assert f'lang="{PSEUDO}"' in page.text
    missing = visitor.get("/nowhere", headers={"accept-language": PSEUDO})
    assert f'lang="{PSEUDO}"' in missing.text
