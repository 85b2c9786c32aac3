"""How long a company of 10,000 people takes to be known, within Slack's limits.

`python -m tests.bench.company`. The sandbox counts calls by Slack's limits; its clock
and that of help-clip jump second by second, so that minutes pass within seconds. No
event is delivered: every number is that of the readings alone.
"""

import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.rules.desks import Desk, Desks, Holders
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
from bot.threads import slack_reader
from bot.usecases.channels import inspect
from bot.worker import OutboxWorker
from storage.records import Role
from tests.product import GROUPS, Product, build_product

N_PEOPLE = 10_000
N_GROUPS = 200
N_CHANNELS = 100
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
            locale="en-US",
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
        measure(Company(product, sandbox, client))
        product.services.store.close()
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    main()
