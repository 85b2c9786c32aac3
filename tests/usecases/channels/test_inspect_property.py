"""Whatever happens to a desk's channel, nothing plays while it is unfit and nobody
waits unknowing.

The channel's life is drawn at random; the outbox is worked off as the sender does it.
"""

import tempfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, update

from bot.errors import Refused
from bot.redaction.pipeline import MaskingReport, Snippet
from bot.rules.channels.fitness import ChannelMember, ChannelSnapshot, judge
from bot.rules.organisation import Organisation
from bot.rules.requests.lifecycle import LIVE
from bot.slack.handlers import thread
from bot.slack.outbound.outgoing import (
    EnqueueInstead,
    Post,
    Postpone,
    SendContext,
    Undeliverable,
    Update,
)
from bot.slack.outbound.registry import COMPOSERS
from bot.usecases.channels import inspect
from bot.usecases.context import new_key
from bot.usecases.listening import progress
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import expire, render, withdraw
from storage.records import (
    ChannelProblem,
    OutboxRow,
    Request,
    RequestState,
    Task,
)
from storage.records.outbox import InspectChannel
from storage.tables import outbox, requests
from tests.product import RAVI, ROSA, TEAM, Product, build_product

CHANNEL, DESK = "C0HELPENUS", "english-us"
PEOPLE = {
    "guest": ChannelMember(user_id="U0GUEST01", team_id=TEAM, guest=True),
    "outsider": ChannelMember(user_id="U0EXTERN1", team_id="T0OTHERCO"),
    "colleague": ChannelMember(user_id="U0NEW0001", team_id=TEAM),
}

SNIPPET = Snippet(
    wav=b"",
    start_ms=0,
    end_ms=1000,
    span_in_snippet_ms=(0, 400),
    words=(),
    peaks=(),
    report=MaskingReport(
        masked=(), masked_ms=0, audible_ms=1000, words_shown=0, words_masked=0
    ),
)


@dataclass
class Slack:
    """The workspace: the channel as it really is, and what was said in it and to
    whom.
    """

    look: ChannelSnapshot = field(default=ChannelSnapshot(channel_id=CHANNEL))
    parents: dict[str, str] = field(default_factory=dict)  # ts -> the text now
    told: list[tuple[str, str]] = field(default_factory=list)  # person, text

    @property
    def writable(self) -> bool:
        return self.look.reachable and self.look.has_bot and not self.look.archived


