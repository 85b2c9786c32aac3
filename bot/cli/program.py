"""Open the program for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.config.settings import read_settings
from bot.opened_slack import open_slack
from bot.usecases.context import Act, act_without_person
from bot.usecases.people import role_mapping
from bot.usecases.people.people_team import keep_people_team
from bot.usecases.services import Services
from bot.wiring import open_services, open_services_of, utc_now
from storage.records import Origin


@contextmanager
def open_program() -> Iterator[tuple[Services, Act]]:
    """Yield the collaborators and an act of the operator at this shell.

    No call to Slack is made. The store is closed at the end.
    """
    services = open_services(read_settings(), team_id="")
    try:
        role_mapping.apply_in_force(services)
        yield services, operator_act()
    finally:
        services.store.close()


@contextmanager
def open_program_in_workspace() -> Iterator[Services]:
    """Yield the collaborators with the workspace's ids, which Slack is asked for."""
    settings = read_settings()
    services = open_services_of(settings, open_slack(settings))
    try:
        keep_people_team(services)
        yield services
    finally:
        services.store.close()


def operator_act() -> Act:
    """Return an act of the operator at this shell, now."""
    return act_without_person(Origin.CLI, utc_now())
