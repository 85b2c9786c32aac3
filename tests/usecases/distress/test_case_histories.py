"""Whatever happens to a case and in whatever order: the clip stays closed, no reply is
lost.
"""

import contextlib
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.errors import Refused
from bot.rules.distress import case_clock as rules
from bot.usecases.distress import cases, officer, stop_clip
from bot.usecases.distress.cases import relate_to_case
from storage.records import Case, CaseState, Consent, Person, Severity, Task
from tests.product import ADA, JONAS, LENA, RAVI, SOFIA, STRANGER, TEAM, build_product

CLIP = "en-us-0006"
EVERYBODY = (RAVI, JONAS, LENA, SOFIA, ADA, STRANGER)
reporters = st.sampled_from((RAVI, JONAS, RAVI, STRANGER, SOFIA))
officers = st.sampled_from((SOFIA, ADA, SOFIA, LENA))


class Histories(RuleBasedStateMachine):
    """One clip, everybody who may press something, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.product = build_product(Path(self._folder.name))
        self.closed = 0

    def teardown(self) -> None:
        self.product.services.store.close()
        self._folder.cleanup()

    def case(self) -> Case | None:
        """The newest case on the clip."""
        with self.product.services.store.read() as tx:
            found = [tx.cases.by_id(number) for number in range(1, 20)]
        return next((case for case in reversed(found) if case is not None), None)

    @initialize(who=st.sampled_from((RAVI, JONAS)))
    def begins(self, who: str) -> None:
        self.stop(who)

    @rule(who=reporters)
    def stop(self, who: str) -> None:
        with contextlib.suppress(Refused):
            stop_clip.stop_clip(self.product.services, self.product.act(who), CLIP)

    @rule(who=reporters, severity=st.sampled_from(list(Severity)))
    def grade(self, who: str, severity: Severity) -> None:
        if case := self.case():
            with contextlib.suppress(Refused):
                cases.grade(
                    self.product.services, self.product.act(who), case.key, severity
                )

    @rule(who=officers)
    def acknowledge(self, who: str) -> None:
        if case := self.case():
            with contextlib.suppress(Refused):
                officer.acknowledge(
                    self.product.services, self.product.act(who), case.key
                )

    @rule(giver=officers, taker=officers)
    def hand_over(self, giver: str, taker: str) -> None:
        if case := self.case():
            with contextlib.suppress(Refused):
                officer.hand_over(
                    self.product.services, self.product.act(giver), case.key, taker
                )

    @rule(who=officers, release=st.booleans())
    def see_through(self, who: str, release: bool) -> None:
        self.acknowledge(who)
        if case := self.case():
            reply = "We looked at it, and nobody is in danger."
            act = self.product.fresh(who)
            with contextlib.suppress(Refused):
                officer.close(
                    self.product.services, act, case.key, reply=reply, release=release
                )
                self.closed += 1

    @rule(who=reporters)
    def not_enough(self, who: str) -> None:
        if case := self.case():
            with contextlib.suppress(Refused):
                officer.reopen(self.product.services, self.product.act(who), case.key)

    @rule(minutes=st.sampled_from([1, 5, 60, 24 * 60, 48 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.product.pass_time(minutes=minutes)
        cases.escalate(self.product.services, self.product.worker())

    @invariant()
    def the_clip_is_closed_unless_an_officer_has_opened_it(self) -> None:
        case = self.case()
        with self.product.services.store.read() as tx:
            assert tx.quarantines.is_active(CLIP) is (
                case is not None and case.state is not CaseState.RELEASED
            )

    @invariant()
    def a_case_that_is_not_closed_has_a_clock_that_still_runs(self) -> None:
        case = self.case()
        if case is not None and not case.is_closed:
            assert case.due_at is not None
            assert case.due_at > self.product.now

    @invariant()
    def only_the_officer_on_the_case_could_hear_it(self) -> None:
        case = self.case()
        if case is None:
            return
        with self.product.services.store.read() as tx:
            could = [
                who
                for who in EVERYBODY
                if rules.may_hear(case, self._relation(tx, who, case), Consent.GRANTED)
                is None
            ]
        on_case = [case.officer.user_id] if case.officer else []
        assert could in ([], on_case)
        assert not could or case.state is CaseState.ACKNOWLEDGED

    @invariant()
    def every_closing_has_its_reply_and_every_reporter_is_told(self) -> None:
        with self.product.services.store.read() as tx:
            replies = tx.cases.replies(range(1, 20))
            reported = {
                number: len(tx.cases.reports(number)) for number in range(1, 20)
            }
        assert len(replies) == self.closed
        told = self.product.waiting().count(Task.NOTIFY_REPORTER)
        assert told >= len(replies)
        assert all(reported[reply.case_id] for reply in replies)

    def _relation(self, tx: object, who: str, case: Case) -> rules.CaseRelation:
        person = Person(team_id=TEAM, user_id=who)
        return relate_to_case(self.product.services, tx, person, case)  # type: ignore[arg-type]


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
)
