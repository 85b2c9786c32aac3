"""An officer's ledger and limit: what the officer hears on cases counts as heard."""

import secrets

import pytest

from bot.errors import Refused
from bot.usecases.distress import care, cases, officer, stop_clip
from bot.usecases.distress.hear_case import CaseSnippet
from bot.usecases.listening.grant import Sound, grant
from storage.records import Case, Severity
from tests.product import JONAS, SOFIA, Product

ON_BOTH_DATABASES = True
CLIPS = ("en-us-0001", "en-us-0002", "en-us-0004", "en-us-0006")


def stopped(product: Product, clip_id: str, severity: Severity) -> Case:
    """Return the case of a clip that Jonas stopped and graded, with Sofia on it."""
    request = product.open_on(clip_id)
    case = stop_clip.stop(product.services, product.act(JONAS), request.key).case
    if severity is not Severity.UNKNOWN:
        cases.grade(product.services, product.act(JONAS), case.key, severity)
    officer.acknowledge(product.services, product.act(SOFIA), case.key)
    return case


def hear(product: Product, case: Case) -> Sound:
    product.pass_time(minutes=1)
    press = secrets.token_hex(16)
    return grant(product.services, product.act(SOFIA), CaseSnippet(case.key), press)


def hear_three(product: Product) -> list[Case]:
    heard = [stopped(product, clip, Severity.UPSETTING) for clip in CLIPS[:3]]
    for case in heard:
        hear(product, case)
    return heard


def test_what_an_officer_hears_on_a_case_is_in_the_officers_own_ledger(
    product: Product,
) -> None:
    case = stopped(product, CLIPS[0], Severity.UPSETTING)
    assert care.care_page(product.services, product.act(SOFIA)).exposures == ()
    product.pass_time(hours=3)
    hear(product, case)
    (met,) = care.care_page(product.services, product.act(SOFIA)).exposures
    assert (met.at, met.heard, met.stopped_it) == (product.now, True, False)


def test_after_three_recordings_an_officer_rests_before_the_fourth(
    product: Product,
) -> None:
    hear_three(product)
    fourth = stopped(product, CLIPS[3], Severity.SERIOUS)
    with pytest.raises(Refused, match="hand it over") as error:
        hear(product, fourth)
    assert error.value.rule == "officer_rests"
    assert product.last_event().rule == "officer_rests"
    product.pass_time(minutes=30)
    assert hear(product, fourth).wav


def test_a_resting_officer_may_hear_the_same_recording_again(product: Product) -> None:
    *_, last = hear_three(product)
    assert hear(product, last).wav


@pytest.mark.parametrize("severity", [Severity.DANGER, Severity.UNKNOWN])
def test_a_rest_never_keeps_an_officer_from_a_person_in_danger(
    product: Product, severity: Severity
) -> None:
    hear_three(product)
    assert hear(product, stopped(product, CLIPS[3], severity)).wav


def test_a_resting_officer_still_decides_and_hands_over(product: Product) -> None:
    hear_three(product)
    fourth = stopped(product, CLIPS[3], Severity.SERIOUS)
    closed = officer.close(
        product.services,
        product.fresh(SOFIA),
        fourth.key,
        reply="We looked at it. You did right to stop.",
        release=False,
    )
    assert closed.officer == product.act(SOFIA).person
