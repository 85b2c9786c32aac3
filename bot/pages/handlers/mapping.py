"""A change of the role mapping, and the consent of an administrator to it."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in.step_up import reason_values
from bot.rules.desks import Holders
from bot.rules.people.roles import role_label
from bot.text import text
from bot.usecases.people import role_mapping


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /mapping."""
    return [
        page_route(
            context,
            "/mapping",
            show_mapping,
            is_grave=True,
        ),
        action_route(
            context,
            "/mapping",
            confirm,
            form=show_mapping,
        ),
    ]


def show_mapping(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /mapping."""
    found = role_mapping.view_waiting(visit.services, visit.act)
    changes = found.changes if found else ()
    return render_page(
        visit,
        "mapping.html",
        waiting=found,
        titles={change.name: _title(visit, change.name) for change in changes},
        no_holders=Holders(),
        error=error,
        **reason_values(visit),
    )


def confirm(visit: Visit) -> Response:
    """POST /mapping."""
    seen = visit.form.get("seen", "")
    reason = visit.form.get("reason", "")
    role_mapping.confirm(
        visit.services,
        visit.act,
        seen=seen,
        reason=reason,
    )
    return finish_action(visit, "/mapping")


def _title(
    visit: Visit,
    name: str,
) -> str:
    """Return a name such as `english-us/less_masked` in words."""
    desk_id, _, role = name.rpartition("/")
    label = role_label(role)
    if not desk_id:
        return label
    # Desks of a change that waits for consent are only in `written`.
    mapping = visit.services.desks
    if mapping.written is not None:
        mapping = mapping.written
    desk_name = desk_id
    if desk_id in mapping.desks:
        desk_name = mapping.desks[desk_id].name
    return text(
        "people.mapping_page.desk_role",
        desk=desk_name,
        role=label,
    )
