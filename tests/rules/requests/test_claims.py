"""A lead's claim on a dispute keeps others away while the lead works, and not for ever."""

from datetime import UTC, datetime, timedelta

from bot.rules.requests.claims import LASTS_AT_MOST, begin_or_renew, holder
from storage.records import Claim, Person

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
LENA = Person(team_id="T1", user_id="U0LENA")
OTHER = Person(team_id="T1", user_id="U0OTHER")
CLAIM = begin_or_renew(None, 7, LENA, NOW)


def renew(claim: Claim, every: timedelta, until: timedelta) -> Claim:
    """Return the claim after a script has renewed it again and again."""
    now = NOW
    while now < NOW + until:
        now += every
        claim = begin_or_renew(claim, 7, LENA, now)
    return claim


def test_a_claim_keeps_others_away_and_never_its_own_lead() -> None:
    assert holder(CLAIM, OTHER, NOW) == LENA
    assert holder(CLAIM, LENA, NOW) is None
    assert holder(None, OTHER, NOW) is None


def test_a_claim_lapses_after_ninety_seconds_without_activity() -> None:
    assert holder(CLAIM, OTHER, NOW + timedelta(seconds=89)) == LENA
    assert holder(CLAIM, OTHER, NOW + timedelta(seconds=90)) is None


def test_a_claim_that_a_script_renews_lapses_after_a_quarter_of_an_hour() -> None:
    early = renew(CLAIM, timedelta(seconds=30), timedelta(minutes=14))
    assert holder(early, OTHER, early.active_at) == LENA
    late = renew(CLAIM, timedelta(seconds=30), LASTS_AT_MOST)
    assert holder(late, OTHER, late.active_at) is None


def test_a_lead_who_comes_back_later_begins_anew() -> None:
    later = NOW + timedelta(hours=1)
    again = begin_or_renew(CLAIM, 7, LENA, later)
    assert again.since == later
    assert holder(again, OTHER, later) == LENA
