"""Whatever happens in whatever order: nobody hears what is closed, no reply is lost, a
hold holds.

A hypothesis state machine over requests, cases, consent, holds and erasures, on the
real program.
"""

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from bot.errors import HelpClipError
from bot.rules.requests.lifecycle import TRANSITIONS
from bot.usecases.context import Act
from bot.usecases.distress import officer, stop_clip
from bot.usecases.erasure import consent, erase, holds, purge
from bot.usecases.requests import adjudicate, appeal, deliver, expire
from storage.records import (
    Answer,
    Case,
    Clip,
    Consent,
    Origin,
    Request,
    RequestState,
    Task,
)
from storage.tables import case_replies, outbox
from tests.product import JONAS, LENA, RAVI, ROSA, SOFIA, Product, build_product
from tests.usecases.erasure.erasing import clean_up

CLIPS = tuple(f"en-us-000{n}" for n in range(1, 7))
PEOPLE = (ROSA, RAVI, JONAS, LENA)
HEARABLE = {RequestState.OPEN, RequestState.DISPUTED}
REPLY = "We looked at it, and nobody is in danger."

clips = st.sampled_from(CLIPS)
people = st.sampled_from(PEOPLE)
picks = st.integers(min_value=0, max_value=30)


def reachable(start: RequestState) -> set[RequestState]:
    """Return every state that some moves of the table lead to, `start` included."""
    found, waiting = {start}, [start]
    while waiting:
        following = TRANSITIONS[waiting.pop()] - found
        found |= following
        waiting += following
    return found


class Source:
    """The samples, with consent as the machine says."""

    def __init__(self, product: Product) -> None:
        self._real = product.services.clips
        self.consent = dict.fromkeys(CLIPS, Consent.GRANTED)

    def clip(self, clip_id: str) -> Clip:
        return replace(self._real.clip(clip_id), consent=self.consent[clip_id])

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


