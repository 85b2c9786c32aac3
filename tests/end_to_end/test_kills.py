"""A bot that dies between any two steps of the main job loses nothing and doubles
nothing.
"""

import fcntl
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.audit.query.search import Question, answer
from storage.records import Action, Outcome, Request, RequestState
from storage.store import Store
from tests.end_to_end.browser_people import (
    ENGLISH,
    LENA,
    RAVI,
    ROSA,
    Visitor,
    ask,
    hear_and_answer,
    link,
    parents,
    replies,
    shown,
    thread_of,
)
from tests.end_to_end.held_requests import Bucket, Forward, Gate
from tests.end_to_end.processes import (
    Bot,
    Sandbox,
    add_clip,
    free_port,
    json_lines,
    settings_for,
    wait_for,
)

POST, UPDATE = r"/chat\.postMessage", r"/chat\.update"


@dataclass
class Scene:
    """One bot behind gates, killed and restarted once a test."""

    sandbox: Sandbox
    bot: Bot
    slack: Gate
    snippets: Gate
    store: Store
    results: Path
    database: Path
    clips: Path

    def kill(self) -> None:
        """SIGKILL, then let go of whatever the gates held for it."""
        self.bot.kill()
        self.slack.release()
        self.snippets.release()

    def kill_at(
        self, gate: Gate, pattern: str, when: str, act: Callable[[], object]
    ) -> None:
        """Do `act` and kill the bot at the exchange that follows from it."""
        gate.hold(pattern, when)
        act()
        gate.wait_until_held()
        self.kill()

    def ask(self) -> None:
        """Ask about a new recording: a settled word is not asked about again."""
        clip = add_clip(self.clips)
        ask(self.sandbox, clip=clip)

    def request(self) -> Request:
        """The newest request."""
        with self.store.read() as tx:
            return max(
                tx.requests.in_states(list(RequestState), ["english-us"]),
                key=lambda r: r.id,
            )

    @property
    def name(self) -> str:
        return self.request().name

    def url(self) -> str:
        """The listening page, as the thread's button says."""
        return link(thread_of(self.sandbox, self.name))

    def state(self) -> RequestState:
        return self.request().state

    def has_answered(self, person: str) -> bool:
        with self.store.read() as tx:
            proposals = tx.proposals.of_request(self.request().id)
        return any(p.proposer.user_id == person for p in proposals)

    def is_done(self) -> bool:
        with self.store.read() as tx:
            return (
                tx.outbox_counts.count_waiting() == 0
                and self.state() is RequestState.DELIVERED
            )

    def events(self) -> Counter[str]:
        """How often each thing is on record for the newest request."""
        with self.store.read() as tx:
            page = answer(tx.log, Question(request=self.name, limit=200))
        allowed = [e.event for e in page.events if e.event.outcome is Outcome.ALLOWED]
        return Counter(str(e.action) for e in allowed)

    @contextmanager
    def results_locked(self) -> Iterator[None]:
        """The result file, held by another process."""
        self.results.parent.mkdir(exist_ok=True)
        lock = self.results.with_name(f"{self.results.name}.lock")
        with lock.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def database_locked(self) -> Iterator[None]:
        """Nobody else can commit."""
        connection = sqlite3.connect(self.database, isolation_level=None, timeout=20)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("kills")
    clips = folder / "clips"
    clips.mkdir()
    slack_port, port = free_port(), free_port()
    forward = Forward(f"http://127.0.0.1:{slack_port}")
    slack, snippets = Gate(forward), Gate(Bucket())
    sandbox = Sandbox(folder, "--issuer", slack.url, port=slack_port)
    settings = settings_for(
        folder,
        sandbox,
        f"http://127.0.0.1:{port}",
        SLACK_API_URL=f"{slack.url}/api/",
        SNIPPET_STORE="s3://snippets/sealed",
        AWS_ENDPOINT_URL=snippets.url,
        AWS_ACCESS_KEY_ID="tester",
        AWS_SECRET_ACCESS_KEY="tester-secret",
        AWS_REGION="us-east-1",
        LEASE_SECONDS="3",
        CLIP_SOURCE=str(clips),
    )
    bot = Bot(folder, "bot", port, settings)
    sandbox.start()
    bot.restart()
    store = Store(settings["DATABASE_URL"])
    yield Scene(
        sandbox=sandbox,
        bot=bot,
        slack=slack,
        snippets=snippets,
        store=store,
        results=folder / "results" / "results.jsonl",
        database=folder / "help-clip.db",
        clips=clips,
    )
    bot.stop()
    sandbox.stop()
    store.close()
    for gate in (slack, snippets):
        gate.close()
    forward.close()


KillPoint = Callable[[Scene], None]


def after_the_question(scene: Scene) -> None:
    scene.ask()
    scene.kill()


def while_rendering(scene: Scene) -> None:
    scene.kill_at(scene.snippets, "PUT", "before", scene.ask)
    assert scene.state() is RequestState.RENDERING


