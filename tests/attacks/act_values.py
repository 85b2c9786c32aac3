"""The values with which each use case is called in a house at work.

A use case whose parameter has no value here cannot be called: the test of forced errors
fails until the tables of this file know it.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import bot.usecases
from bot.rules.channels.fitness import ChannelMember, ChannelSnapshot
from bot.rules.distress.care import USUAL_BREAK
from bot.rules.refusals import Refusal
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.erasure.hooks import SignedCall
from bot.usecases.erasure.overview import What
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.listening.trace_candidates import Scope
from bot.usecases.quality.view_quality import QualityQuestion
from bot.usecases.requests.choose_span import Typed
from bot.usecases.requests.lists import ListFilter
from bot.usecases.requests.propose import TypedAnswer
from bot.usecases.work_tools.admit import Call
from bot.usecases.work_tools.asking import ToolQuestion
from bot.usecases.work_tools.manage import Order
from storage.audit.packs.listed import Scope as PackScope
from storage.audit.query.search import Question
from storage.records import (
    Account,
    Action,
    Answer,
    ChannelProblem,
    Elevation,
    Membership,
    Person,
    Severity,
    Side,
    Span,
    StopReason,
)
from tests.attacks.house_at_work import (
    CHANNEL,
    CLIP,
    PRESS,
    SPAN,
    SPEAKER,
    WORDS,
    House,
)
from tests.pages.site import (
    ADMIN,
    AUDITOR,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SAFETY,
    TEAM,
)
from tests.storage.audit.logs import KEYS

# What a part of a use case takes from its caller.
PARTS = {"tx", "relation", "known"}


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function that acts or writes, as (room.module.name, itself).

    Parts of a use case, which take what its transaction has read, are left out.
    """
    package = bot.usecases
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if found.ispkg:
            continue
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if is_use_case(module, name, function):
                short = found.name.removeprefix(f"{package.__name__}.")
                yield f"{short}.{name}", function


def is_use_case(module: ModuleType, name: str, function: Callable[..., Any]) -> bool:
    if function.__module__ != module.__name__ or name.startswith("_"):
        return False
    parameters = inspect.signature(function).parameters
    if "services" not in parameters or PARTS & set(parameters):
        return False
    return "act" in parameters or ".begin()" in inspect.getsource(function)


def call(house: House, name: str, function: Callable[..., Any]) -> object:
    """Call a use case with the values of the tables; return what it returns."""
    values: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        value = value_of(house, name, parameter)
        if value is not inspect.Parameter.empty:
            values[parameter.name] = value
    found = function(**values)
    if inspect.isgenerator(found):
        return list(found)
    return found


def value_of(house: House, name: str, parameter: inspect.Parameter) -> Any:
    if parameter.name == "services":
        return house.site.services
    if parameter.name == "act" and name.startswith(OF_TOOLS):
        return house.tool_act()
    if parameter.name == "act":
        return house.act(longest_match(ACTORS, name))
    if parameter.name == "request_id":
        return house.requests[REQUESTS.get(name, "open")].id
    if parameter.name == "key":
        return longest_match(KEYS_OF, name)(house)
    if (name, parameter.name) in OF_FUNCTIONS:
        return OF_FUNCTIONS[name, parameter.name]
    if parameter.name in OF_HOUSE:
        return OF_HOUSE[parameter.name](house)
    return CONSTANTS.get(parameter.name, parameter.default)


def longest_match(table: dict[str, Any], name: str) -> Any:
    matches = [start for start in table if name.startswith(start)]
    return table[max(matches, key=len)]


