"""Home views that could not be published at once, for Slack's limits."""

from bot.slack.handlers.home import build_home
from bot.slack.outbound.outgoing import Composers, Message, Publish, SendContext
from bot.usecases.context import Act
from bot.usecases.people.home import read_home
from storage.records import Origin, Person
from storage.records.outbox import PublishHome


def add_home_views(composers: Composers) -> None:
    """Register the composer of this module."""
    composers.add(PublishHome, compose_home)


def compose_home(
    context: SendContext,
    payload: PublishHome,
) -> Message:
    """Return a person's Home as it is now."""
    person = Person(team_id=context.services.team_id, user_id=payload.user_id)
    act = Act(
        person=person,
        origin=Origin.SLACK,
        now=context.now,
    )
    lists = read_home(context.services, act)
    view = build_home(lists, context.services, context.now)
    return Publish(user_id=payload.user_id, view=view)
