"""Two replicas on PostgreSQL and S3 behind one address."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import httpx
import pytest

from storage.records import RequestState
from tests.databases import S3, Postgres
from tests.end_to_end.browser_people import (
    JONAS,
    LENA,
    RAVI,
    ask,
    hear_and_answer,
    link,
    parents,
    replies,
    shown,
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.held_requests import Exchange, Forward, Gate, Reply
from tests.end_to_end.processes import (
    Bot,
    free_port,
    json_lines,
    settings_for,
    wait_for,
)


class Balancer:
    """An upstream: each exchange goes to the next replica that is up."""

    def __init__(self) -> None:
        self.replicas: list[Forward] = []
        self._turn = count()

    def __call__(self, exchange: Exchange) -> Reply:
        turn = next(self._turn)
        for i in range(len(self.replicas)):
            try:
                return self.replicas[(turn + i) % len(self.replicas)](exchange)
            except httpx.ConnectError:
                continue
        return Reply(502)

    def close(self) -> None:
        for replica in self.replicas:
            replica.close()


@pytest.fixture(scope="module")
def replicated(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, s3: S3
) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("scale")
    balancer = Balancer()
    gate = Gate(balancer)
    with open_stage(folder) as stage:
        settings = settings_for(
            folder,
            stage.sandbox,
            gate.url,
            DATABASE_URL=postgres.empty_database(),
            SNIPPET_STORE=f"s3://{s3.bucket}/sealed",
            RESULT_SINK=f"s3://{s3.bucket}/results",
            LEASE_SECONDS="3",
            **s3.environment,
        )
        for i in (1, 2):
            port = free_port()
            bot = stage.start(Bot(folder, f"replica-{i}", port, settings))
            balancer.replicas.append(Forward(bot.address))
        for bot in stage.bots:  # both migrate the empty database at the same time
            bot.wait_until_ready()
        yield stage
    gate.close()
    balancer.close()


def state(stage: Stage, name: str) -> RequestState:
    with stage.open_store() as store, store.read() as tx:
        found = tx.requests.in_states(list(RequestState), ["english-us"])
    return next(request.state for request in found if request.name == name)


def expect_settled_once(stage: Stage, name: str) -> None:
    wait_for(
        lambda: f"{name} is settled" in replies(stage.sandbox, name),
        "the settled reply",
    )
    wait_for(
        lambda: "Settled: lamp" in shown(thread_of(stage.sandbox, name)), "the update"
    )
    wait_for(lambda: state(stage, name) is RequestState.DELIVERED, "the delivery")
    assert len(parents(stage.sandbox, name)) == 1
    assert replies(stage.sandbox, name) == [f"{name} is settled"]
    listed = stage.bots[0].command("results", "--json")
    found = [r["id"] for r in json_lines(listed.stdout) if r["request"] == name]
    assert found == [f"{name}/1"]


def test_two_replicas_do_the_main_job_together(replicated: Stage) -> None:
    wait_for(lambda: replicated.sandbox.connections() == 4, "four connections")
    name = ask(replicated.sandbox)
    url = link(thread_of(replicated.sandbox, name))
    for person in (RAVI, LENA):
        hear_and_answer(person, url)
    expect_settled_once(replicated, name)


def test_ten_questions_at_once_are_each_posted_once(replicated: Stage) -> None:
    # The draft reads no name and no number in the clip's first three seconds, and no
    # word of this clip is settled.
    spans = [f"{0.4 + i * 0.25:.2f}-{0.6 + i * 0.25:.2f}" for i in range(10)]
    names = []
    for span in spans:
        names.append(ask(replicated.sandbox, JONAS, clip="en-us-0005", span=span))
    assert len(set(names)) == len(spans)
    for name in names:
        thread_of(replicated.sandbox, name)
    posts = [c["payload"]["text"] for c in replicated.sandbox.calls("chat.postMessage")]
    assert [posts.count(f"{name}: one word to settle") for name in names] == [1] * len(
        names
    )


def test_a_replica_that_dies_in_a_call_is_replaced_by_the_other(
    replicated: Stage,
) -> None:
    name = ask(replicated.sandbox, span="5.0-5.4")
    url = link(thread_of(replicated.sandbox, name))
    hear_and_answer(RAVI, url)
    # Slack takes its time, so that whoever posts the reply is killed while posting it.
    replicated.sandbox.fault(method="chat.update", delay_s=1.0)
    hear_and_answer(LENA, url)
    victim, survivor = replicated.bots
    victim.kill()
    assert survivor.is_ready()
    expect_settled_once(replicated, name)
    victim.restart()
