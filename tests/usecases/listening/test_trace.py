"""Tracing a leak to a listen: who is named, who is not, and that it is on record."""

import json
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from bot.errors import Invalid, NotFound, Refused, Unavailable
from bot.redaction.audio.wav import decode_wav, encode_wav
from bot.redaction.watermark.mark import SECRET_SEED
from bot.usecases.context import Act
from bot.usecases.distress import stop_clip
from bot.usecases.listening import elevated
from bot.usecases.listening.elevated_play import ElevatedPlay
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.listening.sound import Sound
from bot.usecases.listening.trace import MAX_ODDS, Traced, trace
from bot.usecases.listening.trace_candidates import Scope
from bot.usecases.listening.trace_original import Basis
from storage.records import Action, Consent, Elevation, Origin, Outcome, Request
from storage.seal import MasterKey, new_master_key, open_sealed
from storage.tables import questions
from tests.desks import with_less_masked
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, Product


def shell(product: Product) -> Act:
    return Act(person=None, origin=Origin.CLI, now=product.now)


def traced(
    product: Product,
    leak: Path,
    scope: Scope,
    act: Act | None = None,
    reason: str = "found in a chat room",
    *,
    render_again: bool = False,
    **more: Any,
) -> Traced:
    return trace(
        product.services,
        act or shell(product),
        leak,
        scope,
        reason=reason,
        secrets=[product.services.snippet_key.derive(SECRET_SEED)],
        render_again=render_again,
        **more,
    )


def leak_of(folder: Path, wav: bytes) -> Path:
    path = folder / "leaked.wav"
    path.write_bytes(wav)
    return path


def hear(product: Product, user_id: str, request: Request) -> Sound:
    product.pass_time(minutes=1)
    act = product.act(user_id, origin=Origin.PAGE)
    return grant(
        product.services, act, RequestSnippet(request.key), secrets.token_hex(16)
    )


def stored(product: Product, request: Request) -> bytes:
    """What the worker rendered: the snippet without any mark."""
    with product.services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
    key = product.services.clip_keys.get(request.clip_id)
    assert snippet is not None
    assert key is not None
    return open_sealed(product.services.blobs.get(snippet.blob), key, snippet.blob)


def test_two_listens_to_one_snippet_sound_the_same_and_are_not(
    product: Product,
) -> None:
    request = product.open(ROSA)
    first, second = hear(product, RAVI, request).wav, hear(product, JONAS, request).wav
    assert first != second
    assert len(first) == len(second)
    one, other = decode_wav(first), decode_wav(second)
    assert np.square(one - other).sum() < 0.05 * np.square(one).sum()


