"""Two colluding insiders ask about a recording slice by slice, with default limits."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from bot.config.settings import read_desks
from bot.demo import DEMO_DESKS
from bot.errors import Conflict, HelpClipError, Invalid, Refused
from bot.redaction.masking.mask import keep_intervals
from bot.redaction.masking.span_words import claims_around
from bot.redaction.masking.word_decisions import decide_words
from bot.rules.requests.exposure import covered_ms
from bot.usecases.distress import stop_clip
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import approve
from bot.usecases.requests.withdraw import withdraw
from storage.records import (
    Action,
    Clip,
    Outcome,
    Request,
    RequestState,
    Span,
    Task,
    Word,
)
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import JONAS, LENA, RAVI, ROSA, Product, build_product

CLIP = "en-us-0005"
LONG_MS = 30_000
# Harmless words, so that only the limits of exposure hold anything back.
SENTENCE = (
    "please turn on the light in the kitchen and set a timer for the bread".split()
)


class LongClips:
    """The samples, but each clip is 30 s of harmless words and one speaker's."""

    def __init__(self, product: Product) -> None:
        self._real = product.services.clips
        words = []
        for n in range(LONG_MS // 500):
            text = SENTENCE[n % len(SENTENCE)]
            words.append(
                Word(
                    text=text,
                    start_ms=n * 500,
                    end_ms=n * 500 + 500,
                    confidence=0.9,
                )
            )
        self._words = tuple(words)

    def clip(self, clip_id: str) -> Clip:
        clip = self._real.clip(CLIP)
        return replace(clip, clip_id=clip_id, words=self._words, speaker="spk-1")

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def build(folder: Path, database_url: str | None = None) -> Product:
    made = build_product(folder, database_url)
    made.services.desks = read_desks(DEMO_DESKS)
    return made


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = build(tmp_path)
    yield made
    made.services.store.close()


def use_long_clips(product: Product) -> None:
    product.services = replace(product.services, clips=LongClips(product))  # type: ignore[arg-type]


def slices(length_ms: int, step_ms: int) -> Iterator[str]:
    for start_ms in range(0, length_ms, step_ms):
        yield f"{start_ms}-{start_ms + step_ms}ms"


def ask_slices(product: Product, step_ms: int, length_ms: int) -> list[Request]:
    """Ask about one slice after the other, ten minutes apart."""
    asked = []
    for span in slices(length_ms, step_ms):
        product.pass_time(minutes=10)
        try:
            asked.append(product.ask(ROSA, CLIP, span).request)
        except HelpClipError:
            continue
    return asked


def played_parts(product: Product, request: Request) -> list[Span]:
    """Return what the snippet of a request plays, in ms on the clip."""
    clip = product.services.clips.clip(request.clip_id)
    part = request.span.widened(request.context_ms)
    decisions = decide_words(clip.words, request.span, clip.locale)
    claims = claims_around(clip.words, decisions, clip.locale)
    kept = keep_intervals(
        (part.start_ms, part.end_ms), request.span, claims, clip.timing
    )
    return [Span(start_ms=first, end_ms=last) for first, last in kept]


@pytest.mark.parametrize("step_ms", [200, 500, 1000, 2000, 3000])
def test_slices_of_a_recording_play_no_more_than_the_limit(
    product: Product, step_ms: int
) -> None:
    use_long_clips(product)
    asked = ask_slices(product, step_ms, LONG_MS)
    going_on = [each for each in asked if each.state is not RequestState.WAITING]
    heard: list[Span] = []
    for request in going_on:
        heard += played_parts(product, request)
    assert len(going_on) <= 3
    assert covered_ms(each.span for each in going_on) <= 6_000
    assert covered_ms(heard) <= 12_000


def test_slices_of_a_sample_are_rendered_and_played_within_the_limits(
    product: Product,
) -> None:
    heard: list[Span] = []
    for request in ask_slices(product, 500, 6_800):
        opened = product.render(request)
        if opened.state is not RequestState.OPEN:
            continue
        try:
            product.hear(RAVI, opened)
        except Refused:
            continue
        heard += played_parts(product, opened)
    assert 0 < covered_ms(heard) <= 12_000


def test_the_fourth_question_waits_for_a_lead_and_plays_nothing(
    product: Product,
) -> None:
    for span in ("0.2-0.5", "1.2-1.5", "2.2-2.5"):
        product.ask(ROSA, CLIP, span)
    asked = product.ask(JONAS, CLIP, "3.2-3.5", guess="my guess").request
    assert asked.state is RequestState.WAITING
    assert product.render(asked).state is RequestState.WAITING
    assert asked.guess == "my guess"
    assert product.waiting().count(Task.NOTIFY_ASK_WAITING) == 1
    with pytest.raises(Refused):
        product.hear(RAVI, asked)


def test_questions_of_different_people_and_states_count_together(
    product: Product,
) -> None:
    for user, span in ((ROSA, "0.2-0.5"), (JONAS, "1.2-1.5"), (RAVI, "2.2-2.5")):
        asked = product.ask(user, CLIP, span).request
        withdraw(product.services, product.act(user), asked.key)
    assert product.ask(ROSA, CLIP, "3.2-3.5").request.state is RequestState.WAITING


def test_a_lead_agrees_and_the_question_goes_on(product: Product) -> None:
    waiting = waiting_question(product)
    approve.decide(product.services, product.act(LENA), waiting.key, approve=True)
    event = product.last_event()
    assert (event.action, event.request) == (Action.REQUEST_APPROVED, waiting.name)
    opened = product.render(waiting)
    assert opened.state is RequestState.OPEN
    assert product.hear(RAVI, opened)


def test_a_lead_does_not_agree_and_the_asker_is_notified(product: Product) -> None:
    waiting = waiting_question(product)
    approve.decide(product.services, product.act(LENA), waiting.key, approve=False)
    assert product.request(waiting).state is RequestState.REFUSED
    assert product.last_event().action is Action.REQUEST_REFUSED
    assert Task.NOTIFY_ASKER in product.waiting()
    with pytest.raises(Conflict):
        approve.decide(product.services, product.act(LENA), waiting.key, approve=True)


@pytest.mark.parametrize("user", [ROSA, RAVI, JONAS])
def test_only_a_lead_agrees(product: Product, user: str) -> None:
    waiting = waiting_question(product)
    with pytest.raises(Refused):
        approve.decide(product.services, product.act(user), waiting.key, approve=True)
    assert product.last_event().outcome is Outcome.DENIED
    assert product.request(waiting).state is RequestState.WAITING


def test_a_lead_does_not_agree_to_their_own_question(product: Product) -> None:
    waiting = waiting_question(product, asker=LENA)
    with pytest.raises(Refused, match="your own"):
        approve.decide(product.services, product.act(LENA), waiting.key, approve=True)


def test_a_stop_and_its_release_are_no_way_round_a_lead(product: Product) -> None:
    waiting = waiting_question(product)
    stop_clip.stop_clip(product.services, product.act(ROSA), CLIP)
    product.release(waiting)
    assert product.request(waiting).state is RequestState.WAITING
    assert product.render(waiting).state is RequestState.WAITING


def test_one_question_of_a_clip_waits_at_a_time_and_no_text_is_lost(
    product: Product,
) -> None:
    waiting_question(product)
    with pytest.raises(Invalid, match="another question"):
        product.ask(ROSA, CLIP, "4.2-4.5", guess="kept")
    with product.services.store.read() as tx:
        draft = tx.drafts.by_form(product.act(ROSA).actor, "ask")
    assert draft is not None
    assert "kept" in draft


def test_a_person_asks_at_most_so_often_an_hour(product: Product) -> None:
    use_long_clips(product)
    for n in range(20):
        product.ask(ROSA, f"clip-{n}", "1.0-1.4")
    with pytest.raises(Invalid, match="this hour"):
        product.ask(ROSA, "clip-20", "1.0-1.4")
    assert product.last_event().rule == "many_asks"
    product.ask(JONAS, "clip-20", "1.0-1.4")
    product.pass_time(minutes=61)
    product.ask(ROSA, "clip-21", "1.0-1.4")


def test_a_listener_hears_only_so_much_of_a_clip_even_where_a_lead_agreed(
    product: Product,
) -> None:
    limit(product, heard_seconds_per_clip=5)
    waiting = waiting_question(product)
    with product.services.store.read() as tx:
        about = tx.requests.on_clip(CLIP)
    for request in about[:3]:
        product.hear(RAVI, product.render(request))
    approve.decide(product.services, product.act(LENA), waiting.key, approve=True)
    opened = product.render(waiting)
    with pytest.raises(Refused, match="as much of this recording"):
        product.hear(RAVI, opened)
    assert product.last_event().rule == "heard_clip"
    assert product.hear(JONAS, opened)
    # A snippet that adds nothing may be played again.
    assert product.hear(RAVI, about[0])


def test_a_listener_hears_one_speaker_only_so_long(product: Product) -> None:
    limit(product, heard_seconds_per_speaker=10)
    first, second, third = of_one_speaker(product)
    product.hear(RAVI, first)
    product.hear(RAVI, second)
    with pytest.raises(Refused, match="voice"):
        product.hear(RAVI, third)
    assert product.last_event().rule == "heard_speaker"
    assert product.hear(JONAS, third)


def of_one_speaker(product: Product) -> list[Request]:
    """Return open questions about three clips of spk-b8ea."""
    asked = (
        ("en-us-0001", "2.3-2.9"),
        ("en-us-0006", "2.864-3.44"),
        ("en-us-0008", "1.2-1.6"),
    )
    return [product.open(ROSA, clip=clip, span=span) for clip, span in asked]


def limit(product: Product, **limits: int) -> None:
    desks = product.services.desks
    changed = {
        name: replace(desk, exposure=replace(desk.exposure, **limits))
        for name, desk in desks.desks.items()
    }
    product.services.desks = replace(desks, desks=changed)


def waiting_question(product: Product, asker: str = ROSA) -> Request:
    """Return a question beyond the limit of its clip."""
    for span in ("0.2-0.5", "1.2-1.5", "2.2-2.5"):
        product.ask(asker, CLIP, span)
    return product.ask(asker, CLIP, "3.2-3.5").request


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do these at the same time; return what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except HelpClipError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_questions_at_the_same_moment_do_not_get_round_the_limit(
    tmp_path: Path,
    postgres: Postgres,  # noqa: F811
) -> None:
    product = build(tmp_path, postgres.database())
    use_long_clips(product)
    spans = [f"{n}.1-{n}.4" for n in range(8)]
    at_once(*(lambda span=span: product.ask(ROSA, CLIP, span) for span in spans))
    with product.services.store.read() as tx:
        about = tx.requests.on_clip(CLIP)
    going_on = [each for each in about if each.state is RequestState.RENDERING]
    assert len(going_on) == 3
    assert len(about) == 4
    product.services.store.close()


def test_questions_about_many_clips_at_once_stay_within_the_hours_limit(
    tmp_path: Path,
    postgres: Postgres,  # noqa: F811
) -> None:
    product = build(tmp_path, postgres.database())
    use_long_clips(product)
    limit(product, asks_per_hour=3)
    clips = [f"clip-{n}" for n in range(8)]
    at_once(*(lambda clip=clip: product.ask(ROSA, clip, "1.0-1.4") for clip in clips))
    with product.services.store.read() as tx:
        assert sum(len(tx.requests.on_clip(clip)) for clip in clips) == 3
    product.services.store.close()


def test_presses_at_the_same_moment_do_not_get_round_the_limit(
    tmp_path: Path,
    postgres: Postgres,  # noqa: F811
) -> None:
    product = build(tmp_path, postgres.database())
    limit(product, heard_seconds_per_speaker=5)
    opened = of_one_speaker(product)
    results = at_once(
        *(
            lambda request=request: grant(
                product.services,
                product.act(RAVI),
                RequestSnippet(request.key),
                f"press0000{request.id}",
            )
            for request in opened
        )
    )
    refused = [each for each in results if isinstance(each, Refused)]
    assert len(refused) == 2
    product.services.store.close()
