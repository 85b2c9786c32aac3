"""Texts of forms that are not submitted yet."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    select,
)

from storage.records import Person
from storage.tables import (
    drafts,
)
from storage.upsert import upsert

# The statement is built once. A person waits for the form while it runs, and building it
# costs as much as running it.
DRAFT = select(drafts.c.body).where(
    drafts.c.team_id == bindparam("team_id"),
    drafts.c.user_id == bindparam("user_id"),
    drafts.c.form == bindparam("form"),
)

# More forms than a person fills in at once. Addresses in a form name its draft, so a
# person could otherwise store any number of them.
MAX_DRAFTS = 50


class Drafts:
    """Reads and writes drafts."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def save(
        self,
        person: Person,
        form: str,
        body: str,
        now: datetime,
    ) -> None:
        """Store the fields a person typed into a form. `body` is JSON.

        A person's oldest drafts are deleted where there are more than `MAX_DRAFTS`.
        """
        row = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "form": form,
        }
        upsert(
            self.connection,
            drafts,
            {
                **row,
                "body": body,
                "saved_at": now,
            },
        )
        self._drop_oldest(person)

    def _drop_oldest(self, person: Person) -> None:
        own = (drafts.c.team_id == person.team_id, drafts.c.user_id == person.user_id)
        newest_first = select(drafts.c.form).where(*own)
        newest_first = newest_first.order_by(drafts.c.saved_at.desc(), drafts.c.form)
        forms = self.connection.execute(newest_first).scalars().all()
        surplus = forms[MAX_DRAFTS:]
        if surplus:
            self.connection.execute(
                delete(drafts).where(*own, drafts.c.form.in_(surplus))
            )

    def by_form(self, person: Person, form: str) -> str | None:
        """Return the JSON of the fields this person typed into the form, or None."""
        key = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "form": form,
        }
        return self.connection.execute(DRAFT, key).scalar_one_or_none()

    def drop(self, person: Person, form: str) -> None:
        """Delete one draft."""
        self.connection.execute(
            delete(drafts).where(
                drafts.c.team_id == person.team_id,
                drafts.c.user_id == person.user_id,
                drafts.c.form == form,
            )
        )

    def forget_before(self, before: datetime) -> None:
        """Delete drafts saved before `before`."""
        self.connection.execute(delete(drafts).where(drafts.c.saved_at < before))

    def forget_clip(self, clip_id: str) -> None:
        """Delete drafts of ask forms that name this clip."""
        named = drafts.c.body.contains(f'"clip": "{clip_id}"', autoescape=True)
        self.connection.execute(delete(drafts).where(drafts.c.form == "ask", named))

    def forget_person(self, person: Person) -> None:
        """Delete all drafts of a person."""
        self.connection.execute(
            delete(drafts).where(
                drafts.c.team_id == person.team_id, drafts.c.user_id == person.user_id
            )
        )
