"""Agreement of blind answers on harmless words, and words that are often confused.

A request counts if its answers were blind, its words are still kept, and its settled
word is harmless, or one of its readings where none is settled. A personal word as a
dissent counts as one more reading: leaving such requests out would leave out dissent,
and show more agreement than there is. No coefficient shows a word; a confusion does, so
both of its words have to be harmless.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.rules.quality.alpha import Agreement, measure_agreement
from bot.rules.quality.figures import FEWEST_PEOPLE
from bot.rules.requests.agreement import proposal_key, reading_key
from storage.records import Answer, Person, Proposal, Request, WorkedRequest

FEWEST_REQUESTS = 50
# The newest requests that count: enough for an interval of a few hundredths.
MOST_REQUESTS = 20_000
# A confusion is shown when so many people made it, so that it is nobody's own.
FEWEST_CONFUSED = 3
MOST_CONFUSIONS = 50

# Whether a text in a locale holds a personal word.
IsPersonal = Callable[[str, str], bool]


class TooFew(StrEnum):
    """Why agreement is not computed."""

    REQUESTS = "requests"
    PEOPLE = "people"
    VALUES = "values"


@dataclass(
    frozen=True,
    kw_only=True,
)
class Confusion:
    """A word that several people heard as another one than the settled one."""

    heard: str
    settled: str
    locale: str
    answers: int
    people: int


@dataclass(
    frozen=True,
    kw_only=True,
)
class Readings:
    """The agreement of a set of requests, and its confusions, the most frequent first.

    `agreement` is None for the reason `too_few`. `requests` and `people` count what
    there was.
    """

    agreement: Agreement | None
    too_few: TooFew | None
    requests: int
    people: int
    confusions: tuple[Confusion, ...]


def compare_readings(
    worked: Iterable[WorkedRequest],
    is_personal: IsPersonal,
) -> Readings:
    """Return agreement and confusions of the requests; at most `MOST_REQUESTS` count."""
    units: list[list[tuple[str, Answer, str]]] = []
    people: set[Person] = set()
    confused: dict[_Pair, list[Proposal]] = defaultdict(list)
    for each in worked:
        if len(units) == MOST_REQUESTS:
            break
        if not _counts(each, is_personal):
            continue
        locale = each.request.locale
        values = [(locale, *proposal_key(one, locale)) for one in each.proposals]
        units.append(values)
        people.update(one.proposer for one in each.proposals)
        _add_confusions(confused, each, is_personal)
    too_few = _too_few(len(units), len(people))
    agreement = None
    confusions: tuple[Confusion, ...] = ()
    if too_few is None:
        agreement = measure_agreement(units)
        confusions = _most_frequent(confused)
        if agreement is None:
            too_few = TooFew.VALUES
    return Readings(
        agreement=agreement,
        too_few=too_few,
        requests=len(units),
        people=len(people),
        confusions=confusions,
    )


@dataclass(
    frozen=True,
    kw_only=True,
)
class _Pair:
    locale: str
    heard: str
    settled: str


def _counts(worked: WorkedRequest, is_personal: IsPersonal) -> bool:
    """Return whether a request has two kept answers, given blind, on a harmless word."""
    request = worked.request
    if len(worked.proposals) < 2 or not request.blind or request.settled_personal:
        return False
    words = [each for each in worked.proposals if each.answer is Answer.WORDS]
    texts = [each.text for each in words if each.text is not None]
    if len(texts) < len(words):
        return False
    settled = _settled_word(request)
    if settled is not None:
        return not is_personal(settled, request.locale)
    return not texts or not all(is_personal(text, request.locale) for text in texts)


def _add_confusions(
    confused: dict[_Pair, list[Proposal]],
    worked: WorkedRequest,
    is_personal: IsPersonal,
) -> None:
    request = worked.request
    settled = _settled_word(request)
    if settled is None or is_personal(settled, request.locale):
        return
    right = reading_key(Answer.WORDS, settled, request.locale)
    for each in worked.proposals:
        if each.text is None or is_personal(each.text, request.locale):
            continue
        key = proposal_key(each, request.locale)
        if each.answer is Answer.WORDS and key != right:
            pair = _Pair(
                locale=request.locale,
                heard=key[1],
                settled=right[1],
            )
            confused[pair].append(each)


def _settled_word(request: Request) -> str | None:
    if request.settled_answer is not Answer.WORDS:
        return None
    return request.settled_text


def _too_few(requests: int, people: int) -> TooFew | None:
    if requests < FEWEST_REQUESTS:
        return TooFew.REQUESTS
    if people < FEWEST_PEOPLE:
        return TooFew.PEOPLE
    return None


def _most_frequent(
    confused: dict[_Pair, list[Proposal]],
) -> tuple[Confusion, ...]:
    found = []
    for pair, answers in confused.items():
        people = {each.proposer for each in answers}
        if len(people) >= FEWEST_CONFUSED:
            confusion = Confusion(
                heard=_usual_spelling(answers),
                settled=pair.settled,
                locale=pair.locale,
                answers=len(answers),
                people=len(people),
            )
            found.append(confusion)
    found.sort(key=lambda each: (-each.answers, each.settled, each.heard))
    return tuple(found[:MOST_CONFUSIONS])


def _usual_spelling(answers: Sequence[Proposal]) -> str:
    spellings = Counter(each.text for each in answers if each.text)
    return min(spellings, key=lambda text: (-spellings[text], text))
