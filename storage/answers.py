"""What people did with a request: listens, proposals, declines, adjudications."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from storage.records import Adjudication, Answer, Closeness, Listen, Person, Proposal
from storage.tables import adjudications, declines, listens, proposals


class AnswerRows:
    """Methods of `Transaction` about listening and answering."""

    connection: Connection

    def put_proposal(self, proposal: Proposal) -> None:
        """Store a person's answer; a later one replaces the earlier one."""
        who = (
            (proposals.c.request_id == proposal.request_id)
            & (proposals.c.proposer_team == proposal.proposer.team_id)
            & (proposals.c.proposer_user == proposal.proposer.user_id)
        )
        self.connection.execute(delete(proposals).where(who))
        self.connection.execute(
            insert(proposals).values(
                request_id=proposal.request_id,
                proposer_team=proposal.proposer.team_id,
                proposer_user=proposal.proposer.user_id,
                answer=proposal.answer,
                text=proposal.text,
                confidence=proposal.confidence,
                made_at=proposal.made_at,
                withdrawn_at=proposal.withdrawn_at,
            )
        )

    def proposals(self, request_id: int) -> list[Proposal]:
        """Standing proposals, oldest first; withdrawn ones are left out."""
        query = (
            select(proposals)
            .where(proposals.c.request_id == request_id, proposals.c.withdrawn_at.is_(None))
            .order_by(proposals.c.made_at, proposals.c.proposer_user)
        )
        return [_proposal(row) for row in self.connection.execute(query).mappings()]

    def proposal_of(self, request_id: int, person: Person) -> Proposal | None:
        """This person's standing proposal."""
        return next((p for p in self.proposals(request_id) if p.proposer == person), None)

    def forget_proposals(self, request_id: int) -> None:
        """Delete every proposal, withdrawn ones included (erasure)."""
        self.connection.execute(delete(proposals).where(proposals.c.request_id == request_id))

    def answered_by(self, person: Person, request_ids: Iterable[int]) -> set[int]:
        """Which of these requests this person has answered or declined."""
        ids = list(request_ids)
        answered = select(proposals.c.request_id).where(
            proposals.c.request_id.in_(ids),
            proposals.c.proposer_team == person.team_id,
            proposals.c.proposer_user == person.user_id,
            proposals.c.withdrawn_at.is_(None),
        )
        declined = select(declines.c.request_id).where(
            declines.c.request_id.in_(ids),
            declines.c.team_id == person.team_id,
            declines.c.user_id == person.user_id,
        )
        return set(self.connection.execute(answered.union(declined)).scalars())

    def add_decline(self, request_id: int, person: Person, now: datetime) -> bool:
        """Remember "not me". False when it was already said."""
        if self.has_declined(request_id, person):
            return False
        self.connection.execute(
            insert(declines).values(
                request_id=request_id,
                team_id=person.team_id,
                user_id=person.user_id,
                declined_at=now,
            )
        )
        return True

    def has_declined(self, request_id: int, person: Person) -> bool:
        """Whether this person said "not me"."""
        query = select(declines.c.request_id).where(
            declines.c.request_id == request_id,
            declines.c.team_id == person.team_id,
            declines.c.user_id == person.user_id,
        )
        return self.connection.execute(query).first() is not None

    def add_listen(self, listen: Listen) -> None:
        """Store one granted press of play. Raises `IntegrityError` when the press was used."""
        self.connection.execute(
            insert(listens).values(
                id=listen.id,
                request_id=listen.request_id,
                listener_team=listen.listener.team_id,
                listener_user=listen.listener.user_id,
                press=listen.press,
                granted_at=listen.granted_at,
                closeness=listen.closeness,
                played_ms=listen.played_ms,
                loops=listen.loops,
            )
        )

    def listens_of(self, request_id: int, person: Person) -> list[Listen]:
        """This person's listens to one request, oldest first."""
        return [x for x in self.listens(request_id) if x.listener == person]

    def listens(self, request_id: int) -> list[Listen]:
        """Every listen to one request, oldest first."""
        query = select(listens).where(listens.c.request_id == request_id)
        rows = self.connection.execute(query.order_by(listens.c.granted_at, listens.c.id))
        return [_listen(row) for row in rows.mappings()]

    def save_played(self, listen_id: str, *, played_ms: int, loops: int) -> None:
        """Write how much of the span was heard."""
        self.connection.execute(
            update(listens)
            .where(listens.c.id == listen_id)
            .values(played_ms=played_ms, loops=loops)
        )

    def add_adjudication(self, adjudication: Adjudication) -> None:
        """Append a decision; earlier ones stay."""
        self.connection.execute(
            insert(adjudications).values(
                request_id=adjudication.request_id,
                lead_team=adjudication.lead.team_id,
                lead_user=adjudication.lead.user_id,
                answer=adjudication.answer,
                text=adjudication.text,
                reason=adjudication.reason,
                made_at=adjudication.made_at,
            )
        )

    def adjudications(self, request_id: int) -> list[Adjudication]:
        """All decisions on one request, oldest first."""
        query = select(adjudications).where(adjudications.c.request_id == request_id)
        rows = self.connection.execute(query.order_by(adjudications.c.id))
        return [_adjudication(row) for row in rows.mappings()]


def _proposal(row: RowMapping) -> Proposal:
    return Proposal(
        request_id=row["request_id"],
        proposer=Person(team_id=row["proposer_team"], user_id=row["proposer_user"]),
        answer=Answer(row["answer"]),
        text=row["text"],
        confidence=row["confidence"],
        made_at=row["made_at"],
        withdrawn_at=row["withdrawn_at"],
    )


def _listen(row: RowMapping) -> Listen:
    return Listen(
        id=row["id"],
        request_id=row["request_id"],
        listener=Person(team_id=row["listener_team"], user_id=row["listener_user"]),
        press=row["press"],
        granted_at=row["granted_at"],
        closeness=Closeness(row["closeness"]) if row["closeness"] else None,
        played_ms=row["played_ms"],
        loops=row["loops"],
    )


def _adjudication(row: RowMapping) -> Adjudication:
    return Adjudication(
        request_id=row["request_id"],
        lead=Person(team_id=row["lead_team"], user_id=row["lead_user"]),
        answer=Answer(row["answer"]),
        text=row["text"],
        reason=row["reason"],
        made_at=row["made_at"],
    )
