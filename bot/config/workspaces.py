"""The workspace of each desk, compared with those that the tokens are for."""

from collections.abc import Mapping

from bot.errors import Invalid
from bot.rules.desks import Desks
from bot.text import text


def check_workspaces(desks: Desks, names: Mapping[str, str]) -> None:
    """Raise `Invalid` unless each desk is in one of several workspaces.

    `names` are the names of the workspaces by team id.
    """
    known = ", ".join(f"{team_id} ({name})" for team_id, name in sorted(names.items()))
    for desk in desks.desks.values():
        where = f"[desks.{desk.id}]"
        if desk.team_id is None:
            sentence = text(
                "desks_file.error.no_workspace", where=where, workspaces=known
            )
            raise Invalid(sentence)
        if desk.team_id not in names:
            raise Invalid(
                text(
                    "desks_file.error.other_workspace",
                    where=where,
                    workspace=desk.team_id,
                    workspaces=known,
                )
            )


def check_only_workspace(desks: Desks, team_id: str) -> None:
    """Raise `Invalid` if a desk names a workspace other than the only one."""
    for desk in desks.desks.values():
        if desk.team_id not in (None, team_id):
            raise Invalid(
                text(
                    "desks_file.error.other_workspace",
                    where=f"[desks.{desk.id}]",
                    workspace=desk.team_id,
                    workspaces=team_id,
                )
            )