class Life(RuleBasedStateMachine):
    """A desk, its channel, and everything that may happen to both in any order."""

    product: Product
    slack: Slack

    @initialize()
    def begin(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.product = build_product(Path(self._folder.name))
        self.slack = Slack()
        self.n_posts = 0

    def teardown(self) -> None:
        if hasattr(self, "product"):
            self.product.services.store.close()
            self._folder.cleanup()

    # What happens in Slack. `heard` False: Slack's event is lost, so only time finds
    # out.

    def _change(self, heard: bool, **facts: object) -> None:
        self.slack.look = replace(self.slack.look, **facts)  # type: ignore[arg-type]
        if heard:
            inspect.check_soon(self.product.services, self.product.worker(), [CHANNEL])

    @rule(private=st.booleans(), heard=st.booleans())
    def convert(self, private: bool, heard: bool) -> None:
        self._change(heard, private=private)

    @rule(shared=st.booleans(), pending=st.booleans(), heard=st.booleans())
    def share(self, shared: bool, pending: bool, heard: bool) -> None:
        self._change(heard, shared=shared, share_pending=pending)

    @rule(archived=st.booleans(), heard=st.booleans())
    def archive(self, archived: bool, heard: bool) -> None:
        self._change(heard, archived=archived)

    @rule(who=st.sets(st.sampled_from(sorted(PEOPLE))), heard=st.booleans())
    def people_come_and_go(self, who: set[str], heard: bool) -> None:
        self._change(heard, members=tuple(PEOPLE[name] for name in sorted(who)))

    @rule(heard=st.booleans())
    def remove_the_bot(self, heard: bool) -> None:
        self._change(False, has_bot=False, reachable=False)
        if heard:
            inspect.mark_lost(
                self.product.services,
                self.product.worker(),
                CHANNEL,
                ChannelProblem.BOT_REMOVED,
            )

    @rule(heard=st.booleans())
    def invite_the_bot(self, heard: bool) -> None:
        self._change(heard, has_bot=True, reachable=True)

    @rule()
    def mend_everything(self) -> None:
        self._change(True, **ChannelSnapshot(channel_id=CHANNEL).__dict__)

    @rule(
        fact=st.sampled_from(
            [{"private": False}, {"archived": True}, {"members": (PEOPLE["guest"],)}]
        )
    )
    def a_mishap_that_is_mended(self, fact: dict[str, object]) -> None:
        self.ask()
        self.mend_everything()
        self.work()
        self._change(True, **fact)
        self.work()
        self.mend_everything()
        self.work()

    # What people and time do.

    @rule()
    def ask(self) -> None:
        """An open request with a snippet, as the renderer leaves it."""
        product = self.product
        self.n_posts += 1
        request = product.ask(span=f"{self.n_posts}.0-{self.n_posts}.4").request
        act = product.worker()
        assert render._open(product.services, act, request.id, new_key(), SNIPPET)

    @rule()
    def withdraw_one(self) -> None:
        found = [request for request in self._requests() if request.state in LIVE]
        if found:
            withdraw.withdraw(
                self.product.services, self.product.act(ROSA), found[0].key
            )

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.product.pass_time(minutes=minutes)
        act = self.product.worker()
        inspect.check_due(self.product.services, act)
        expire.expire(self.product.services, act)

    @rule()
    def work(self) -> None:
        """Every due row is done, as often as that makes new ones."""
        for _ in range(20):
            rows = self._due()
            if not rows:
                return
            for row in rows:
                self._perform(row)
        raise AssertionError("the outbox never comes to rest")

    def _perform(self, row: OutboxRow) -> None:
        product, store = self.product, self.product.services.store
        payload = row.payload
        context = SendContext(services=product.services, now=product.now)
        if isinstance(payload, InspectChannel):
            look = self.slack.look
            if payload.channel_id != CHANNEL:
                look = ChannelSnapshot(channel_id=payload.channel_id)
            inspect.save_inspection(product.services, product.worker(), look)
        elif type(payload) in COMPOSERS.kinds:
            match COMPOSERS.compose(context, payload):
                case Postpone(pause=wait):
                    with store.begin() as tx:
                        tx.outbox.postpone(row, product.now + wait, tried=False)
                    return
                case Post() as post if post.channel != CHANNEL:
                    self.slack.told.append((post.channel, post.text))
                case Post() as post:
                    assert self._known_fit(), "a post in a channel known to be unfit"
                    if not self.slack.writable:
                        with store.begin() as tx:  # Slack refuses; tried again later
                            tx.outbox.postpone(row, product.now + timedelta(minutes=5))
                        return
                    ts = f"{len(self.slack.parents) + 1}.0"
                    self.slack.parents[ts] = post.text
                    if post.then is not None:
                        with store.begin() as tx:
                            post.then(tx, CHANNEL, ts)
                case Update() as shown:
                    if not self.slack.writable:
                        with store.begin() as tx:
                            tx.outbox.postpone(row, product.now + timedelta(minutes=5))
                        return
                    self.slack.parents[shown.ts] = shown.text
                case EnqueueInstead() as instead:
                    with store.begin() as tx:
                        instead.enqueue(tx)
                case Undeliverable() | None:
                    pass
        with store.begin() as tx:
            tx.outbox.finish(row.id, product.now)

    # What must hold.

    @invariant()
    def what_is_known_to_be_unfit_plays_nothing(self) -> None:
        if not hasattr(self, "product") or self._known_fit():
            return
        for request in self._requests():
            act = self.product.act(RAVI)
            assert (
                progress.live(
                    self.product.services, act, RequestSnippet(request.key)
                ).refusal
                is not None
            )
            if request.state is RequestState.OPEN:
                with pytest.raises(Refused):
                    grant(
                        self.product.services,
                        act,
                        RequestSnippet(request.key),
                        "a" * 32,
                    )

    @rule()
    def within_ten_minutes_slack_and_we_agree_and_nobody_waits_unknowing(self) -> None:
        self.product.pass_time(
            minutes=11
        )  # long enough for any lost event, and held rows
        inspect.check_due(self.product.services, self.product.worker())
        self.work()
        verdict = judge(self.slack.look, Organisation(team_ids=frozenset({TEAM})))
        assert self._known_fit() == (not verdict.problems)
        for request in self._requests():
            if request.state is not RequestState.OPEN:
                if request.thread_ts is not None and self._known_fit():
                    assert self.slack.parents[
                        request.thread_ts
                    ] == thread.summarize_request(request)
                continue
            if self._known_fit():
                assert request.thread_ts is not None, "never posted"
                assert "paused" not in self.slack.parents[request.thread_ts]
                act = self.product.act(RAVI)
                assert (
                    progress.live(
                        self.product.services, act, RequestSnippet(request.key)
                    ).refusal
                    is None
                )
            else:
                assert (ROSA, f"{request.name} waits") in self._told(), "nobody said so"
                if request.thread_ts is not None and self.slack.writable:
                    assert (
                        self.slack.parents[request.thread_ts]
                        == f"{request.name}: paused"
                    )

    def _told(self) -> list[tuple[str, str]]:
        return [(who, text.partition(":")[0]) for who, text in self.slack.told]

    def _known_fit(self) -> bool:
        with self.product.services.store.read() as tx:
            channel = tx.channels.by_id(CHANNEL)
        return channel is not None and channel.fit

    def _requests(self) -> list[Request]:
        with self.product.services.store.read() as tx:
            ids = tx.connection.execute(select(requests.c.id)).scalars()
            return [found for n in ids if (found := tx.requests.by_id(n)) is not None]

    def _due(self) -> list[OutboxRow]:
        with self.product.services.store.begin() as tx:
            done = update(outbox).where(outbox.c.task == Task.RENDER_SNIPPET)
            tx.connection.execute(done.values(done_at=self.product.now))
            return tx.outbox.claim(
                list(Task), now=self.product.now, lease=timedelta(0), limit=50
            )


Life.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
test_no_life_of_a_channel_leaves_a_snippet_playing_or_a_request_stuck = Life.TestCase
