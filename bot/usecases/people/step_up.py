"""The gate before the gravest acts: a fresh sign-in, and a reason kept beside the
log.
"""

from bot.rules.people.step_up import step_up
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Origin, Person


def lacks_step_up(act: Act) -> Refusal | None:
    """What the act still lacks; a use case asks after the role: `may_x() or
    lacks_step_up(act)`.

    Slack's buttons never have it, so such an act is offered as a link to a page.
    Whoever has a shell can change the database itself, so there only the reason is
    asked for.
    """
    return None if act.origin is Origin.CLI else step_up(act.signed_in_at, act.now)


def keep_reason(services: Services, act: Act, page: str, reason: str) -> None:
    """Keep what was typed while the person signs in once more."""
    with services.store.begin() as tx:
        tx.drafts.save(act.actor, _form(page), reason, act.now)


def kept_reason(services: Services, person: Person, page: str) -> str:
    """What this person typed on that page before they were asked to sign in once
    more.
    """
    with services.store.read() as tx:
        return tx.drafts.by_form(person, _form(page)) or ""


def _form(page: str) -> str:
    return f"reason {page}"[:64]
