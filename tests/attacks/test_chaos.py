"""An hour with three replicas and faults at random: nothing is lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import HelpClipError
from bot.usecases.distress import stop_clip
from bot.usecases.requests import adjudicate, withdraw
from storage.audit.checks.state import check_state
from storage.errors import StorageError
from storage.records import Answer, Request, RequestState
from tests.attacks.chaotic_house import House, chaotic_house
from tests.databases import Postgres, postgres  # noqa: F401
from tests.product import JONAS, LENA, RAVI, ROSA, Product

HOUR_S = 3_600
STEP_S = 15
SEEDS = (1, 2)
N_REQUESTS = 24
FAULTS = {
    "Slack",
    "database",
    "object store",
    "sink away",
    "answer of the sink lost",
    "killed before a call",
    "killed after a call",
}
SETTLED = (
    RequestState.AGREED,
    RequestState.ADJUDICATED,
    RequestState.DELIVERED,
)
POSTED = (*SETTLED, RequestState.OPEN, RequestState.DISPUTED)


def spans() -> Iterator[str]:
    """Yield spans of the first clip that do not overlap and lie beside its names."""
    for start_ms in range(100, 9_000, 100):
        if not 2_900 <= start_ms < 3_700 and not 4_200 <= start_ms < 4_900:
            yield f"{start_ms / 1000:.3f}-{(start_ms + 80) / 1000:.3f}"


@dataclass
class People:
    """What the people of the house were told was done, and nothing else."""

    house: House
    asked: list[Request] = field(default_factory=list)
    answered: set[tuple[int, str]] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._spans = spans()

    def do(self, act: Callable[[Product], Any]) -> Any:
        """Let a person act on any replica. An error is shown, and counts as undone."""
        replica = self.house.any_replica()
        if replica is None:
            return None
        try:
            return act(replica.at_work())
        except (HelpClipError, StorageError, OperationalError) as error:
            self.refused[type(error).__name__] += 1
            return None

    def ask(self) -> None:
        span = next(self._spans)
        asked = self.do(lambda product: product.ask(ROSA, span=span))
        if asked is not None:
            self.asked.append(asked.request)

    def answer(self, request: Request) -> None:
        random = self.house.chaos.random
        person = random.choice((RAVI, JONAS))
        word = random.choice(("lamp", "lamp", "lamp", "lamb"))
        if self.do(lambda product: product.answer(person, request, word)) is not None:
            self.answered.add((request.id, person))

    def rule(self, request: Request) -> None:
        def rule(product: Product) -> None:
            product.hear(LENA, request)
            adjudicate.adjudicate(
                product.services,
                product.act(LENA),
                request.key,
                answer=Answer.WORDS,
                text="lamp",
                reason="I hear a p.",
            )

        self.do(rule)

    def withdraw(self, request: Request) -> None:
        self.do(lambda p: withdraw.withdraw(p.services, p.act(ROSA), request.key))

    def act(self) -> None:
        """Do one thing that is possible now."""
        random = self.house.chaos.random
        if len(self.asked) < N_REQUESTS and random.random() < 0.2:
            self.ask()
        if not self.asked:
            return
        request = self.house.product.request(random.choice(self.asked))
        if request.state is RequestState.DISPUTED:
            self.rule(request)
        elif request.state is RequestState.OPEN and random.random() < 0.04:
            self.withdraw(request)
        elif request.state is RequestState.OPEN:
            self.answer(request)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.mark.parametrize("seed", SEEDS)
def test_an_hour_of_faults_loses_nothing_and_doubles_nothing(
    database: str | None, tmp_path: Path, seed: int
) -> None:
    if database is not None and seed != SEEDS[0]:
        pytest.skip("one hour on PostgreSQL is enough")
    with chaotic_house(tmp_path, database, seed) as house:
        people = People(house)
        for _ in range(HOUR_S // STEP_S):
            people.act()
            house.step(STEP_S)
        stop_one(house)
        house.come_to_rest()
        assert house.chaos.struck.keys() == FAULTS
        check(house, people)


def stop_one(house: House) -> None:
    """Stop another recording, so that its officers are paged among the faults."""
    product = house.product
    house.chaos.is_on = False
    request = product.open(ROSA, clip="en-us-0002")
    house.chaos.is_on = True
    stop_clip.stop(product.services, product.act(RAVI), request.key)


def check(house: House, people: People) -> None:
    """Compare what people were told, the state, the log, Slack and the sink."""
    product = house.product
    requests = {request.id: product.request(request) for request in people.asked}
    assert len(requests) == len(people.asked), "a request was given out twice"
    with product.services.store.read() as tx:
        for request_id, person in people.answered:
            proposals = tx.proposals.of_request(request_id)
            assert person in [each.proposer.user_id for each in proposals]
    messages = messages_of(house)
    rows = Counter(row for message in messages if (row := row_of(message)))
    assert [row for row, count in rows.items() if count > 1] == [], "posted twice"
    texts = Counter(message["text"] for message in messages)
    for request in requests.values():
        parents = [text for text in texts.elements() if is_parent(text, request)]
        if request.state in POSTED:
            assert len(parents) == 1, request.state
        is_settled = request.state in SETTLED
        assert texts[f"{request.name} is settled"] == int(is_settled), request.state
    settled = {each.name for each in requests.values() if each.state in SETTLED}
    results = [result.id for result in product.services.sink.results()]
    assert len(results) == len(set(results)), "delivered twice"
    assert len(results) >= len(settled) > 0
    check_state(product.services.store)


def is_parent(text: str, request: Request) -> bool:
    return text.startswith(f"{request.name}:")


def row_of(message: dict[str, Any]) -> str | None:
    payload = message.get("metadata", {}).get("event_payload", {})
    row: str | None = payload.get("row")
    return row


def messages_of(house: House) -> list[dict[str, Any]]:
    """Return every message of the workspace, direct ones and replies included."""
    channels = house.sandbox.workspace.channels.values()
    return [message for each in channels for message in each.messages.values()]
