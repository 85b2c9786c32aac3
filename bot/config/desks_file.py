"""Read desks.toml: `Desks` from its text, or one sentence about its mistake."""

import json
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from pydantic import ValidationError

from bot.config.desks_errors import invalid
from bot.config.desks_models import (
    DEFAULT_SETTLE,
    ChecklistSection,
    DeskFields,
    DesksFile,
    HoldersSection,
    SafetySection,
    Section,
    StageSection,
)
from bot.config.desks_values import shifts_in
from bot.errors import Invalid
from bot.rules.desks import Desk, Desks, Holders, conflicting_role
from bot.rules.distress.care import Care
from bot.rules.distress.safety import Checklist, Contact, Safety, Stage, Step
from bot.rules.distress.talk_limits import TalkLimits
from bot.rules.erasure.retention import Retention
from bot.rules.listening.access_conditions import AccessConditions, Network
from bot.rules.listening.listening_budget import Budgets
from bot.rules.people.roles import COMPANY_ROLES, DESK_ROLES, ROLES
from bot.rules.requests.exposure import ExposureLimits
from bot.text import text
from storage.records import Role, Severity

_GRADED = (Severity.DANGER, Severity.SERIOUS, Severity.UPSETTING)

Sites = Mapping[str, list[Network]]


def parse_desks(data: Mapping[str, Any]) -> Desks:
    """Return the desks of the parsed file. Raises `Invalid` with section and key."""
    try:
        file = DesksFile.model_validate(data)
    except ValidationError as error:
        raise invalid(error) from None
    sites = {name: _networks(site.networks) for name, site in file.sites.items()}
    holders = _role_holders(file, COMPANY_ROLES)
    officers = holders.get(Role.SAFETY_OFFICER, Holders())
    safety = _safety(file, officers)
    holders[Role.SAFETY_OFFICER] = _officers(officers, safety)
    sections = file.desks.items()
    desks = Desks(
        desks={name: _desk(name, section, sites) for name, section in sections},
        holders=holders,
        safety_channel_id=file.safety_channel,
        audit_channel_id=file.audit_channel,
        safety=safety,
        vendors=_holders(file.vendors),
        draft_time=timedelta(days=file.keep_drafts_days),
        talks=TalkLimits(
            per_colleague=file.talks.asks_per_colleague_per_day,
            per_hour=file.talks.asks_per_hour,
            not_now=timedelta(hours=file.talks.not_now_hours),
        ),
    )
    conflict = conflicting_role(desks)
    if conflict is not None:
        desk, role = conflict
        raise Invalid(text("desks_file.error.separation", desk=desk, role=role))
    return desks


def desks_schema() -> str:
    """Return the JSON schema of desks.toml for editors."""
    schema = DesksFile.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _desk(
    name: str,
    section: DeskFields,
    sites: Sites,
) -> Desk:
    shown_name = name
    if section.name:
        shown_name = section.name
    care = Care(
        stops_a_day=section.care.stops_a_day,
        cool_down=timedelta(minutes=section.care.cool_down_minutes),
    )
    quorum, seats = _seats(section)
    return Desk(
        id=name,
        name=shown_name,
        locale=section.locale,
        channel_id=section.channel,
        team_id=section.workspace,
        holders=_role_holders(section, DESK_ROLES),
        quorum=quorum,
        spare_seats=seats - quorum,
        shows_counts=section.shows_counts,
        expires_after=timedelta(hours=section.expires_hours),
        answer_within=timedelta(hours=section.answer_within),
        rule_within=timedelta(hours=section.rule_within),
        retention=_retention(section),
        filler=section.filler,
        access_conditions=_access_conditions(name, section, sites),
        budgets=Budgets(**section.budgets.model_dump()),
        exposure=ExposureLimits(**section.exposure.model_dump()),
        children=section.children,
        strict_topics=any((section.strict_topics, section.children)),
        watched=frozenset(section.watched),
        care=care,
    )


