"""A person's own figures."""

from bot.rules.quality.own import OwnFigures, own_figures
from storage.records import Answer, Difficulty, Proposal, Request, RequestState
from tests.rules.quality.worked import request, worked


def answered(of: Request, word: str | None) -> tuple[Request, Proposal]:
    return of, worked(of, [word]).proposals[0]


def test_own_answers_are_compared_with_the_settled_word_by_difficulty() -> None:
    noisy = request(difficulties=(Difficulty.NOISE,))
    found = own_figures(
        [
            answered(noisy, "Lamp."),
            answered(noisy, "lamb"),
            answered(request(), "lamp"),
        ]
    )
    assert found == [
        OwnFigures(difficulty="", answered=3, same=2),
        OwnFigures(difficulty="noise", answered=2, same=1),
        OwnFigures(difficulty="none", answered=1, same=1),
    ]


def test_open_purged_and_unsettled_requests_do_not_count() -> None:
    found = own_figures(
        [
            answered(request(RequestState.OPEN, word=None, answer=None), "lamp"),
            answered(request(RequestState.EXPIRED, word=None, answer=None), "lamp"),
            answered(request(word=None), "lamp"),
            answered(request(), None),
        ]
    )
    assert found == [OwnFigures(difficulty="", answered=0, same=0)]


def test_a_word_given_for_speech_that_is_unintelligible_is_another_reading() -> None:
    unclear = request(word=None, answer=Answer.CANT_TELL)
    (line, *_) = own_figures([answered(unclear, "lamp")])
    assert (line.answered, line.same) == (1, 0)
