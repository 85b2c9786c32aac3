"""Tracing a leak to a listen: who is named, who is not, and that it is on record."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from bot.errors import Invalid, NotFound, Refused, Unavailable
from bot.redaction import codec
from bot.redaction.watermark import SECRET_SEED, samples_of
from bot.usecases import closer, listen, quarantine
from bot.usecases.services import Act
from bot.usecases.trace import MAX_ODDS, Basis, Scope, Traced, trace
from storage.audit.tables import questions
from storage.records import Action, Closeness, Consent, Origin, Outcome, Request
from storage.seal import MasterKey, new_master_key, open_sealed
from tests.desks import with_less_masked
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, House


def shell(house: House) -> Act:
    return Act(person=None, origin=Origin.CLI, now=house.now)


def traced(
    house: House,
    leak: Path,
    scope: Scope,
    act: Act | None = None,
    reason: str = "found in a chat room",
    *,
    render_again: bool = False,
) -> Traced:
    return trace(
        house.services,
        act or shell(house),
        leak,
        scope,
        reason=reason,
        secrets=[house.services.snippet_key.derive(SECRET_SEED)],
        render_again=render_again,
    )


def leak_of(folder: Path, wav: bytes) -> Path:
    path = folder / "leaked.wav"
    path.write_bytes(wav)
    return path


def hear(house: House, user_id: str, request: Request) -> listen.Sound:
    house.pass_time(minutes=1)
    act = house.act(user_id, origin=Origin.PAGE)
    return listen.listen(house.services, act, request.key, secrets.token_hex(16))


def stored(house: House, request: Request) -> bytes:
    """What the worker rendered: the snippet without any mark."""
    with house.services.store.read() as tx:
        snippet = tx.snippet(request.id)
    key = house.services.clip_keys.get(request.clip_id)
    assert snippet is not None
    assert key is not None
    return open_sealed(house.services.blobs.get(snippet.blob), key, snippet.blob)


def test_two_listens_to_one_snippet_sound_the_same_and_are_not(house: House) -> None:
    request = house.open(ROSA)
    first, second = hear(house, RAVI, request).wav, hear(house, JONAS, request).wav
    assert first != second
    assert len(first) == len(second)
    one, other = samples_of(first), samples_of(second)
    assert np.square(one - other).sum() < 0.05 * np.square(one).sum()


def test_the_listen_a_leak_was_taken_from_is_named(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    hear(house, JONAS, request)
    sound = hear(house, RAVI, request)
    hear(house, RAVI, request)
    found = traced(house, leak_of(tmp_path, sound.wav), Scope(request=request.name))
    assert (found.candidates, found.requests, found.blind_requests) == (3, 1, 0)
    (named,) = found.named
    assert (named.listen_id, named.listener.user_id) == (sound.listen_id, RAVI)
    assert named.request == request.name
    assert named.odds < MAX_ODDS
    assert named.basis is Basis.STORED


def test_a_leak_is_found_among_all_listens_of_a_time(house: House, tmp_path: Path) -> None:
    first = house.open(ROSA)
    hear(house, RAVI, first)
    other = house.open(ROSA, clip="en-us-0008", span="1.3-2.0")
    start = house.now + timedelta(seconds=1)
    sound = hear(house, JONAS, other)
    hear(house, LENA, first)
    scope = Scope(since=start, until=house.now + timedelta(minutes=1))
    found = traced(house, leak_of(tmp_path, sound.wav), scope)
    assert (found.candidates, found.requests) == (2, 2)
    assert [each.listen_id for each in found.named] == [sound.listen_id]


@pytest.mark.parametrize("closeness", Closeness)
def test_a_closer_listen_is_named_like_any_other(
    house: House, tmp_path: Path, closeness: Closeness
) -> None:
    desks = with_less_masked(house.services.desks, RAVI)
    house.services = replace(house.services, desks=desks)
    request = house.open(ROSA)
    hear(house, RAVI, request)
    hear(house, JONAS, request)
    asked = closer.ask(
        house.services, house.fresh(RAVI), request.key, closeness=closeness, reason="too muffled"
    )
    lena = house.fresh(LENA)
    closer.decide(house.services, lena, asked.key, reason="yes", approve=True)
    sound = closer.hear(house.services, house.fresh(RAVI), asked.key, secrets.token_hex(16))
    leak, scope = leak_of(tmp_path, sound.wav), Scope(request=request.name)
    found = traced(house, leak, scope, render_again=True)
    assert [each.listen_id for each in found.named] == [sound.listen_id]
    assert found.named[0].basis is Basis.RENDERED
    assert (found.candidates, found.requests) == (3, 1)
    assert {each.listen_id for each in traced(house, leak, scope).named} <= {sound.listen_id}


def test_the_stored_snippet_carries_no_mark_and_names_nobody(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    for user_id in (RAVI, JONAS, LENA):
        hear(house, user_id, request)
    leak = leak_of(tmp_path, stored(house, request))
    found = traced(house, leak, Scope(request=request.name))
    assert found.named == ()
    assert found.best_odds > MAX_ODDS


def test_a_listen_outside_the_scope_is_not_named_and_nobody_takes_its_place(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    later = house.now + timedelta(seconds=1)
    hear(house, JONAS, request)
    found = traced(house, leak_of(tmp_path, sound.wav), Scope(request=request.name, since=later))
    assert (found.candidates, found.named) == (1, ())


def purge(house: House, request: Request) -> None:
    with house.services.store.begin() as tx:
        tx.drop_snippet(request.id)


def test_after_the_snippet_is_purged_the_search_is_blind_and_names_nobody_else(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    sounds = [hear(house, user_id, request) for user_id in (RAVI, JONAS, LENA)]
    purge(house, request)
    for sound in sounds:
        found = traced(house, leak_of(tmp_path, sound.wav), Scope(request=request.name))
        assert found.blind_requests == 1
        assert {each.listen_id for each in found.named} <= {sound.listen_id}
        assert all(each.basis is Basis.NONE for each in found.named)


def test_a_purged_snippet_is_rendered_again_where_one_asks_for_it(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    hear(house, JONAS, request)
    purge(house, request)
    leak = leak_of(tmp_path, sound.wav)
    found = traced(house, leak, Scope(request=request.name), render_again=True)
    assert [each.listen_id for each in found.named] == [sound.listen_id]
    assert found.named[0].basis is Basis.RENDERED
    assert house.events(request)[-2].numbers["render_again"] == 1


def test_nothing_is_rendered_again_of_a_clip_that_was_stopped_or_shredded(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    leak = leak_of(tmp_path, hear(house, RAVI, request).wav)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    purge(house, request)
    scope = Scope(request=request.name)
    assert traced(house, leak, scope, render_again=True).blind_requests == 1
    house.services.clip_keys.shred(request.clip_id)
    assert traced(house, leak, scope, render_again=True).blind_requests == 1


def test_nothing_is_rendered_again_once_consent_is_withdrawn(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    leak = leak_of(tmp_path, hear(house, RAVI, request).wav)
    purge(house, request)
    real = house.services.clips

    class Withdrawn:
        def clip(self, clip_id: str) -> object:
            return replace(real.clip(clip_id), consent=Consent.WITHDRAWN)

    house.services = replace(house.services, clips=Withdrawn())  # type: ignore[arg-type]
    found = traced(house, leak, Scope(request=request.name), render_again=True)
    assert found.blind_requests == 1


def test_a_mark_made_under_an_earlier_master_key_is_found(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    old = house.services.snippet_key.derive(SECRET_SEED)
    leak = leak_of(tmp_path, sound.wav)
    new = MasterKey.read(new_master_key()).derive(SECRET_SEED)
    found = trace(
        house.services,
        shell(house),
        leak,
        Scope(request=request.name),
        reason="leak",
        secrets=[new, old],
    )
    assert [each.listen_id for each in found.named] == [sound.listen_id]


def test_the_question_and_everybody_named_are_on_record(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    found = traced(house, leak_of(tmp_path, sound.wav), Scope(request=request.name))
    asked, named = house.events(request)[-2:]
    assert asked.action is named.action is Action.WATERMARK_TRACED
    assert asked.outcome is named.outcome is Outcome.ALLOWED
    assert named.subject is not None
    assert named.subject.user_id == RAVI
    assert named.numbers["odds_exponent"] >= 6
    with house.services.store.read() as tx:
        query = select(questions.c.body).where(questions.c.event_id == found.asked_as)
        beside = json.loads(tx.connection.execute(query).scalar_one())
    assert beside["reason"] == "found in a chat room"


def test_an_auditor_may_trace_and_anybody_else_is_refused_on_record(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    leak, scope = leak_of(tmp_path, sound.wav), Scope(request=request.name)
    assert traced(house, leak, scope, act=house.act(AMIR)).named
    for user_id in (RAVI, LENA):
        with pytest.raises(Refused):
            traced(house, leak, scope, act=house.act(user_id))
        event = house.last_event()
        assert (event.action, event.outcome) == (Action.WATERMARK_TRACED, Outcome.DENIED)


@pytest.mark.parametrize(
    ("scope", "reason", "field"),
    [
        (Scope(request="HC-1001"), "  ", "reason"),
        (Scope(), "leak", "request"),
        (Scope(request="1001; --"), "leak", "request"),
    ],
)
def test_a_question_that_is_not_whole_is_refused(
    house: House, tmp_path: Path, scope: Scope, reason: str, field: str
) -> None:
    leak = leak_of(tmp_path, codec.encode_wav(np.zeros(16_000, dtype=np.float32)))
    with pytest.raises(Invalid) as error:
        traced(house, leak, scope, reason=reason)
    assert error.value.field == field


def test_files_that_cannot_be_traced_say_so(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    hear(house, RAVI, request)
    scope = Scope(request=request.name)
    with pytest.raises(NotFound):
        traced(house, tmp_path / "nothing.wav", scope)
    (tmp_path / "text.wav").write_text("not a recording", "utf-8")
    with pytest.raises(Invalid):
        traced(house, tmp_path / "text.wav", scope)
    short = leak_of(tmp_path, codec.encode_wav(np.zeros(1_000, dtype=np.float32)))
    with pytest.raises(Invalid, match="half a second"):
        traced(house, short, scope)


def test_a_request_nobody_listened_to_names_nobody(house: House, tmp_path: Path) -> None:
    request = house.open(ROSA)
    leak = leak_of(tmp_path, stored(house, request))
    for name in (request.name, "HC-9999"):
        with pytest.raises(NotFound, match="Nobody listened"):
            traced(house, leak, Scope(request=name))


def test_a_snippet_that_cannot_be_opened_is_said_and_not_guessed_around(
    house: House, tmp_path: Path
) -> None:
    request = house.open(ROSA)
    sound = hear(house, RAVI, request)
    with house.services.store.read() as tx:
        snippet = tx.snippet(request.id)
    assert snippet is not None
    house.services.blobs.put(snippet.blob, b"damaged")
    with pytest.raises(Unavailable):
        traced(house, leak_of(tmp_path, sound.wav), Scope(request=request.name))