def test_the_listen_a_leak_was_taken_from_is_named(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    hear(product, JONAS, request)
    sound = hear(product, RAVI, request)
    hear(product, RAVI, request)
    found = traced(product, leak_of(tmp_path, sound.wav), Scope(request=request.name))
    assert (found.candidates, found.requests, found.blind_requests) == (3, 1, 0)
    (named,) = found.named
    assert (named.listen_id, named.listener.user_id) == (sound.listen_id, RAVI)
    assert named.request == request.name
    assert named.odds < MAX_ODDS
    assert named.basis is Basis.STORED


def test_a_leak_is_found_among_all_listens_of_a_time(
    product: Product, tmp_path: Path
) -> None:
    first = product.open(ROSA)
    hear(product, RAVI, first)
    other = product.open(ROSA, clip="en-us-0008", span="1.3-2.0")
    start = product.now + timedelta(seconds=1)
    sound = hear(product, JONAS, other)
    hear(product, LENA, first)
    scope = Scope(since=start, until=product.now + timedelta(minutes=1))
    found = traced(product, leak_of(tmp_path, sound.wav), scope)
    assert (found.candidates, found.requests) == (2, 2)
    assert [each.listen_id for each in found.named] == [sound.listen_id]


def test_a_desk_bounds_a_query(product: Product, tmp_path: Path) -> None:
    request = product.open(ROSA)
    leak = leak_of(tmp_path, hear(product, RAVI, request).wav)
    since = product.now - timedelta(days=1)
    found = traced(product, leak, Scope(since=since, desk=request.desk))
    assert [each.listener.user_id for each in found.named] == [RAVI]
    with pytest.raises(NotFound):
        traced(product, leak, Scope(since=since, desk="deutsch"))


def test_an_interrupted_query_goes_on_from_its_scores(
    product: Product, tmp_path: Path
) -> None:
    first = product.open(ROSA)
    sound = hear(product, RAVI, first)
    other = product.open(ROSA, clip="en-us-0008", span="1.3-2.0")
    hear(product, JONAS, other)
    leak = leak_of(tmp_path, sound.wav)
    scores = tmp_path / "scores.jsonl"
    scope = Scope(since=product.now - timedelta(days=1))

    def interrupt(done: int, _total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        traced(product, leak, scope, saved=scores, progress=interrupt)
    assert scores.stat().st_mode & 0o077 == 0
    hear(product, JONAS, other)
    product.services.blobs.delete(_blob_of(product, first))
    with scores.open("a") as file:
        file.write('{"group": "HC-')
    found = traced(product, leak, scope, saved=scores)
    (named,) = found.named
    assert named.listener.user_id == RAVI
    assert named.basis is Basis.STORED, "it was compared before the interruption"
    assert found.candidates == 3, "a listen after the interruption is compared too"
    assert len(scores.read_text().splitlines()) == 3


def test_the_scores_of_another_query_are_refused(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    leak = leak_of(tmp_path, hear(product, RAVI, request).wav)
    other = leak_of(tmp_path, hear(product, RAVI, request).wav[:-4_000])
    scores = tmp_path / "scores.jsonl"
    scope = Scope(request=request.name)
    traced(product, other, scope, saved=scores)
    leak.write_bytes(hear(product, RAVI, request).wav)
    first = scores.read_text().splitlines()[0]
    for content in (scores.read_text(), "", f"{first}\n[]\n", "no JSON\n"):
        scores.write_text(content)
        with pytest.raises(Invalid):
            traced(product, leak, scope, saved=scores)


def _blob_of(product: Product, request: Request) -> str:
    with product.services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
    assert snippet is not None
    return snippet.blob


@pytest.mark.parametrize("closeness", Elevation)
def test_a_closer_listen_is_named_like_any_other(
    product: Product, tmp_path: Path, closeness: Elevation
) -> None:
    desks = with_less_masked(product.services.desks, RAVI)
    product.services = replace(product.services, desks=desks)
    request = product.open(ROSA)
    hear(product, RAVI, request)
    hear(product, JONAS, request)
    asked = elevated.ask(
        product.services,
        product.fresh(RAVI),
        request.key,
        closeness=closeness,
        reason="too muffled",
    )
    lena = product.fresh(LENA)
    elevated.decide(product.services, lena, asked.key, reason="yes", approve=True)
    sound = grant(
        product.services,
        product.fresh(RAVI),
        ElevatedPlay(asked.key),
        secrets.token_hex(16),
    )
    leak, scope = leak_of(tmp_path, sound.wav), Scope(request=request.name)
    found = traced(product, leak, scope, render_again=True)
    assert [each.listen_id for each in found.named] == [sound.listen_id]
    assert found.named[0].basis is Basis.RENDERED
    assert (found.candidates, found.requests) == (3, 1)
    assert {each.listen_id for each in traced(product, leak, scope).named} <= {
        sound.listen_id
    }


def test_the_stored_snippet_carries_no_mark_and_names_nobody(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    for user_id in (RAVI, JONAS, LENA):
        hear(product, user_id, request)
    leak = leak_of(tmp_path, stored(product, request))
    found = traced(product, leak, Scope(request=request.name))
    assert found.named == ()
    assert found.best_odds > MAX_ODDS


def test_a_listen_outside_the_scope_is_not_named_and_nobody_takes_its_place(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    later = product.now + timedelta(seconds=1)
    hear(product, JONAS, request)
    found = traced(
        product, leak_of(tmp_path, sound.wav), Scope(request=request.name, since=later)
    )
    assert (found.candidates, found.named) == (1, ())


def purge(product: Product, request: Request) -> None:
    with product.services.store.begin() as tx:
        tx.snippets.drop(request.id)


def test_after_the_snippet_is_purged_the_search_is_blind_and_names_nobody_else(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sounds = [hear(product, user_id, request) for user_id in (RAVI, JONAS, LENA)]
    purge(product, request)
    for sound in sounds:
        found = traced(
            product, leak_of(tmp_path, sound.wav), Scope(request=request.name)
        )
        assert found.blind_requests == 1
        assert {each.listen_id for each in found.named} <= {sound.listen_id}
        assert all(each.basis is Basis.NONE for each in found.named)


def test_a_purged_snippet_is_rendered_again_where_one_asks_for_it(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    hear(product, JONAS, request)
    purge(product, request)
    leak = leak_of(tmp_path, sound.wav)
    found = traced(product, leak, Scope(request=request.name), render_again=True)
    assert [each.listen_id for each in found.named] == [sound.listen_id]
    assert found.named[0].basis is Basis.RENDERED
    assert product.events(request)[-2].numbers["render_again"] == 1


def test_nothing_is_rendered_again_of_a_clip_that_was_stopped_or_shredded(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    leak = leak_of(tmp_path, hear(product, RAVI, request).wav)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    purge(product, request)
    scope = Scope(request=request.name)
    assert traced(product, leak, scope, render_again=True).blind_requests == 1
    product.services.clip_keys.shred(request.clip_id)
    assert traced(product, leak, scope, render_again=True).blind_requests == 1


def test_nothing_is_rendered_again_once_consent_is_withdrawn(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    leak = leak_of(tmp_path, hear(product, RAVI, request).wav)
    purge(product, request)
    real = product.services.clips

    class Withdrawn:
        def clip(self, clip_id: str) -> object:
            return replace(real.clip(clip_id), consent=Consent.WITHDRAWN)

    product.services = replace(product.services, clips=Withdrawn())  # type: ignore[arg-type]
    found = traced(product, leak, Scope(request=request.name), render_again=True)
    assert found.blind_requests == 1


def test_a_mark_made_under_an_earlier_master_key_is_found(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    old = product.services.snippet_key.derive(SECRET_SEED)
    leak = leak_of(tmp_path, sound.wav)
    new = MasterKey.read(new_master_key()).derive(SECRET_SEED)
    found = trace(
        product.services,
        shell(product),
        leak,
        Scope(request=request.name),
        reason="leak",
        secrets=[new, old],
    )
    assert [each.listen_id for each in found.named] == [sound.listen_id]


def test_the_question_and_everybody_named_are_on_record(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    found = traced(product, leak_of(tmp_path, sound.wav), Scope(request=request.name))
    asked, named = product.events(request)[-2:]
    assert asked.action is named.action is Action.WATERMARK_TRACED
    assert asked.outcome is named.outcome is Outcome.ALLOWED
    assert named.subject is not None
    assert named.subject.user_id == RAVI
    assert named.numbers["odds_exponent"] >= 6
    with product.services.store.read() as tx:
        query = select(questions.c.body).where(questions.c.event_id == found.asked_as)
        beside = json.loads(tx.connection.execute(query).scalar_one())
    assert beside["reason"] == "found in a chat room"


def test_an_auditor_may_trace_and_anybody_else_is_refused_on_record(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    leak, scope = leak_of(tmp_path, sound.wav), Scope(request=request.name)
    assert traced(product, leak, scope, act=product.act(AMIR)).named
    for user_id in (RAVI, LENA):
        with pytest.raises(Refused):
            traced(product, leak, scope, act=product.act(user_id))
        event = product.last_event()
        assert (event.action, event.outcome) == (
            Action.WATERMARK_TRACED,
            Outcome.DENIED,
        )


@pytest.mark.parametrize(
    ("scope", "reason", "field"),
    [
        (Scope(request="HC-1001"), "  ", "reason"),
        (Scope(), "leak", "request"),
        (Scope(request="1001; --"), "leak", "request"),
    ],
)
def test_a_question_that_is_not_whole_is_refused(
    product: Product, tmp_path: Path, scope: Scope, reason: str, field: str
) -> None:
    leak = leak_of(tmp_path, encode_wav(np.zeros(16_000, dtype=np.float32)))
    with pytest.raises(Invalid) as error:
        traced(product, leak, scope, reason=reason)
    assert error.value.field == field


def test_files_that_cannot_be_traced_say_so(product: Product, tmp_path: Path) -> None:
    request = product.open(ROSA)
    hear(product, RAVI, request)
    scope = Scope(request=request.name)
    with pytest.raises(NotFound):
        traced(product, tmp_path / "nothing.wav", scope)
    (tmp_path / "text.wav").write_text("not a recording", "utf-8")
    with pytest.raises(Invalid):
        traced(product, tmp_path / "text.wav", scope)
    short = leak_of(tmp_path, encode_wav(np.zeros(1_000, dtype=np.float32)))
    with pytest.raises(Invalid, match="half a second"):
        traced(product, short, scope)


def test_a_request_nobody_listened_to_names_nobody(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    leak = leak_of(tmp_path, stored(product, request))
    for name in (request.name, "HC-9999"):
        with pytest.raises(NotFound, match="No person listened"):
            traced(product, leak, Scope(request=name))


def test_a_snippet_that_cannot_be_opened_is_said_and_not_guessed_around(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    sound = hear(product, RAVI, request)
    with product.services.store.read() as tx:
        snippet = tx.snippets.of_request(request.id)
    assert snippet is not None
    product.services.blobs.put(snippet.blob, b"damaged")
    with pytest.raises(Unavailable):
        traced(product, leak_of(tmp_path, sound.wav), Scope(request=request.name))
