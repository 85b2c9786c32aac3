"""A person about whom Slack does not answer is no person without a role."""

from bot.errors import HelpClipError, Refused, Unavailable
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Membership, Person
from storage.store import Transaction

# Rules that refuse people without a role.
_NO_ROLE = {"no_role", "no_desk"}


def is_learning(
    services: Services,
    tx: Transaction,
    person: Person,
) -> bool:
    """Return whether roles of this person may be unknown yet.

    The account is, or a user group that gives roles.
    """
    if person.team_id != services.team_id:
        return False
    membership = tx.people.membership_of(person.user_id)
    if membership is None:
        return True
    if membership is not Membership.MEMBER:
        return False
    groups = services.desks.groups()
    return bool(groups - tx.groups.read_at(groups).keys())


def explain(
    services: Services,
    act: Act,
    error: HelpClipError,
) -> HelpClipError:
    """Return the error for the person: a missing role may not be read from Slack."""
    if not isinstance(error, Refused):
        return error
    if error.rule not in _NO_ROLE or act.person is None:
        return error
    if services.slack_link.refused is not None:
        return Unavailable(text("people.roles.cut_off"))
    with services.store.read() as tx:
        if not is_learning(services, tx, act.person):
            return error
    return Unavailable(text("people.roles.learning"))
