"""A form with mistakes, sent by a person without access: refused, and on record.

A mistake is no way to try an address off the record, and its sentence reveals nothing.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from bot.errors import NotFound, Refused
from bot.usecases.distress import stop_clip
from bot.usecases.distress.release_together import release_together
from storage.records import Action, Outcome, Severity
from storage.tables import events
from tests.pages.site import JONAS, LENA, RAVI, SAFETY, STRANGER, Site, new_site

ODD = {
    "answer": "nonsense",
    "choice": "nonsense",
    "closeness": "nonsense",
    "severity": "nonsense",
    "side": "nonsense",
    "step": "nonsense",
    "press": "-",
}
PATHS = [
    "/r/{open}/answer",
    "/r/{open}/take-back",
    "/r/{open}/not-me",
    "/r/{open}/withdraw",
    "/r/{open}/appeal",
    "/r/{open}/audio",
    "/rule/{disputed}",
    "/rule/{disputed}/reason",
    "/rule/{disputed}/claim",
    "/rule/{disputed}/question",
    "/closer/ask/{open}",
    "/case/{case}/acknowledge",
    "/case/{case}/not-an-emergency",
    "/case/{case}/hand-over",
    "/case/{case}/step",
    "/case/{case}/close",
    "/case/{case}/hold",
    "/case/{case}/audio",
    "/stopped/{case}/grade",
    "/stopped/{case}/not-enough",
    "/erase/clip/en-us-0001",
    "/mapping",
    "/ask",
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return one site for all tests: each counts what its own visit added."""
    built = new_site(tmp_path_factory.mktemp("site"))
    yield built
    built.services.store.close()


@pytest.fixture(scope="module")
def keys(house: Site) -> dict[str, str]:
    """Return the keys of an open request, of a disputed one and of a case."""
    house.add_clip("copy-1")
    house.add_clip("copy-2")
    open_request = house.asked()
    disputed = house.asked("copy-1")
    house.answer(disputed, RAVI, "lamp")
    house.answer(disputed, JONAS, "lamb")
    stopped = house.asked("copy-2")
    case = stop_clip.stop(house.services, house.act(RAVI), stopped.key).case
    return {
        "open": open_request.key,
        "disputed": disputed.key,
        "case": case.key,
    }


def denials(site: Site, user_id: str) -> int:
    query = select(func.count()).where(
        events.c.outcome == Outcome.DENIED,
        events.c.user_id == user_id,
    )
    with site.services.store.read() as tx:
        return int(tx.connection.execute(query).scalar_one())


@pytest.mark.parametrize("as_script", [False, True], ids=["page", "script"])
@pytest.mark.parametrize("path", PATHS)
def test_an_odd_form_of_an_outsider_is_a_denial_on_record(
    house: Site,
    keys: dict[str, str],
    path: str,
    as_script: bool,
) -> None:
    visitor = house.visitor(STRANGER)
    before = denials(house, STRANGER)
    send = visitor.send if as_script else visitor.post
    response = send(path.format(**keys), **ODD)
    assert response.status_code == 403
    assert denials(house, STRANGER) == before + 1


def test_an_outsider_reads_no_preview_of_a_reason(
    house: Site, keys: dict[str, str]
) -> None:
    path = f"/rule/{keys['disputed']}/reason"
    refused = house.visitor(STRANGER).send(path, reason="call 555 0100")
    assert refused.status_code == 403
    assert "masked" not in refused.json()
    allowed = house.visitor(LENA).send(path, reason="a clear word")
    assert allowed.json()["masked"]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("how", ["post", "get"])
def test_an_outsider_does_not_learn_whether_a_recording_exists(
    house: Site, how: str
) -> None:
    house.add_clip("of-a-child", child=True)
    visitor = house.visitor(STRANGER)
    answers = set()
    for clip_id in ("en-us-0001", "no-such-clip", "of-a-child", "../odd"):
        if how == "post":
            response = visitor.send("/ask", clip=clip_id, seconds="nonsense")
        else:
            response = visitor.get("/ask", params={"clip": clip_id})
        answers.add((response.status_code, response.text.replace(clip_id, "")))
    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1


@pytest.mark.usefixtures("keys")
def test_a_stop_by_a_person_without_a_role_reveals_no_recording(house: Site) -> None:
    sentences = set()
    for named in ("en-us-0001", "no-such-clip", "HC-1001", "HC-999999", ""):
        before = denials(house, STRANGER)
        with pytest.raises(Refused) as refused:
            stop_clip.stop_clip(house.services, house.act(STRANGER), named)
        sentences.add(str(refused.value))
        assert denials(house, STRANGER) == before + 1
    assert len(sentences) == 1
    with pytest.raises(NotFound):
        stop_clip.stop_clip(house.services, house.act(RAVI), "no-such-clip")


def test_an_outsider_does_not_learn_how_grave_a_case_is(
    house: Site, keys: dict[str, str]
) -> None:
    reporter = house.visitor(RAVI)
    graded = reporter.post(f"/stopped/{keys['case']}/grade", severity=Severity.DANGER)
    assert graded.status_code == 303
    reasons = set()
    for user_id in (STRANGER, SAFETY):
        released = release_together(
            house.services,
            house.fresh(user_id),
            [1],
            "The recording is looked after.",
        )
        assert released.cases == []
        reasons.add(released.not_released[0].reason)
    assert len(reasons) == 2
    last = house.events(Action.CASE_CLOSED, Outcome.DENIED)
    assert [each.rule for each in last] == ["not_safety_officer", "danger_alone"]