def after_rendering_before_it_opens(scene: Scene) -> None:
    scene.kill_at(scene.snippets, "PUT", "after", scene.ask)
    assert scene.state() is RequestState.RENDERING


def before_the_thread_is_posted(scene: Scene) -> None:
    scene.kill_at(scene.slack, POST, "before", scene.ask)
    assert scene.state() is RequestState.OPEN
    assert parents(scene.sandbox, scene.name) == []


def after_the_thread_is_posted_before_the_bot_learns_it(scene: Scene) -> None:
    scene.kill_at(scene.slack, POST, "after", scene.ask)
    assert scene.request().thread_ts is None
    assert len(parents(scene.sandbox, scene.name)) == 1


def between_hearing_and_answering(scene: Scene) -> None:
    scene.ask()
    with Visitor(RAVI, scene.url()) as ravi:
        ravi.hear()
        scene.kill()
        scene.bot.restart()
        assert ravi.answer() < 400  # still signed in, and what was heard still counts


def between_two_answers(scene: Scene) -> None:
    scene.ask()
    hear_and_answer(RAVI, scene.url())
    scene.kill()
    assert scene.has_answered(RAVI)


def settle(scene: Scene) -> None:
    url = scene.url()
    for person in (RAVI, LENA):
        hear_and_answer(person, url)


def settled_before_the_thread_is_updated(scene: Scene) -> None:
    scene.ask()
    scene.kill_at(scene.slack, UPDATE, "before", lambda: settle(scene))
    assert "Settled" not in shown(thread_of(scene.sandbox, scene.name))


def settled_after_the_thread_is_updated(scene: Scene) -> None:
    scene.ask()
    scene.kill_at(scene.slack, UPDATE, "after", lambda: settle(scene))
    assert "Settled" in shown(thread_of(scene.sandbox, scene.name))


def settled_before_the_reply(scene: Scene) -> None:
    scene.ask()
    scene.url()
    scene.kill_at(scene.slack, POST, "before", lambda: settle(scene))
    assert replies(scene.sandbox, scene.name) == []


def settled_after_the_reply_before_the_bot_learns_it(scene: Scene) -> None:
    scene.ask()
    scene.url()
    scene.kill_at(scene.slack, POST, "after", lambda: settle(scene))
    assert len(replies(scene.sandbox, scene.name)) == 1


def settled_before_the_delivery(scene: Scene) -> None:
    scene.ask()
    with scene.results_locked():
        settle(scene)
        scene.kill()
    assert scene.state() is RequestState.AGREED


def delivered_before_the_bot_notes_it(scene: Scene) -> None:
    scene.ask()
    with scene.results_locked():
        settle(scene)
        wait_for(lambda: replies(scene.sandbox, scene.name) or None, "the reply")
        lock = scene.database_locked()
        lock.__enter__()
    wait_for(lambda: scene.name in scene.results.read_text(), "the result line")
    scene.kill()
    lock.__exit__(None, None, None)
    assert scene.state() is RequestState.AGREED


KILL_POINTS: list[KillPoint] = [
    after_the_question,
    while_rendering,
    after_rendering_before_it_opens,
    before_the_thread_is_posted,
    after_the_thread_is_posted_before_the_bot_learns_it,
    between_hearing_and_answering,
    between_two_answers,
    settled_before_the_thread_is_updated,
    settled_after_the_thread_is_updated,
    settled_before_the_reply,
    settled_after_the_reply_before_the_bot_learns_it,
    settled_before_the_delivery,
    delivered_before_the_bot_notes_it,
]


@pytest.mark.parametrize("killed", KILL_POINTS, ids=lambda point: point.__name__)
def test_nothing_is_lost_and_nothing_doubled_by_a_kill(
    scene: Scene, killed: KillPoint
) -> None:
    if not scene.bot.is_running():
        scene.bot.restart()
    killed(scene)
    if not scene.bot.is_running():
        scene.bot.restart()
    for person in (RAVI, LENA):
        if not scene.has_answered(person):
            hear_and_answer(person, scene.url())
    wait_for(scene.is_done, "everything to be told and delivered")
    _check_told_once(scene)
    _check_on_record(scene)


def _check_told_once(scene: Scene) -> None:
    name = scene.name
    [parent] = parents(scene.sandbox, name)
    assert "Settled: lamp" in shown(parent)
    assert replies(scene.sandbox, name) == [f"{name} is settled"]
    lines = json_lines(scene.results.read_text())
    assert [line["text"] for line in lines if line["request"] == name] == ["lamp"]
    # Nothing was said anywhere else about it either.
    said = [m for m in scene.sandbox.messages(ENGLISH, as_=ROSA) if name in str(m)]
    assert len(said) == 1


def _check_on_record(scene: Scene) -> None:
    found = scene.events()
    expected = {
        Action.REQUEST_ASKED: 1,
        Action.SNIPPET_RENDERED: 1,
        Action.SNIPPET_HEARD: 2,
        Action.PROPOSAL_MADE: 2,
        Action.REQUEST_SETTLED: 1,
        Action.RESULT_DELIVERED: 1,
    }
    assert {action: found[action] for action in expected} == expected
