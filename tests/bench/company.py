"""How a company of 10,000 people becomes known and works, within Slack's limits.

`python -m tests.bench.company [MINUTES]`. The sandbox counts calls by Slack's limits;
its clock and that of help-clip jump second by second, so that minutes pass within
seconds. No event is delivered: people and groups are known by the readings alone. Then
people ask 104 questions a minute for so many minutes, 60 by default.
"""

import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import fmean

from sqlalchemy import select

from bot.rules.desks import Desk, Desks, Holders
from bot.rules.requests import lifecycle
from bot.rules.slack_calls.limits import calls_per_minute
from bot.sandbox.config import BOT_TOKEN, BOT_USER_ID, SandboxConfig
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import SandboxServer, base_url_of, listen
from bot.sandbox.state_file import open_sandbox
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup
from bot.slack.calls.pacer import Pacer
from bot.slack.channel_inspector import (
    ChannelInspector,
    SharedPeople,
    inspection_handlers,
)
from bot.slack.client import KeptWebClient
from bot.threads import outbox_workers, slack_reader
from bot.usecases.channels import inspect
from bot.worker import OutboxWorker
from storage.records import Answer, RequestState, Role
from storage.records.outbox import PostSettledReply, PostThread, UpdateThread
from storage.tables import outbox
from tests.product import GROUPS, Product, build_product
from tests.storage.builders import add_request

N_PEOPLE = 10_000
N_GROUPS = 200
N_CHANNELS = 100
QUESTIONS_A_MINUTE = 104
SETTLED_AFTER_S = 120
LOCALES = (
    "ar-EG cs-CZ da-DK de-DE el-GR en-GB en-US es-ES fi-FI fr-FR he-IL hi-IN hu-HU "
    "it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR ro-RO sv-SE tr-TR uk-UA vi-VN"
).split()
JOINER = "U09999"
LEAVER = "U00000"


@dataclass
class Company:
    """One workspace, one replica of help-clip, and their common clock."""

    product: Product
    sandbox: Sandbox
    client: KeptWebClient

    def __post_init__(self) -> None:
        services, clock = self.product.services, self.product.clock
        self.client.pacer = Pacer(services.store, clock)
        self.reader = slack_reader(services, self.client, clock)
        people = SharedPeople(services=services, client=self.client, clock=clock)
        inspector = ChannelInspector(
            client=self.client,
            people=people,
            own_bots=frozenset({BOT_USER_ID}),
        )
        self.guard = OutboxWorker(
            "guard",
            services,
            inspection_handlers(services, inspector, clock),
            clock,
            timedelta(seconds=20),
        )
        self.seconds = 0

    def pass_second(self) -> None:
        """Let the reader and the guard do what is due, then let a second pass."""
        self.reader.read_due()
        if self.seconds % 15 == 0:
            inspect.check_due(self.product.services, self.product.worker())
        while self.guard.work_once():
            pass
        self.product.pass_time(seconds=1)
        self.sandbox.clock.skew_s += 1
        self.seconds += 1

    def pass_until(self, is_so: Callable[[], bool]) -> int:
        """Return the seconds until it is so."""
        start = self.seconds
        while not is_so():
            self.pass_second()
        return self.seconds - start

    def calls(self) -> Counter[str]:
        """Count the calls so far by method, refused ones apart."""
        found: Counter[str] = Counter()
        for entry in self.sandbox.feed.log:
            if entry["kind"] == "web_api":
                refused = " refused" if entry["status"] == 429 else ""
                found[entry["name"] + refused] += 1
        return found

    def n_unread_groups(self) -> int:
        groups = self.product.services.desks.groups()
        with self.product.services.store.read() as tx:
            return len(groups - tx.groups.read_at(groups).keys())

    def n_unknown_people(self) -> int:
        with self.product.services.store.read() as tx:
            return tx.people.count_to_learn()

    def n_uninspected(self) -> int:
        with self.product.services.store.read() as tx:
            known = tx.channels.by_ids(self.sandbox.workspace.channels)
        return N_CHANNELS - sum(channel.fit for channel in known.values())

    def is_member(self, user_id: str, group_id: str) -> bool:
        with self.product.services.store.read() as tx:
            return group_id in tx.people.member_by_id(user_id).groups


class Work:
    """Questions on all desks in turns, each settled two minutes later."""

    def __init__(self, company: Company) -> None:
        self.company = company
        product = company.product
        workers = outbox_workers(
            product.services,
            company.client,
            product.clock,
            timedelta(seconds=20),
        )
        self.senders = [x for x in workers if x.name in ("alerter", "sender")]
        self.open: deque[tuple[int, int]] = deque()
        self.n_asked = 0

    def pass_second(self, second: int) -> None:
        """Ask and settle what is due in this second, and send what may be sent."""
        while self.n_asked * 60 < (second + 1) * QUESTIONS_A_MINUTE:
            self.open.append((second + SETTLED_AFTER_S, self._ask()))
        while self.open and self.open[0][0] <= second:
            self._settle(self.open.popleft()[1])
        for sender in self.senders:
            while sender.work_once():
                pass
        self.company.pass_second()

    def _ask(self) -> int:
        product = self.company.product
        desk = product.services.desks[f"desk-{self.n_asked % N_CHANNELS}"]
        self.n_asked += 1
        with product.services.store.begin() as tx:
            request = add_request(
                tx,
                desk=desk.id,
                locale=desk.locale,
                clip_id=f"clip-{self.n_asked}",
                asked_at=product.now,
                expires_at=product.now + timedelta(days=1),
            )
            opened = lifecycle.move(
                request,
                RequestState.OPEN,
                opened_at=product.now,
            )
            tx.requests.save(opened)
            tx.outbox.enqueue(PostThread(request_id=request.id), now=product.now)
        return request.id

    def _settle(self, request_id: int) -> None:
        product = self.company.product
        with product.services.store.begin() as tx:
            request = tx.requests.by_id(request_id)
            assert request is not None
            settled = lifecycle.move(
                request,
                RequestState.AGREED,
                settled_answer=Answer.WORDS,
                settled_text="lamp",
                closed_at=product.now,
            )
            tx.requests.save(settled)
            for payload in (UpdateThread, PostSettledReply):
                tx.outbox.enqueue(payload(request_id=request_id), now=product.now)


