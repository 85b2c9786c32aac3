"""The digest of disputes in the desk's channel, and the hand-over line."""

import json

from bot.rules.requests.clocks import COMMITTED_WITHIN
from bot.usecases.context import act_without_person
from bot.usecases.requests.clocks.digest import post_digests
from bot.wiring import utc_now
from storage.records import Origin
from storage.records.outbox import PostDigest, PostHandOver
from tests.product import JONAS, LENA, RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written


def test_leads_are_mentioned_in_one_digest(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    services = workspace.program.services
    with services.store.begin() as tx:
        found = tx.requests.by_id(request.id, lock=True)
        assert found is not None
        began = utc_now() - COMMITTED_WITHIN
        tx.requests.save(found.evolve(waiting_since=began))
    post_digests(services, act_without_person(Origin.WORKER, utc_now()))
    digest = workspace.wait(
        lambda: next((m for m in workspace.messages() if "subteam" in str(m)), None)
    )
    assert "need" in written(digest)
    assert buttons(digest) == ["open_page"]
    for secret in ("lam", request.clip_id):
        assert secret not in json.dumps(digest)


def test_a_desk_without_disputes_posts_no_digest(workspace: Workspace) -> None:
    services = workspace.program.services
    before = len(workspace.messages())
    with services.store.begin() as tx:
        tx.outbox.enqueue(PostDigest(desk_id="arabic"), now=utc_now())
        tx.outbox.enqueue(PostDigest(desk_id="gone"), now=utc_now())
    workspace.wait(lambda: not has_digest_waiting(workspace))
    assert len(workspace.messages()) == before


def has_digest_waiting(workspace: Workspace) -> bool:
    with workspace.program.services.store.read() as tx:
        return any(
            each.task == "post_digest" for each in tx.given_up_tasks.waiting_counts()
        )


def test_the_end_of_the_hours_is_one_line_in_the_channel(workspace: Workspace) -> None:
    workspace.ask(ROSA)
    services = workspace.program.services
    with services.store.begin() as tx:
        for recipient_id in (CHANNEL, LENA):
            line = PostHandOver(desk_id="english-us", recipient_id=recipient_id)
            tx.outbox.enqueue(line, now=utc_now())
        tx.outbox.enqueue(
            PostHandOver(desk_id="gone", recipient_id=LENA), now=utc_now()
        )
    for find in (workspace.messages, lambda: workspace.notes(LENA)):
        line = workspace.wait(
            lambda find=find: next(
                (m for m in find() if "The hours of English (US)" in written(m)), None
            )
        )
        assert "Open questions: " in written(line)
        assert "en-us-" not in json.dumps(line)
