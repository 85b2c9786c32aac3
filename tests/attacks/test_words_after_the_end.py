"""Words typed into an open page after its clip or request is gone are not stored."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import HelpClipError
from bot.rules.requests.lifecycle import SETTLED
from bot.usecases.channels import watch_sharing
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.context import Act
from bot.usecases.distress import peer_support, stop_clip
from bot.usecases.erasure import consent, erase, holds, places
from bot.usecases.requests import ask as ask_use_case
from bot.usecases.requests import withdraw
from bot.usecases.requests.choose_span import Typed
from storage.records import Answer, Erasure, Origin, Request
from storage.tables import metadata
from tests.desks import with_less_masked
from tests.pages.site import (
    ADMIN,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SAFETY,
    STRANGER,
    Site,
    Visitor,
    new_site,
)

CLIP, SPAN = "en-us-0001", "2.363-2.89"
CANARY = "canarylate"

End = Callable[[Site, Request], None]
Write = Callable[[Site, Request], object]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = new_site(tmp_path)
    built.services.desks = with_less_masked(built.services.desks, RAVI)
    yield built
    built.services.store.close()


def shell(site: Site) -> Act:
    return Act(person=None, origin=Origin.CLI, now=site.clock.now)


def erase_it(site: Site, request: Request) -> None:
    act = shell(site)
    erasure = erase.erase_clip(site.services, act, request.clip_id, reason="letter 7")
    clean(site, erasure)


def hold_and_erase_it(site: Site, request: Request) -> None:
    act = site.fresh(SAFETY)
    holds.place_hold(
        site.services, act, request.clip_id, days=30, reason="police asked"
    )
    erase_it(site, request)


def quarantine_it(site: Site, request: Request) -> None:
    stop_clip.stop(site.services, site.act(JONAS), request.key)


def withdraw_consent(site: Site, request: Request) -> None:
    clean(site, consent.withdraw_clip(site.services, shell(site), request.clip_id))


def withdraw_request(site: Site, request: Request) -> None:
    withdraw.withdraw(site.services, site.act(ROSA), request.key)


def clean(site: Site, erasure: Erasure) -> None:
    places.clean_at_once(site.services, shell(site), erasure)


def answer(site: Site, request: Request) -> object:
    path = f"/r/{request.key}/answer"
    return ravi(site).post(path, answer="words", text=CANARY, confidence="2")


def answer_with_a_mistake(site: Site, request: Request) -> object:
    path = f"/r/{request.key}/answer"
    return ravi(site).post(path, answer="words", text=CANARY * 30, confidence=CANARY)


def answer_of_another_kind(site: Site, request: Request) -> object:
    path = f"/r/{request.key}/answer"
    return ravi(site).send(path, answer=CANARY, text=CANARY, confidence="2")


def rule(site: Site, request: Request) -> object:
    fields = {"choice": "other", "text": CANARY, "reason": CANARY, "seen": "0"}
    return site.visitor(LENA).post(f"/rule/{request.key}", **fields)


def rule_with_a_mistake(site: Site, request: Request) -> object:
    fields = {"choice": "other", "text": "", "reason": CANARY, "seen": "0"}
    return site.visitor(LENA).post(f"/rule/{request.key}", **fields)


def give_a_reason(site: Site, request: Request) -> object:
    fields = {"closeness": "unmasked", "reason": CANARY}
    return ravi(site).post(f"/closer/ask/{request.key}", **fields)


def ask(site: Site, request: Request) -> object:
    visitor = site.visitor(ROSA)
    return visitor.post("/ask", clip=request.clip_id, seconds=SPAN, guess=CANARY)


def ask_with_a_mistake(site: Site, request: Request) -> object:
    visitor = site.visitor(ROSA)
    return visitor.post("/ask", clip=request.clip_id, seconds="9-1", guess=CANARY)


def type_into_the_form(site: Site, request: Request) -> object:
    visitor = site.visitor(ROSA)
    return visitor.send("/ask/draft", clip=f" {request.clip_id} ", guess=CANARY)


def load_the_words(site: Site, request: Request) -> object:
    return site.visitor(ROSA).post("/ask/words", clip=request.clip_id, guess=CANARY)


def answer_every_kind(site: Site, request: Request) -> object:
    path = f"/r/{request.key}/answer"
    for kind in Answer:
        ravi(site).post(path, answer=str(kind), text=CANARY, confidence="2")
        ravi(site).send(path, answer=str(kind), text=CANARY, reason=CANARY)
    return None


def press_every_button(site: Site, request: Request) -> object:
    """Press every button of the page, with typed words in fields it does not have."""
    fields = {"text": CANARY, "reason": CANARY, "guess": CANARY, "note": CANARY}
    for user_id in (RAVI, ROSA):
        visitor = site.visitor(user_id)
        for button in ("take-back", "not-me", "withdraw", "played", "audio", "stop"):
            visitor.post(f"/r/{request.key}/{button}", press=CANARY, **fields)
    return None


def decide_on_a_closer_listen(site: Site, request: Request) -> object:
    fields = {"agree": "yes", "decision": "approve", "reason": CANARY}
    return site.visitor(LENA).post(f"/closer/{request.key}/decide", **fields)


def grade_a_stop(site: Site, request: Request) -> object:
    fields = {"severity": "serious", "text": CANARY, "note": CANARY}
    site.visitor(JONAS).post(f"/stopped/{request.key}/grade", **fields)
    return site.visitor(JONAS).post(f"/stopped/{request.key}/not-enough", **fields)


def ask_in_slack(site: Site, request: Request) -> object:
    typed = Typed(clip=request.clip_id, seconds=SPAN, guess=CANARY)
    return refused(lambda: ask_use_case.ask(site.services, site.act(ROSA), typed))


def ask_in_slack_with_a_mistake(site: Site, request: Request) -> object:
    typed = Typed(clip=request.clip_id, seconds="9-1", guess=CANARY)
    return refused(lambda: ask_use_case.ask(site.services, site.act(ROSA), typed))


def change_the_clip_in_slack(site: Site, request: Request) -> object:
    typed = Typed(clip=f"{request.clip_id} ", seconds=SPAN, guess=CANARY)
    return ask_use_case.keep_draft(site.services, site.act(ROSA), typed)


def stop_in_slack(site: Site, request: Request) -> object:
    act = site.act(JONAS)
    for typed in (f"{request.clip_id} {CANARY}", f"{request.name} {CANARY}", CANARY):
        refused(lambda typed=typed: stop_clip.stop_clip(site.services, act, typed))
    return None


def call_for_a_talk(site: Site, request: Request) -> object:
    typed = f"about {request.clip_id} {CANARY}"
    return refused(
        lambda: peer_support.ask_colleagues(site.services, site.act(ROSA), typed),
    )


def write_in_the_thread(site: Site, request: Request) -> object:
    """A message of the thread, and one that names the clip, in a watched channel."""
    posted = PostedMessage(
        channel_id=request.channel_id or "C0HELPENUS",
        ts="9.9",
        thread_ts=request.thread_ts,
        text=f"{request.clip_id} is {CANARY}",
        files=(),
    )
    return watch_sharing.check_message(site.services, site.act(ROSA), posted)


def refused(act: Callable[[], object]) -> object:
    with contextlib.suppress(HelpClipError):
        return act()
    return None


def ravi(site: Site) -> Visitor:
    return site.visitor(RAVI)


ENDS_OF_CLIPS: list[End] = [
    erase_it,
    hold_and_erase_it,
    quarantine_it,
    withdraw_consent,
]
ABOUT_THE_REQUEST: list[Write] = [
    answer,
    answer_with_a_mistake,
    answer_of_another_kind,
    rule,
    rule_with_a_mistake,
    give_a_reason,
    answer_every_kind,
    press_every_button,
    decide_on_a_closer_listen,
    grade_a_stop,
    write_in_the_thread,
]
ABOUT_THE_CLIP: list[Write] = [
    ask,
    ask_with_a_mistake,
    type_into_the_form,
    load_the_words,
    ask_in_slack,
    ask_in_slack_with_a_mistake,
    change_the_clip_in_slack,
    stop_in_slack,
    call_for_a_talk,
]
CASES = [
    *((end, write) for end in ENDS_OF_CLIPS for write in ABOUT_THE_CLIP),
    *((end, write) for end in ENDS_OF_CLIPS for write in ABOUT_THE_REQUEST),
    *((withdraw_request, write) for write in ABOUT_THE_REQUEST),
]


def is_stored(site: Site) -> bool:
    """Return whether any row of any table holds the canary."""
    with site.services.store.read() as tx:
        for table in metadata.sorted_tables:
            for row in tx.connection.execute(select(table)):
                if CANARY in repr(tuple(row)):
                    return True
    return False


@pytest.mark.parametrize(
    ("end", "write"), CASES, ids=[f"{e.__name__}-{w.__name__}" for e, w in CASES]
)
def test_nothing_typed_after_the_end_is_stored(
    site: Site, end: End, write: Write
) -> None:
    request = site.asked(CLIP, SPAN)
    site.hear(request, RAVI)
    end(site, request)
    write(site, request)
    assert not is_stored(site)


def ruled(site: Site) -> Request:
    """Return a request on which a lead has ruled once."""
    request = site.disputed_and_heard()
    fields = {"choice": "other", "text": "lamp", "reason": "heard it", "seen": "0"}
    site.visitor(LENA).post(f"/rule/{request.key}", **fields)
    return request


def correct(site: Site, request: Request) -> object:
    fields = {"choice": "other", "text": CANARY, "reason": CANARY, "seen": "1"}
    return site.visitor(LENA).post(f"/rule/{request.key}", **fields)


CORRECTIONS: list[Write] = [
    correct,
    rule_with_a_mistake,
    answer,
    answer_every_kind,
]


@pytest.mark.parametrize("write", CORRECTIONS)
@pytest.mark.parametrize("end", ENDS_OF_CLIPS)
def test_no_correction_of_a_settled_word_is_stored_after_the_end(
    site: Site, end: End, write: Write
) -> None:
    request = ruled(site)
    assert site.request(request.key).state in SETTLED
    end(site, request)
    write(site, request)
    assert not is_stored(site)


def test_a_correction_before_the_end_would_be_found(site: Site) -> None:
    request = ruled(site)
    correct(site, request)
    assert is_stored(site)


@pytest.mark.parametrize("write", [answer_with_a_mistake, type_into_the_form])
def test_the_canary_would_be_found(site: Site, write: Write) -> None:
    request = site.asked(CLIP, SPAN)
    site.hear(request, RAVI)
    write(site, request)
    assert is_stored(site)


def test_an_erasure_deletes_a_reason_that_waits_for_a_sign_in(site: Site) -> None:
    request = site.asked(CLIP, SPAN)
    site.hear(request, RAVI)
    visitor = site.visitor(RAVI)
    site.clock.pass_time(minutes=10)
    fields = {"closeness": "less_disguised", "reason": CANARY}
    visitor.post(f"/closer/ask/{request.key}", **fields)
    assert is_stored(site)
    erase_it(site, request)
    assert not is_stored(site)


@pytest.mark.parametrize("user_id", [STRANGER, SAFETY])
def test_a_person_without_a_desk_stores_no_draft(site: Site, user_id: str) -> None:
    request = site.asked(CLIP, SPAN)
    visitor = site.visitor(user_id)
    for clip in ("", CLIP, "no-such-clip"):
        visitor.post("/ask", clip=clip, seconds="9-1", guess=CANARY)
        visitor.send("/ask/draft", clip=clip, guess=CANARY)
    visitor.post(f"/r/{request.key}/answer", answer="words", text=CANARY)
    assert not is_stored(site)


def test_drafts_are_limited_in_size(site: Site) -> None:
    request = site.asked(CLIP, SPAN)
    visitor = site.visitor(RAVI)
    visitor.send("/ask/draft", clip=CLIP, guess="g" * 9_000, seconds="1" * 9_000)
    visitor.send(f"/r/{request.key}/answer", answer="words", text="t" * 9_000)
    with site.services.store.read() as tx:
        table = metadata.tables["drafts"]
        bodies = tx.connection.execute(select(table.c.body)).scalars().all()
    assert len(bodies) == 2
    assert max(map(len, bodies)) < 2_500


def test_addresses_in_a_form_make_no_endless_list_of_drafts(site: Site) -> None:
    visitor = site.visitor(ADMIN)
    site.clock.pass_time(minutes=10)
    for number in range(60):
        fields = {"page": f"/x{number}", "reason": "letter 7"}
        visitor.post(f"/erase/clip/{CLIP}", **fields)
    with site.services.store.read() as tx:
        table = metadata.tables["drafts"]
        forms = tx.connection.execute(select(table.c.form)).scalars().all()
    assert 0 < len(forms) <= 50