def measure_work(company: Company, minutes: int) -> None:
    """Print the calls of a stretch of work, and how long its messages wait."""
    before = company.calls()
    work = Work(company)
    for second in range(60 * minutes):
        work.pass_second(second)
    print(f"{work.n_asked} questions in {minutes} minutes on {N_CHANNELS} desks")
    for method, n_calls in sorted((company.calls() - before).items()):
        limit = calls_per_minute(method.removesuffix(" refused"))
        print(f"{method}: {n_calls / minutes:.1f} a minute, Slack allows {limit}")
    now = company.product.now
    with company.product.services.store.read() as tx:
        rows = tx.connection.execute(select(outbox)).all()
    waits: dict[str, dict[str, list[float]]] = {}
    waiting: Counter[str] = Counter()
    for row in rows:
        if row.desk is None:
            continue
        waiting[row.task] += row.done_at is None
        wait = (row.done_at or now) - row.enqueued_at
        of_task = waits.setdefault(row.task, {})
        of_task.setdefault(row.desk, []).append(wait.total_seconds())
    for task, of_desk in waits.items():
        longest = max(max(each) for each in of_desk.values())
        means = [fmean(each) for each in of_desk.values()]
        print(
            f"{task}: {waiting[task]} wait; the longest waited {longest:.0f} s; "
            f"mean by desk {min(means):.0f} to {max(means):.0f} s"
        )


def fill(sandbox: Sandbox) -> Desks:
    """Fill the workspace; return desks with a reviewers' and a leads' group each."""
    workspace = sandbox.workspace
    workspace.people = {BOT_USER_ID: workspace.people[BOT_USER_ID]}
    workspace.channels.clear()
    workspace.usergroups.clear()
    ids = [f"U{number:05}" for number in range(N_PEOPLE)]
    for user_id in ids:
        workspace.people[user_id] = Person(user_id, user_id, user_id.lower())
    size = N_PEOPLE // N_GROUPS
    groups = []
    for number in range(N_GROUPS):
        members = ids[number * size : (number + 1) * size]
        group = UserGroup(
            f"S{number:03}", f"Group {number}", f"group-{number}", members
        )
        workspace.usergroups[group.id] = group
        groups.append(group)
    desks = {}
    for number in range(N_CHANNELS):
        reviewers, leads = groups[2 * number], groups[2 * number + 1]
        channel = Channel(
            id=f"C{number:03}",
            name=f"desk-{number}",
            kind="group",
            members=[BOT_USER_ID, *reviewers.users, *leads.users],
        )
        workspace.channels[channel.id] = channel
        desks[f"desk-{number}"] = Desk(
            id=f"desk-{number}",
            name=f"Desk {number}",
            locale=LOCALES[number % len(LOCALES)],
            channel_id=channel.id,
            holders={
                Role.REVIEWER: Holders(groups=frozenset({reviewers.id})),
                Role.LEAD: Holders(groups=frozenset({leads.id})),
            },
        )
    return Desks(desks=desks)


def measure(company: Company) -> None:
    """Print how long everything takes, and the calls that it took."""
    took = company.pass_until(lambda: company.n_unread_groups() == 0)
    print(f"{N_GROUPS} groups are read after {took} s")
    company.pass_until(lambda: company.n_unknown_people() == 0)
    print(f"{N_PEOPLE:,} people are known after {company.seconds} s")
    company.pass_until(lambda: company.n_uninspected() == 0)
    print(f"{N_CHANNELS} channels are fit after {company.seconds} s")
    print(f"calls of the cold start: {dict(company.calls())}")
    groups = company.sandbox.workspace.usergroups
    groups["S000"].users.append(JOINER)
    took = company.pass_until(lambda: company.is_member(JOINER, "S000"))
    print(f"a joiner counts after {took} s without an event")
    groups["S000"].users.remove(LEAVER)
    took = company.pass_until(lambda: not company.is_member(LEAVER, "S000"))
    print(f"a leaver is out after {took} s without an event")
    before = company.calls()
    for _ in range(600):
        company.pass_second()
    later = company.calls() - before
    for method, n_calls in sorted(later.items()):
        print(f"{method}: {n_calls / 10:.1f} a minute")


def main() -> None:
    """Measure one company on SQLite."""
    listener = listen(SandboxConfig())
    url = base_url_of(listener)
    sandbox = open_sandbox(SandboxConfig(rate_limits="real"), url)
    server = SandboxServer(sandbox)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory() as folder:
        product = build_product(Path(folder))
        with product.services.store.begin() as tx:
            tx.people.forget_all()
            for group_id in GROUPS:
                tx.groups.put(group_id, [], product.now)
        product.services.desks = fill(sandbox)
        client = KeptWebClient(token=BOT_TOKEN, base_url=f"{url}/api/", timeout=10)
        company = Company(product, sandbox, client)
        measure(company)
        minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
        measure_work(company, minutes)
        product.services.store.close()
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    main()
