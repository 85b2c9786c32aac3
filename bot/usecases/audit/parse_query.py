"""From filters as people type them to a question for the access log, and back.

The same filters serve `/clip-audit`, the audit page's address and the command line.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.errors import Invalid
from storage.audit.query.search import MAX_LIMIT, Question
from storage.records import Action, Outcome, Person, request_id_of, request_name

FILTERS = (
    *("person", "clip", "request", "desk", "action", "outcome", "unusual"),
    *("since", "until", "order", "limit", "cursor"),
)

# Shorthands for the questions auditors ask most.
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
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_question(
    filters: Mapping[str, str], *, team_id: str, now: datetime, me: Person | None = None
) -> Question:
    """A question from filters; empty ones are left out.

    `since` and `until` take an ISO 8601 date or time (UTC where it names no zone) or an
    age such as
    `90m`, `24h`, `7d`, `4w`. Raises `Invalid` naming the filter at fault.
    """
    given = {name: value.strip() for name, value in filters.items() if value.strip()}
    unknown = sorted(set(given) - set(FILTERS))
    if unknown:
        raise Invalid(
            f"There is no filter {unknown[0]!r}; use {', '.join(FILTERS)}.",
            field=unknown[0],
        )
    return Question(
        person=_person(given.get("person"), team_id, me),
        clip_id=_id("clip", given.get("clip"), 128),
        request=_request(given.get("request")),
        desk=_id("desk", given.get("desk"), 64),
        actions=_actions(given.get("action")),
        outcome=_outcome(given.get("outcome")),
        unusual=_flag(given.get("unusual")),
        since=_moment("since", given.get("since"), now),
        until=_moment("until", given.get("until"), now),
        newest_first=_newest_first(given.get("order")),
        limit=_limit(given.get("limit")),
        cursor=given.get("cursor"),
    )


def parse_words(text: str) -> dict[str, str]:
    """Filters from the words after `/clip-audit`: `clip=A17 since=7d`, or a word that
    says itself.

    `me`, `denied`, `heard`, `unusual`, `HC-1042` and `@person` need no name. Raises
    `Invalid`.
    """
    filters: dict[str, str] = {}
    for word in text.split():
        name, divider, value = word.partition("=")
        if not divider:
            name, value = _say_itself(word)
        filters[name.lower()] = value
    return filters


def _say_itself(word: str) -> tuple[str, str]:
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
    raise Invalid(
        "Ask with filters such as clip=A17, request=HC-1042, person=@name, desk=english-us, "
        "denied, heard, since=7d, until=2026-03-31."
    )


def _person(text: str | None, team_id: str, me: Person | None) -> Person | None:
    if text is None:
        return None
    if text.lower() == "me" and me is not None:
        return me
    match = _PERSON.fullmatch(text)
    if match is None:
        raise Invalid(
            "Name a person by Slack user id, such as U012AB3CD.", field="person"
        )
    mention, team, user = match.groups()
    return Person(team_id=team or team_id, user_id=mention or user)


def _id(field: str, text: str | None, length: int) -> str | None:
    # It is written into the log as the question's target, so it must look like an id.
    if text is not None and not re.fullmatch(rf"[A-Za-z0-9_.:-]{{1,{length}}}", text):
        raise Invalid(f"That is not the id of a {field}.", field=field)
    return text


def _request(text: str | None) -> str | None:
    if text is None:
        return None
    request_id = request_id_of(text, may_be_bare=True)
    if request_id is None:
        raise Invalid("A request is named like HC-1042.", field="request")
    return request_name(request_id)


def _actions(text: str | None) -> tuple[Action, ...]:
    found: dict[Action, None] = {}
    for word in (text or "").replace(",", " ").split():
        if word in GROUPS:
            found.update(dict.fromkeys(GROUPS[word]))
        elif word in set(Action):
            found[Action(word)] = None
        else:
            raise Invalid(
                "There is no such action; docs/audit.md lists them, such as snippet.heard.",
                field="action",
            )
    return tuple(found)


def _outcome(text: str | None) -> Outcome | None:
    if text is None:
        return None
    if text.lower() not in set(Outcome):
        raise Invalid("An outcome is allowed, denied or failed.", field="outcome")
    return Outcome(text.lower())


def _flag(text: str | None) -> bool:
    if text is None or text.lower() in {"no", "0", "false"}:
        return False
    if text.lower() in {"yes", "1", "true", "on"}:
        return True
    raise Invalid("Say yes or no.", field="unusual")


def _newest_first(text: str | None) -> bool:
    if text not in {None, "newest", "oldest"}:
        raise Invalid("The order is newest or oldest.", field="order")
    return text != "oldest"


def _limit(text: str | None) -> int:
    if text is None:
        return Question.limit
    if (
        not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII)
        or not 1 <= int(text) <= MAX_LIMIT
    ):
        raise Invalid(f"A page holds between 1 and {MAX_LIMIT} events.", field="limit")
    return int(text)


def _moment(field: str, text: str | None, now: datetime) -> datetime | None:
    return None if text is None else read_moment(field, text, now)


def read_moment(field: str, text: str, now: datetime) -> datetime:
    """A day, a time or an age, in UTC. Raises `Invalid` naming `field`."""
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "Write a day as 2026-03-31, a time as 2026-03-31T09:30, or an age as 7d or 24h.",
            field=field,
        ) from None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise Invalid(
            "That is before or after any day there is.", field=field
        ) from None


def as_filters(question: Question) -> dict[str, str]:
    """The filters that `read_question` turns into this question again."""
    person = question.person
    both = {
        "person": "/".join(filter(None, (person.team_id, person.user_id)))
        if person
        else None,
        "clip": question.clip_id,
        "request": question.request,
        "desk": question.desk,
        "action": ",".join(question.actions),
        "outcome": question.outcome,
        "unusual": "yes" if question.unusual else None,
        "since": question.since.isoformat() if question.since else None,
        "until": question.until.isoformat() if question.until else None,
        "order": None if question.newest_first else "oldest",
        "limit": None if question.limit == Question.limit else str(question.limit),
        "cursor": question.cursor,
    }
    return {name: str(value) for name, value in both.items() if value}