# Use cases that a work tool calls on behalf of a person.
OF_TOOLS = ("work_tools.asking.", "work_tools.reading.")
# The start of a use case's name -> the person who may do it; None is help-clip itself.
ACTORS: dict[str, str | None] = {
    "audit.": AUDITOR,
    "audit.settings.": None,
    "channels.": None,
    "channels.incidents.": LENA,
    "channels.inspect.set_up": ADMIN,
    "channels.watch_sharing.check_message": RAVI,
    "distress.": SAFETY,
    "distress.care.": RAVI,
    "distress.bundles.explain_stops": AUDITOR,
    "distress.cases.grade": JONAS,
    "distress.cases.my_report": JONAS,
    "distress.cases.escalate": None,
    "distress.drill.start_monthly_drill": None,
    "distress.peer_support.": RAVI,
    "distress.stop_clip.": JONAS,
    "erasure.": ADMIN,
    "evidence.": AUDITOR,
    "erasure.consent.refresh": None,
    "erasure.holds.": SAFETY,
    "erasure.hooks.": None,
    "erasure.places.": None,
    "erasure.purge.": None,
    "erasure.waiting.": LENA,
    "erasure.waiting.close_accidental": None,
    "listening.": RAVI,
    "listening.elevated.decide": LENA,
    "listening.trace.": AUDITOR,
    "lookup.": RAVI,
    "history.": RAVI,
    "people.": ADMIN,
    "people.home.": RAVI,
    "people.learning.": RAVI,
    "people.roles.": None,
    "people.sessions.": RAVI,
    "people.sign_ins.": RAVI,
    "people.weekly.": None,
    "practice.": RAVI,
    "quality.": LENA,
    "quality.view_quality.operator_totals": None,
    "requests.": RAVI,
    "requests.adjudicate.": LENA,
    "requests.approve.": LENA,
    "requests.ask": ROSA,
    "requests.ask_form.refuse_outsider": AUDITOR,
    "requests.deliver.": None,
    "requests.expire.": None,
    "requests.lists.list_queue": LENA,
    "requests.render.": None,
    "requests.withdraw.": ROSA,
    "shift.": RAVI,
    "spans.": ROSA,
    "tasks.": ADMIN,
    "work_tools.admit.": None,
    "work_tools.manage.": ADMIN,
}

# The start of a use case's name -> the key of what it is about.
KEYS_OF: dict[str, Callable[[House], str]] = {
    "distress.": lambda house: house.case,
    "distress.bundles.": lambda house: house.bundle,
    "distress.peer_support.": lambda house: house.talk,
    "distress.stop_clip.": lambda house: house.requests["open"].key,
    "erasure.waiting.": lambda house: house.waiting,
    "listening.": lambda house: house.requests["open"].key,
    "listening.elevated.decide": lambda house: house.elevated,
    "people.sessions.": lambda house: house.session,
    "practice.": lambda _: "en-1",
    "requests.": lambda house: house.requests["open"].key,
    "requests.adjudicate.": lambda house: house.requests["disputed"].key,
    "shift.": lambda house: house.requests["answered"].key,
    "requests.propose.withdraw_proposal": lambda house: house.requests["answered"].key,
    "work_tools.": lambda _: WORDS,
}

