"""Reading filters as people type them into a query of the access log, and back.

The same filters serve `/clip-audit`, the audit page's address and the command line.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.errors import Invalid
from bot.rules.numbers import whole_number
from bot.text import text
from storage.audit.query.search import MAX_LIMIT, Question
from storage.records import Action, Outcome, Person, request_id_of, request_name

FILTERS = (
    *("person", "clip", "request", "desk", "action", "outcome", "unusual"),
    *("since", "until", "order", "limit", "cursor"),
)

# These are shorthands for the most frequent queries of auditors.
GROUPS = {
    "heard": (
        Action.SNIPPET_HEARD,
        Action.SNIPPET_HEARD_CLOSER,
        Action.SNIPPET_HEARD_UNMASKED,
        Action.SNIPPET_PLAYED,
    ),
    "closer": (Action.SNIPPET_HEARD_CLOSER, Action.SNIPPET_HEARD_UNMASKED),
    "log": (Action.LOG_QUERIED, Action.LOG_EXPORTED, Action.LOG_VERIFIED),
}

_PERSON = re.compile(
    r"<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>|(?:(T[A-Z0-9_]+)/)?([UW][A-Z0-9_]+)"
)
_AGO = re.compile(r"([0-9]{1,4})([mhdw])")
_UNITS = {
    "m": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
}

# Field of a query that is an id -> its greatest length, and the key of its fault.
_IDS = {
    "clip": (128, "requests.find.clip_malformed"),
    "desk": (64, "audit.filter.desk_malformed"),
}


def read_question(
    filters: Mapping[str, str],
    *,
    team_id: str,
    now: datetime,
    me: Person | None = None,
) -> Question:
    """Return a query from filters; empty ones are left out.

    `since` and `until` take an ISO 8601 date or time (UTC where it names no zone) or an
    age such as `90m`, `24h`, `7d`, `4w`. Raises `Invalid` with the filter at fault.
    """
    given = {name: value.strip() for name, value in filters.items() if value.strip()}
    unknown = sorted(set(given) - set(FILTERS))
    if unknown:
        names = ", ".join(FILTERS)
        sentence = text(
            "audit.filter.unknown",
            filter=repr(unknown[0]),
            filters=names,
        )
        raise Invalid(sentence, field=unknown[0])
    return Question(
        person=_person(given.get("person"), team_id, me),
        clip_id=_id("clip", given.get("clip")),
        request=_request(given.get("request")),
        desk=_id("desk", given.get("desk")),
        actions=_actions(given.get("action")),
        outcome=_outcome(given.get("outcome")),
        unusual=_flag(given.get("unusual")),
        since=_moment("since", given.get("since"), now),
        until=_moment("until", given.get("until"), now),
        newest_first=_newest_first(given.get("order")),
        limit=_limit(given.get("limit")),
        cursor=given.get("cursor"),
    )


def parse_words(typed: str) -> dict[str, str]:
    """Return filters from the words after `/clip-audit`, such as `clip=A17 since=7d`.

    `me`, `denied`, `heard`, `unusual`, `HC-1042` and `@person` need no name. Raises
    `Invalid`.
    """
    filters: dict[str, str] = {}
    for word in typed.split():
        name, divider, value = word.partition("=")
        if not divider:
            name, value = _name_and_value(word)
        filters[name.lower()] = value
    return filters


def _name_and_value(word: str) -> tuple[str, str]:
    if word.lower() == "me" or _PERSON.fullmatch(word):
        return "person", word
    if request_id_of(word) is not None:
        return "request", word
    if word.lower() in set(Outcome):
        return "outcome", word.lower()
    if word.lower() in GROUPS or word.lower() in set(Action):
        return "action", word.lower()
    if word.lower() == "unusual":
        return "unusual", "yes"
    raise Invalid(text("audit.filter.word_unknown"))


def _person(
    typed: str | None,
    team_id: str,
    me: Person | None,
) -> Person | None:
    if typed is None:
        return None
    if typed.lower() == "me" and me is not None:
        return me
    match = _PERSON.fullmatch(typed)
    if match is None:
        raise Invalid(text("audit.filter.person_malformed"), field="person")
    mention, team, user = match.groups()
    return Person(
        team_id=team or team_id,
        user_id=mention or user,
    )


def _id(field: str, typed: str | None) -> str | None:
    # The id is written into the log as the target of the query.
    if typed is None:
        return None
    length, fault = _IDS[field]
    if not re.fullmatch(rf"[A-Za-z0-9_.:-]{{1,{length}}}", typed):
        raise Invalid(text(fault), field=field)
    return typed


def _request(typed: str | None) -> str | None:
    if typed is None:
        return None
    request_id = request_id_of(typed, may_be_bare=True)
    if request_id is None:
        raise Invalid(text("requests.find.request_malformed"), field="request")
    return request_name(request_id)


def _actions(typed: str | None) -> tuple[Action, ...]:
    found: dict[Action, None] = {}
    for word in (typed or "").replace(",", " ").split():
        if word in GROUPS:
            found.update(dict.fromkeys(GROUPS[word]))
        elif word in set(Action):
            found[Action(word)] = None
        else:
            raise Invalid(text("audit.filter.action_unknown"), field="action")
    return tuple(found)


def _outcome(typed: str | None) -> Outcome | None:
    if typed is None:
        return None
    if typed.lower() not in set(Outcome):
        raise Invalid(text("audit.filter.outcome_unknown"), field="outcome")
    return Outcome(typed.lower())


def _flag(typed: str | None) -> bool:
    if typed is None:
        return False
    if typed.lower() in {"no", "0", "false"}:
        return False
    if typed.lower() in {"yes", "1", "true", "on"}:
        return True
    raise Invalid(text("audit.filter.unusual_malformed"), field="unusual")


def _newest_first(typed: str | None) -> bool:
    if typed not in {None, "newest", "oldest"}:
        raise Invalid(text("audit.filter.order_unknown"), field="order")
    return typed != "oldest"


def _limit(typed: str | None) -> int:
    if typed is None:
        return Question.limit
    limit = whole_number(typed, MAX_LIMIT)
    if not limit:
        sentence = text("audit.filter.limit_out_of_range", limit=MAX_LIMIT)
        raise Invalid(sentence, field="limit")
    return limit


def _moment(
    field: str,
    typed: str | None,
    now: datetime,
) -> datetime | None:
    if typed is None:
        return None
    return read_moment(field, typed, now)


def read_moment(
    field: str,
    typed: str,
    now: datetime,
) -> datetime:
    """Return a day, a time or an age as a time in UTC. Raises `Invalid` with `field`."""
    if ago := _AGO.fullmatch(typed):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        sentence = text("audit.filter.moment_malformed")
        raise Invalid(sentence, field=field) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        sentence = text("audit.filter.moment_out_of_range")
        raise Invalid(sentence, field=field) from None


def as_filters(question: Question) -> dict[str, str]:
    """Return the filters that `read_question` turns into this query again."""
    filters = {
        "person": _person_filter(question.person),
        "clip": question.clip_id,
        "request": question.request,
        "desk": question.desk,
        "action": ",".join(question.actions),
        "outcome": question.outcome,
        "since": _moment_filter(question.since),
        "until": _moment_filter(question.until),
        "cursor": question.cursor,
    }
    if question.unusual:
        filters["unusual"] = "yes"
    if not question.newest_first:
        filters["order"] = "oldest"
    if question.limit != Question.limit:
        filters["limit"] = str(question.limit)
    return {name: str(value) for name, value in filters.items() if value}


def _person_filter(person: Person | None) -> str | None:
    if person is None:
        return None
    if not person.team_id:
        return person.user_id
    return f"{person.team_id}/{person.user_id}"


def _moment_filter(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat()
