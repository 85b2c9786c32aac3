"""The log in Slack: the auditors' channel and the command, in a workspace."""

from sqlalchemy import select, update

from storage.audit.checkpoint import pasted
from storage.audit.tables import checkpoints, tiles
from tests.house import AMIR, ROSA
from tests.pages.world import TestClient
from tests.slack.office import Office, written


def test_the_auditors_channel_gets_the_signed_checkpoint(office: Office) -> None:
    office.ask(ROSA)
    message = office.wait(lambda: next(iter(office.messages(AMIR, "C0AUDIT001")), None), seconds=30)
    assert message["text"] == "Access log checkpoint"
    assert "help-clip audit verify --checkpoint" in written(message)
    with office.program.services.store.read() as tx:
        signed = tx.connection.execute(select(checkpoints.c.note)).scalars().all()
    assert pasted(written(message)) in signed
    assert "en-us-0001" not in written(message)
    assert ROSA not in written(message)


def test_a_log_that_cannot_be_signed_is_said_where_operators_look(office: Office) -> None:
    program, store = office.program, office.program.services.store
    web = TestClient(program.web)
    assert web.get("/readyz").text == "ready\n"
    with store.begin() as tx:
        kept = tx.connection.execute(select(tiles).where(tiles.c.level == 0)).mappings().one()
        changed = b"x" * len(kept["hashes"])
        tx.connection.execute(update(tiles).where(tiles.c.level == 0).values(hashes=changed))
    office.ask(ROSA)  # work goes on
    said = office.wait(lambda: (text := web.get("/readyz").text) != "ready\n" and text)
    assert said.startswith("ready, but the access log is not signed: The stored tree is not")
    assert web.get("/readyz").status_code == 200
    assert "help_clip_log_trouble 1.0" in web.get("/metrics").text
    with store.begin() as tx:
        tx.connection.execute(update(tiles).where(tiles.c.level == 0).values(kept))
    office.wait(lambda: web.get("/readyz").text == "ready\n")
