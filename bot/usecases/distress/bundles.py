"""The stops of one person bundled: the question to that person, and their answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import NotFound
from bot.rules.distress import bundles
from bot.rules.distress.reports import may_grade
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.services import Services
from storage.records import Action, Case, StopBundle, StopReason
from storage.records.outbox import AskAboutStops
from storage.store import Transaction


@dataclass(frozen=True)
class BundleNow:
    """A bundle as it is now, with its cases, oldest first."""

    bundle: StopBundle
    cases: Sequence[Case]

    @property
    def n_waiting(self) -> int:
        """Return how many cases wait for an officer or for an overdue reply."""
        return sum(bundles.awaits_officer(case) for case in self.cases)


def bundle_of_stop(tx: Transaction, act: Act) -> StopBundle:
    """Return the actor's bundle that takes a stop now, a new one if none does."""
    tx.stop_bundles.lock_reporter(act.actor)
    since = act.now - bundles.WINDOW
    bundle = tx.stop_bundles.latest(act.actor, since)
    if bundle is not None:
        return bundle
    return tx.stop_bundles.add(new_key(), act.actor, act.now)


def ask_reporter(
    tx: Transaction,
    act: Act,
    bundle_id: int,
) -> None:
    """Enqueue the question to the actor about the bundle's stops, once a bundle."""
    n_cases = len(tx.cases.of_bundle(bundle_id))
    if not bundles.is_asked_about(n_cases):
        return
    question = AskAboutStops(bundle_id=bundle_id, user_id=act.actor.user_id)
    tx.outbox.enqueue(question, now=act.now + bundles.GATHER)


def explain_stops(
    services: Services,
    act: Act,
    key: str,
    reason: StopReason,
) -> StopBundle:
    """Store the reporter's answer about a bundle. Raises `NotFound`, `Refused`.

    It releases nothing: the officers see it with the cases, and decide.
    """
    with services.store.begin() as tx:
        bundle = tx.stop_bundles.by_key(key, lock=True)
        if bundle is None:
            raise NotFound(text("distress.report.not_found"))
        refusal = may_grade(act.actor, [bundle.reporter])
        if refusal is None:
            tx.stop_bundles.explain(bundle.id, reason, act.now)
        numbers = {
            "bundle": bundle.id,
            "reason": reason.rank,
        }
        tx.log.record(
            act.event(
                Action.STOPS_EXPLAINED,
                refusal=refusal,
                numbers=numbers,
            )
        )
    raise_refusal(refusal)
    return bundle


def find_bundle(services: Services, bundle_id: int) -> BundleNow:
    """Return a bundle as it is now, for a message about it."""
    with services.store.read() as tx:
        return BundleNow(
            tx.stop_bundles.by_id(bundle_id),
            tx.cases.of_bundle(bundle_id),
        )
