"""The id under which people are recorded, when an installation grows."""

from bot.usecases.services import Services


def keep_people_team(services: Services) -> None:
    """Record people as before, where one workspace became several.

    Otherwise a person would be two, and might answer a request as each of them: as of
    the workspace, and as of the organisation.
    """
    if not services.team_ids:
        return
    with services.store.read() as tx:
        before = tx.people.earliest_team()
    if before in services.team_ids:
        services.team_id = before
