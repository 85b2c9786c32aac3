"""Closed pages x readers: thanks first, the own answer, then the outcome."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.pages.wording import closed_sentence, closed_thanks
from bot.usecases.distress import stop_clip
from bot.usecases.listening.view import view
from bot.usecases.requests import withdraw
from bot.usecases.requests.ask import ask
from bot.usecases.requests.choose_span import Typed
from bot.usecases.requests.expire import expire
from bot.usecases.requests.render import render
from storage.records import Request
from tests.desks import with_spare_seats
from tests.pages.site import JONAS, LEAD2, LENA, RAVI, ROSA, Site

THANKS = "Thank you for your answer."


def settle(site: Site) -> Request:
    """Ravi and Jonas agree; Lena only listened."""
    request = site.asked()
    site.hear(request, LENA)
    site.answer(request, RAVI, "lamp")
    site.answer(request, JONAS, "lamp")
    return request


def rule(site: Site) -> Request:
    """Ravi and Jonas differ; Lena rules as Ravi answered."""
    request = site.disputed_and_heard()
    path = f"/rule/{request.key}"
    site.visitor(LENA).post(path, choice="words:lamp", reason="Clear.")
    return request


def dispute(site: Site) -> Request:
    return site.disputed()


def outvote(site: Site) -> Request:
    """Ravi and Lena outvote Jonas, on a desk that asks a third listener."""
    desks = with_spare_seats(site.services.desks, 1)
    services = replace(site.services, desks=desks)
    typed = Typed(clip="en-us-0001", seconds="2.363-2.89")
    request = ask(services, site.act(ROSA), typed).request
    render(site.services, site.act(ROSA), request.id)
    for user_id, word in [(RAVI, "lamp"), (JONAS, "lamb"), (LENA, "lamp")]:
        site.answer(request, user_id, word)
    return request


def stop(site: Site) -> Request:
    """Jonas stops what Ravi heard too."""
    request = site.asked()
    site.hear(request, RAVI)
    stop_clip.stop(site.services, site.act(JONAS), request.key)
    return request


def report(site: Site) -> Request:
    """Ravi heard personal information; a new snippet is to be made."""
    request = site.asked()
    site.hear(request, RAVI)
    path = f"/r/{request.key}/answer"
    site.visitor(RAVI).send(path, answer="heard_personal", confidence="3")
    return request


def let_expire(site: Site) -> Request:
    request = site.asked()
    site.answer(request, RAVI, "lamp")
    site.clock.pass_time(hours=25)
    expire(site.services, site.act(ROSA))
    return request


def take_back(site: Site) -> Request:
    request = site.asked()
    site.hear(request, RAVI)
    withdraw.withdraw(site.services, site.act(ROSA), request.key)
    return request


End = Callable[[Site], Request]


@pytest.mark.parametrize(
    ("end", "reader", "thanks", "sentence"),
    [
        (settle, ROSA, "", "You asked this one, and this is the outcome."),
        (settle, RAVI, THANKS, "Settled, thanks to you and your colleagues."),
        (settle, LENA, "Thank you for listening.", "Colleagues settled this one."),
        (settle, LEAD2, "", "Colleagues settled this one."),
        (outvote, RAVI, THANKS, "Settled, thanks to you and your colleagues."),
        (outvote, JONAS, THANKS, "More of your colleagues heard it in another way."),
        (rule, ROSA, "", "You asked this one, and this is the outcome."),
        (rule, RAVI, THANKS, "A lead heard it as you did."),
        (rule, JONAS, THANKS, "A lead decided otherwise."),
        (rule, LENA, "Thank you for the ruling.", "You settled it by your ruling."),
        (dispute, RAVI, THANKS, "The answers differ, so a lead decides."),
        (stop, RAVI, "Thank you for listening.", "You heard it too."),
        (stop, LENA, "", "This recording is closed to all people"),
        (report, RAVI, "Thank you for the report.", "removed at once. A new one"),
        (report, JONAS, "", "The snippet is being prepared."),
        (report, ROSA, "", "Your snippet is being prepared"),
        (let_expire, RAVI, THANKS, "Not enough people answered in time."),
        (let_expire, ROSA, "", "Ask again if you still need it."),
        (take_back, RAVI, "Thank you for listening.", "needs no answer any more"),
    ],
)
def test_a_closed_page_speaks_to_its_reader(
    site: Site,
    end: End,
    reader: str,
    thanks: str,
    sentence: str,
) -> None:
    request = end(site)
    page = view(site.services, site.act(reader), request.key)
    assert closed_thanks(page) == thanks
    assert sentence in closed_sentence(page)
    shown = site.visitor(reader).get(f"/r/{request.key}").text
    assert thanks in shown
    assert sentence in shown
    assert ('id="care"' in shown) is page.needs_care
    if page.proposal is not None:
        own = shown.index('class="said"')
        assert shown.index("Thank you") < own < shown.index(sentence)