class Lifecycle(RuleBasedStateMachine):
    """What the model knows: which clips are closed to everybody, and what a hold
    found.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hc-machine-"))
        self.product = build_product(self.folder)
        self.source = Source(self.product)
        self.product.services = replace(self.product.services, clips=self.source)  # type: ignore[arg-type]
        self.requests: list[Request] = []
        self.closed_for_good: set[str] = set()
        self.stopped: set[str] = set()
        self.found_by_hold: dict[int, tuple[str, set[str], bool, dict[int, int]]] = {}
        self.replies = 0
        self.states: dict[int, RequestState] = {}

    def teardown(self) -> None:
        self.product.services.store.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def one(self, pick: int) -> Request:
        return self.product.request(self.requests[pick % len(self.requests)])

    def shell(self) -> Act:
        return Act(person=None, origin=Origin.CLI, now=self.product.now)

    @initialize(first=clips, second=clips)
    def two_have_asked(self, first: str, second: str) -> None:
        self.somebody_asks(ROSA, first, 1)
        self.somebody_asks(RAVI, second, 3)

    @rule(user=people, clip=clips, start=st.integers(0, 5))
    def somebody_asks(self, user: str, clip: str, start: int) -> None:
        span = f"{start * 0.4:.1f}-{start * 0.4 + 0.3:.1f}"
        try:
            asked = self.product.ask(user, clip, span, guess="a guess")
        except HelpClipError:
            return
        assert clip not in self.closed_for_good | self.stopped
        assert self.source.consent[clip] is Consent.GRANTED
        if not asked.joined:
            self.requests.append(asked.request)
            self.product.render(asked.request)

    @invariant()
    def every_request_moves_along_the_table(self) -> None:
        for request in self.requests:
            state = self.product.request(request).state
            before = self.states.get(request.id, RequestState.RENDERING)
            assert state in reachable(before), f"{before} became {state}"
            self.states[request.id] = state

    @precondition(lambda self: self.requests)
    @rule(user=people, pick=picks, word=st.sampled_from(["lamp", "lamb"]))
    def somebody_listens_and_answers(self, user: str, pick: int, word: str) -> None:
        request = self.one(pick)
        try:
            self.product.hear(user, request)
        except HelpClipError:
            return
        # The one promise: this was open to this person at this moment.
        assert request.state in HEARABLE
        assert request.clip_id not in self.closed_for_good | self.stopped
        assert self.source.consent[request.clip_id] is Consent.GRANTED
        assert request.asker.user_id != user
        if request.state is RequestState.OPEN:
            self.product.answer(user, request, word, heard=True)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, word=st.sampled_from(["lamp", "lamb"]))
    def the_desk_answers(self, pick: int, word: str) -> None:
        for user in (ROSA, RAVI, JONAS):
            self.somebody_listens_and_answers(user, pick, word)

    @precondition(lambda self: self.requests)
    @rule(pick=picks)
    def the_desk_says_it_should_not_have_been_recorded(self, pick: int) -> None:
        for user in (ROSA, RAVI, JONAS):
            try:
                kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
                after = self.product.answer(user, self.one(pick), kind=kind).request
            except HelpClipError:
                continue
            if after.state is RequestState.ACCIDENTAL:
                self.closed_for_good.add(after.clip_id)

    @precondition(lambda self: self.requests)
    @rule(pick=picks)
    def a_lead_rules(self, pick: int) -> None:
        request = self.one(pick)
        try:
            self.product.hear(LENA, request)
            adjudicate.adjudicate(
                self.product.services,
                self.product.act(LENA),
                request.key,
                answer=Answer.WORDS,
                text="lamp",
                reason="clear enough",
            )
        except HelpClipError:
            return

    @precondition(lambda self: self.requests)
    @rule(user=people, pick=picks)
    def somebody_appeals(self, user: str, pick: int) -> None:
        request = self.one(pick)
        try:
            act = self.product.act(user)
            appeal.appeal(self.product.services, act, request.key, "not a p")
        except HelpClipError:
            return
        assert request.clip_id not in self.closed_for_good | self.stopped
        assert self.product.request(request).state is RequestState.DISPUTED

    @precondition(lambda self: self.requests)
    @rule(user=people, pick=picks)
    def somebody_stops(self, user: str, pick: int) -> None:
        stopped = stop_clip.stop(
            self.product.services, self.product.act(user), self.one(pick).key
        )
        self.stopped.add(stopped.case.clip_id)

    def live_case(self) -> Case | None:
        with self.product.services.store.read() as tx:
            return next(iter(tx.cases.live()), None)

    @precondition(lambda self: self.live_case() is not None)
    @rule(release=st.booleans(), reply=st.sampled_from([REPLY, ""]))
    def an_officer_closes_a_case(self, release: bool, reply: str) -> None:
        case = self.live_case()
        assert case is not None
        act = self.product.fresh(SOFIA)
        try:
            officer.acknowledge(self.product.services, act, case.key)
            officer.close(
                self.product.services, act, case.key, reply=reply, release=release
            )
        except HelpClipError:
            return
        assert reply, "a case was closed without a reply"
        self.replies += 1
        if release:
            self.stopped.discard(case.clip_id)

    @precondition(lambda self: self.requests)
    @rule(pick=picks, given=st.sampled_from([Consent.GRANTED, *Consent]))
    def the_source_changes_its_mind(self, pick: int, given: Consent) -> None:
        self.source.consent[self.one(pick).clip_id] = given

    @rule()
    def the_source_is_asked_again(self) -> None:
        consent.refresh(self.product.services, self.product.worker())

    @precondition(lambda self: self.requests)
    @rule(pick=picks)
    def consent_is_withdrawn(self, pick: int) -> None:
        clip = self.one(pick).clip_id
        consent.withdraw_clip(self.product.services, self.shell(), clip)
        self.closed_for_good.add(clip)

    @precondition(lambda self: self.requests)
    @rule(pick=picks)
    def a_clip_is_erased(self, pick: int) -> None:
        clip = self.one(pick).clip_id
        erase.erase_clip(self.product.services, self.shell(), clip, reason="letter 7")
        self.closed_for_good.add(clip)

    @precondition(lambda self: len(self.found_by_hold) < 3 and self.requests)
    @rule(pick=picks)
    def a_clip_is_held(self, pick: int) -> None:
        clip = self.one(pick).clip_id
        placed = holds.place_hold(
            self.product.services, self.shell(), clip, days=30, reason="case"
        )
        self.found_by_hold[placed.id] = (clip, *self.kept(clip))

    @precondition(lambda self: self.found_by_hold)
    @rule(pick=picks)
    def a_hold_is_released(self, pick: int) -> None:
        number = sorted(self.found_by_hold)[pick % len(self.found_by_hold)]
        holds.release_hold(self.product.services, self.shell(), number, reason="done")
        del self.found_by_hold[number]

    @precondition(lambda self: self.found_by_hold)
    @rule(pick=picks)
    def a_held_clip_is_erased(self, pick: int) -> None:
        held = sorted(self.found_by_hold)
        clip = self.found_by_hold[held[pick % len(held)]][0]
        erase.erase_clip(self.product.services, self.shell(), clip, reason="letter 8")
        self.closed_for_good.add(clip)
        clean_up(self.product)

    @rule(hours=st.sampled_from([1, 25, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.product.pass_time(hours=hours)
        holds.expire_holds(self.product.services, self.product.worker())
        with self.product.services.store.read() as tx:
            standing = {each.id for each in tx.holds.standing()}
        self.found_by_hold = {
            number: found
            for number, found in self.found_by_hold.items()
            if number in standing
        }
        expire.expire(self.product.services, self.product.worker())

    @rule()
    def the_product_is_kept(self) -> None:
        purge.purge(self.product.services, self.product.worker())
        clean_up(self.product)

    def settled(self) -> list[Request]:
        now = (self.product.request(request) for request in self.requests)
        return [
            r for r in now if r.state in (RequestState.AGREED, RequestState.ADJUDICATED)
        ]

    @precondition(lambda self: self.settled())
    @rule(pick=picks, given=st.sampled_from([Consent.GRANTED, *Consent]))
    def a_settled_word_is_delivered(self, pick: int, given: Consent) -> None:
        settled = self.settled()
        request = settled[pick % len(settled)]
        if given is not Consent.GRANTED:
            self.source.consent[request.clip_id] = given
        name = f"{request.name}/1"
        deliver.deliver(self.product.services, self.product.worker(), request.id, name)
        if name in {result.id for result in self.product.services.sink.results()}:
            assert request.clip_id not in self.closed_for_good
            assert self.source.consent[request.clip_id] is Consent.GRANTED

    def kept(self, clip: str) -> tuple[set[str], bool, dict[int, int]]:
        """The blobs, whether there is a key, and how many answers with words are
        kept.
        """
        with self.product.services.store.read() as tx:
            mine = tx.requests.on_clip(clip)
            blobs = {r.blob for r in mine if self.product.services.blobs.exists(r.blob)}
            words = {
                r.id: sum(p.text is not None for p in tx.proposals.of_request(r.id))
                for r in mine
            }
        return blobs, self.product.services.clip_keys.get(clip) is not None, words

    @invariant()
    def a_hold_holds(self) -> None:
        for clip, blobs, had_key, words in self.found_by_hold.values():
            blobs_now, has_key, words_now = self.kept(clip)
            assert blobs <= blobs_now
            assert has_key or not had_key
            for request_id, n_texts in words.items():
                assert words_now[request_id] >= n_texts

    @invariant()
    def nothing_on_a_closed_clip_can_be_heard(self) -> None:
        for request in map(self.product.request, self.requests):
            if request.clip_id in self.stopped:
                assert request.state not in HEARABLE

    @invariant()
    def no_reply_is_lost(self) -> None:
        tellings = select(outbox.c.argument).where(
            outbox.c.task == Task.NOTIFY_REPORTER
        )
        with self.product.services.store.read() as tx:
            kept = tx.connection.execute(select(case_replies.c.id)).scalars().all()
            told = {
                json.loads(argument)["reply_id"]
                for argument in tx.connection.execute(tellings).scalars()
            }
        assert len(kept) == self.replies
        assert set(kept) <= told


TestLifecycle = Lifecycle.TestCase
TestLifecycle.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
