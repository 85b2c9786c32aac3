"""The acting person of a delivery, and the installation that Slack sent it to."""

from collections.abc import Mapping
from typing import Any

from bot.rules.organisation import Organisation
from bot.slack.payloads import list_in, object_in, text_in
from bot.usecases.services import Services
from storage.records import Person


def sender_of_command(services: Services, body: Mapping[str, Any]) -> Person:
    """Return the author of a slash command."""
    return services.person(
        body["user_id"],
        team_id=body["team_id"],
        enterprise_id=text_in(body, "enterprise_id"),
    )


def sender_of_interaction(services: Services, body: Mapping[str, Any]) -> Person:
    """Return the person of a pressed button, a used shortcut or a sent form.

    An app of a whole organisation may get no team (bolt-python #23).
    """
    user = body["user"]
    team_id = text_in(object_in(body, "team"), "id") or text_in(user, "team_id")
    return services.person(
        user["id"],
        team_id=team_id,
        enterprise_id=text_in(object_in(body, "enterprise"), "id"),
    )


def sender_of_event(services: Services, body: Mapping[str, Any]) -> Person:
    """Return the person of an event; the user id may be empty."""
    user_id = body["event"].get("user", "")
    if not isinstance(user_id, str):
        # A user_change holds the whole user object, and names no acting person.
        user_id = ""
    return services.person(
        user_id,
        team_id=text_in(body, "team_id"),
        enterprise_id=enterprise_of_event(services, body),
    )


def enterprise_of_event(services: Services, body: Mapping[str, Any]) -> str | None:
    """Return the organisation of the people in an event.

    All people of a channel that is not shared with another company are of ours.
    """
    if body.get("is_ext_shared_channel"):
        return None
    return services.enterprise_id


def is_served(organisation: Organisation, body: Mapping[str, Any]) -> bool:
    """Return whether an event is for an installation that these settings serve.

    `authorizations` name the installation; the workspace of the event may be another
    one of the organisation.
    """
    authorizations = list_in(body, "authorizations")
    if authorizations:
        return any(organisation.is_authorized(each) for each in authorizations)
    team_id = text_in(body, "team_id")
    return not team_id or organisation.includes(team_id, None)