def _seats(section: DeskFields) -> tuple[int, int]:
    """Return how many answers must agree, and of how many at most."""
    if section.quorum is not None:
        return section.quorum, section.quorum
    needed, seats = (section.settle or DEFAULT_SETTLE).split(" of ")
    return int(needed), int(seats)


def _role_holders(section: Section, roles: frozenset[Role]) -> dict[Role, Holders]:
    """Return the holders of each of these roles that the section names."""
    found = {}
    for role, row in ROLES.items():
        if role not in roles:
            continue
        named = getattr(section, row.key)
        if named is not None:
            found[role] = _holders(named)
    return found


def _holders(section: HoldersSection) -> Holders:
    return Holders(
        users=frozenset(section.users),
        groups=frozenset(section.groups),
    )


def _retention(section: DeskFields) -> Retention:
    """Return the retention times; a key is kept as long as a snippet by default."""
    snippet = timedelta(hours=section.keep_hours)
    key = snippet
    if section.keep_key_days is not None:
        key = timedelta(days=section.keep_key_days)
    answers = timedelta(days=section.keep_answers_days)
    return Retention(
        snippet=snippet,
        answers=answers,
        key=key,
        accidental=timedelta(hours=section.erase_after_hours),
    )


def _access_conditions(
    name: str,
    section: DeskFields,
    sites: Sites,
) -> AccessConditions:
    networks = _networks(section.networks)
    for site in section.sites:
        if site not in sites:
            where = f"[desks.{name}]"
            raise Invalid(text("desks_file.error.no_site", where=where, site=site))
        networks += sites[site]
    return AccessConditions(
        vendors=section.vendors,
        networks=tuple(networks),
        shifts=shifts_in(section.hours),
        hours=section.hours,
        time_zone=section.time_zone,
        listen_outside_hours=section.listen_outside_hours,
    )


def _networks(networks: list[str]) -> list[Network]:
    return [ip_network(network) for network in networks]


def _safety(file: DesksFile, officers: Holders) -> Safety:
    """Return the steps after a stop.

    Without stages the safety officers are the only one.
    """
    section = file.safety
    stages = tuple(_stage(stage) for stage in section.stages)
    if not stages:
        alone = Stage(
            users=officers.users,
            groups=officers.groups,
            channel_id=file.safety_channel,
        )
        stages = (alone,)
    waits = section.acknowledge_minutes
    patience = {}
    for severity in _GRADED:
        patience[severity] = timedelta(minutes=waits.minutes(severity))
    return Safety(
        stages=stages,
        patience=patience,
        reply_within=timedelta(hours=section.reply_hours),
        monthly_drill=section.monthly_drill,
        checklists=_checklists(section),
        contacts=_contacts(section),
    )


def _contacts(section: SafetySection) -> tuple[Contact, ...]:
    return tuple(
        Contact(site=contact.site, says=contact.says) for contact in section.contacts
    )


def _stage(section: StageSection) -> Stage:
    holders = _holders(section)
    return Stage(
        users=holders.users,
        groups=holders.groups,
        channel_id=section.channel,
    )


def _checklists(section: SafetySection) -> tuple[Checklist, ...]:
    return tuple(_checklist(checklist) for checklist in section.checklists)


def _checklist(section: ChecklistSection) -> Checklist:
    steps = [Step(id=name, text=step) for name, step in section.steps.items()]
    return Checklist(
        country=section.country,
        version=section.version,
        authorities=section.authorities,
        steps=tuple(steps),
        desks=frozenset(section.desks),
    )


def _officers(named: Holders, safety: Safety) -> Holders:
    """Return the safety officers, which include the people of every stage."""

    users = (stage.users for stage in safety.stages)
    groups = (stage.groups for stage in safety.stages)
    return Holders(
        users=named.users.union(*users),
        groups=named.groups.union(*groups),
    )
