"""Asking through a work tool: one question for each Idempotency-Key."""

import json
from dataclasses import asdict, dataclass

from bot.errors import Conflict, Invalid
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.requests.ask import Asked, ask
from bot.usecases.requests.choose_span import Typed
from bot.usecases.services import Services
from bot.usecases.work_tools.reading import ToolView, view_requests
from storage.records import Difficulty, Span, ToolRequest, WorkTool
from storage.store import Transaction

_KEY = b"work tool key"
_QUESTION = b"work tool question"


@dataclass(frozen=True, kw_only=True)
class ToolQuestion:
    """What a work tool asks, in the fields of the ask form.

    `reason` is needed to ask about a settled word again.
    """

    clip_id: str
    span: Span
    guess: str
    difficulties: tuple[Difficulty, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskedByTool:
    """The request of a question, and how it came about.

    `replayed`: a call with the same key asked before.
    """

    view: ToolView
    joined: bool
    replayed: bool = False


class OtherQuestion(Invalid):
    """The key was used for another question."""


class _KeyTaken(Exception):
    """Another call with the same key was faster."""


def ask_by_tool(
    services: Services,
    act: Act,
    question: ToolQuestion,
    key: str,
) -> AskedByTool:
    """Ask, once for each `key` of a work tool.

    Raises what `ask` raises, and `OtherQuestion` for a key of another question.
    """
    tool = act.tool
    assert tool is not None
    digest = _digest_text(act, question)

    def note(tx: Transaction, asked: Asked) -> None:
        is_added = tx.tool_requests.add(
            tool_id=tool.id,
            key_hash=services.snippet_key.pseudonym(_KEY, key),
            digest=services.snippet_key.pseudonym(_QUESTION, digest),
            request_id=asked.request.id,
            asked_at=act.now,
        )
        if not is_added:
            raise _KeyTaken

    before = _find(services, tool, key)
    if before is not None:
        return _replay(services, act, before, digest)
    try:
        asked = ask(services, act, _typed(question), note)
    except _KeyTaken:
        faster = _find(services, tool, key)
        if faster is None:
            raise Conflict(text("work_tools.ask.again")) from None
        return _replay(services, act, faster, digest)
    return AskedByTool(
        view=_view(services, act, asked.request.id),
        joined=asked.joined,
    )


def _find(
    services: Services,
    tool: WorkTool,
    key: str,
) -> ToolRequest | None:
    hashes = services.snippet_key.pseudonyms(_KEY, key)
    with services.store.read() as tx:
        return tx.tool_requests.by_key(tool.id, hashes)


def _replay(
    services: Services,
    act: Act,
    before: ToolRequest,
    digest: str,
) -> AskedByTool:
    """Return the request of an earlier call, as it is now."""
    if not services.snippet_key.stands_for(before.digest, _QUESTION, digest):
        raise OtherQuestion(text("work_tools.ask.other_question"), field="key")
    return AskedByTool(
        view=_view(services, act, before.request_id),
        joined=False,
        replayed=True,
    )


def _view(
    services: Services,
    act: Act,
    request_id: int,
) -> ToolView:
    with services.store.read() as tx:
        request = tx.requests.by_id(request_id)
        assert request is not None
        (view,) = view_requests(services, tx, act, [request])
    return view


def _typed(question: ToolQuestion) -> Typed:
    return Typed(
        clip=question.clip_id,
        seconds=f"{question.span.start_ms}-{question.span.end_ms}ms",
        difficulties=question.difficulties,
        guess=question.guess,
        anew=question.reason,
    )


def _digest_text(act: Act, question: ToolQuestion) -> str:
    """Return the question and its person in one text, of which a keyed hash is kept."""
    body = {**asdict(question), "person": act.actor.user_id}
    return json.dumps(body, sort_keys=True)