# Parameter -> its value, of a constant kind or of the house.
CONSTANTS: dict[str, Any] = {
    "action": Action.LOG_QUERIED,
    "accounts": [Account(user_id=RAVI, membership=Membership.GUEST, team_id=TEAM)],
    "after": 0,
    "against_state": True,
    "answer": Answer.WORDS,
    "approve": True,
    "asked_as": 1,
    "channel_id": CHANNEL,
    "channel_ids": [CHANNEL],
    "chosen": ListFilter(),
    "clip_id": CLIP,
    "closeness": Elevation.LESS_DISGUISED,
    "confidence": 2,
    "cursor": "",
    "days": 30,
    "digest": "0" * 64,
    "error": ValueError(WORDS),
    "event_id": 1,
    "group_id": "S0REVIEWER",
    "groups": {"S0REVIEWER": frozenset({RAVI})},
    "in_circle": True,
    "joined": [RAVI],
    "keys": KEYS,
    "last_key": "",
    "left": [JONAS],
    "limit": 100,
    "look": ChannelSnapshot(
        channel_id=CHANNEL,
        members=(ChannelMember(user_id=RAVI, team_id=TEAM, guest=True),),
    ),
    "loops": 1,
    "membership": Membership.GUEST,
    "message": PostedMessage(
        channel_id=CHANNEL,
        ts="9.9",
        thread_ts=None,
        text=f"{CLIP} {WORDS}",
        files=(),
    ),
    "minutes": USUAL_BREAK,
    "n_words": 3,
    "name": "editor",
    "named": CLIP,
    "not_offered": [],
    "order": Order(name="other", desks=["english-us"], days=30, reason=WORDS),
    "numbers": [1],
    "of": CLIP,
    "page": f"/erase/clip/{CLIP}",
    "part": Span(start_ms=400, end_ms=900),
    "person": Person(team_id=TEAM, user_id=RAVI),
    "played_ms": 500,
    "press": PRESS,
    "problem": ChannelProblem.ARCHIVED,
    "question": Question(clip_id=CLIP),
    "reason": WORDS,
    "refusal": Refusal(rule="bad_state", key="pages.error.no_page"),
    "release": True,
    "reply": "We looked at it, and it is over.",
    "report": print,
    "rows": 15,
    "sealed": WORDS,
    "secrets": [b"s" * 32],
    "seen": None,
    "severity": Severity.SERIOUS,
    "side": Side.BEFORE,
    "skipped": frozenset(),
    "signed_call": SignedCall(id=WORDS, event="erase", clip_id=CLIP, speaker=""),
    "span": Span(start_ms=400, end_ms=900),
    "speaker": SPEAKER,
    "state": WORDS,
    "step_id": WORDS,
    "text": WORDS,
    "ts": "9.9",
    "typed": Typed(clip=CLIP, seconds=SPAN, guess=WORDS),
    "unwelcome": True,
    "user_id": RAVI,
    "user_ids": [RAVI],
    "weekly_line": True,
    "what": What.CLIP,
}
OF_HOUSE: dict[str, Callable[[House], Any]] = {
    "browser": lambda house: house.site.browser(),
    "clip": lambda house: house.site.services.clips.clip(CLIP),
    "desk": lambda house: house.site.services.desks["english-us"],
    "erasure": lambda house: erasure_of(house),
    "hold_id": lambda house: house.hold,
    "incident_id": lambda house: house.incident,
    "leak": lambda house: house.site.clips / f"{CLIP}.flac",
    "now": lambda house: house.site.clock.now,
    "receipt_id": lambda house: house.receipt,
    "result_id": lambda house: f"{house.requests['settled'].name}/1",
    "session": lambda house: session_of(house),
    "scope": lambda house: Scope(request=house.requests["open"].name),
    "since": lambda house: house.site.clock.now - timedelta(days=1),
    "call": lambda house: Call(token=house.tool.token, user_id=ROSA),
    "subject": lambda house: RequestSnippet(house.requests["open"].key),
    "task_id": lambda house: house.given_up,
    "token": lambda house: house.token,
    "until": lambda house: house.site.clock.now,
}

# What a use case takes under a name that means another thing elsewhere.
OF_FUNCTIONS: dict[tuple[str, str], Any] = {
    ("audit.settings.record_settings", "now"): {"DESKS": WORDS},
    ("distress.bundles.explain_stops", "reason"): StopReason.MISTAKE,
    ("evidence.make.make_pack", "scope"): PackScope(
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2027, 1, 1, tzinfo=UTC),
    ),
    ("people.languages.choose_language", "chosen"): "ar",
    ("distress.peer_support.ask_colleagues", "typed"): f"<@{JONAS}>",
    ("practice.exercises.answer_exercise", "typed"): WORDS,
    **{
        (f"quality.view_quality.{name}", "question"): QualityQuestion()
        for name in (
            "view_quality",
            "view_own",
            "export_figures",
            "export_readings",
            "operator_totals",
        )
    },
    ("requests.ask_form.prepare", "span"): None,
    ("work_tools.asking.ask_by_tool", "question"): ToolQuestion(
        clip_id=f"{CLIP}-tool",
        span=Span(start_ms=400, end_ms=900),
        guess=WORDS,
        difficulties=(),
        reason="",
    ),
    ("work_tools.reading.list_requests", "after"): None,
    ("requests.propose.keep_draft", "typed"): TypedAnswer(
        answer="words", text=WORDS, confidence="2"
    ),
}
# The use case -> the request that it is about, by its name in the house.
REQUESTS = {
    "erasure.waiting.close_accidental": "accidental",
    "requests.deliver.deliver": "settled",
    "requests.render.give_up": "new",
    "requests.render.render": "new",
}


def erasure_of(house: House) -> Any:
    with house.site.services.store.read() as tx:
        return tx.erasures.by_id(1)


def session_of(house: House) -> Any:
    with house.site.services.store.read() as tx:
        person = house.site.act(RAVI).actor
        return tx.sessions.of_person(person, house.site.clock.now)[0]
