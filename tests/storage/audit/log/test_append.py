"""Events are written as canonical bytes that give the same event back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.audit.log.append import canonical, parse
from storage.errors import StorageError
from storage.records import Action, Event, Origin, Outcome, Person, Role
from tests.storage.builders import BEN, NOW, event

ids = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20
)
people = st.builds(Person, team_id=ids, user_id=ids)
any_event = st.builds(
    Event,
    at=st.datetimes(timezones=st.just(NOW.tzinfo)),
    action=st.sampled_from(Action),
    outcome=st.sampled_from(Outcome),
    actor=st.none() | people,
    role=st.none() | st.sampled_from(Role),
    origin=st.sampled_from(Origin),
    rule=st.none() | ids,
    desk=st.none() | ids,
    request=st.none() | ids,
    clip_id=st.none() | ids,
    address=st.none() | ids,
    subject=st.none() | people,
    digest=st.none() | ids,
    numbers=st.dictionaries(ids, st.integers(-(2**53) + 1, 2**53 - 1), max_size=3),
)


@given(any_event)
def test_canonical_bytes_give_the_same_event_back(one: Event) -> None:
    assert parse(canonical(one)) == one


def test_canonical_bytes_are_sorted_and_without_gaps() -> None:
    one = event(numbers={"played_ms": 900, "loops": 2}, subject=BEN)
    assert canonical(one) == (
        b'{"action":"snippet.heard","at":"2026-03-02T09:30:15.123456Z","clip":"clip-1",'
        b'"desk":"en-GB","numbers":{"loops":2,"played_ms":900},"origin":"page",'
        b'"outcome":"allowed","request":"HC-1001","role":"reviewer","subject_team":"T1",'
        b'"subject_user":"U_BEN","team":"T1","user":"U_ANA"}'
    )


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        canonical(event()).replace(b"snippet.heard", b"snippet.eaten"),
        canonical(event()).replace(b"2026-", b"2026+"),
        canonical(event()) + b"x",
    ],
)
def test_other_bytes_are_not_an_event(entry: bytes) -> None:
    with pytest.raises(StorageError, match="access log"):
        parse(entry)
