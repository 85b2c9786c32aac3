"""The check before the gravest acts: a fresh sign-in and a typed reason.

The reason is kept beside the log.
"""

from bot.rules.people.permission import Refusal
from bot.rules.people.step_up import step_up
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Origin, Person

# Twice what the longest reason may have.
MAX_KEPT = 1_000


def step_up_refusal(services: Services, act: Act) -> Refusal | None:
    """Return why the act needs a fresh sign-in, or None if it has one.

    A use case checks the role first. Slack's buttons never have a fresh sign-in, so
    such an act is offered as a link to a page. A shell can change the database itself,
    so there only the reason is required.
    """
    if act.origin is Origin.CLI:
        return None
    return step_up(
        act.signed_in_at,
        act.login,
        act.now,
        is_new_login_required=services.is_new_login_required,
    )


def keep_reason(
    services: Services,
    act: Act,
    page: str,
    reason: str,
) -> None:
    """Keep the typed reason while the person signs in once more.

    It is cut at `MAX_KEPT` characters. The caller has checked the person's role.
    """
    with services.store.begin() as tx:
        tx.drafts.save(
            act.actor,
            _form(page),
            reason[:MAX_KEPT],
            act.now,
        )


def read_kept_reason(
    services: Services,
    person: Person,
    page: str,
) -> str:
    """Return the reason that this person typed on that page before signing in again."""
    with services.store.read() as tx:
        return tx.drafts.by_form(person, _form(page)) or ""


def _form(page: str) -> str:
    return f"reason {page}"[:64]
