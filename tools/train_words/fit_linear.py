"""Fit one language's model and choose its thresholds. Needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.redaction.words import rule_reasons
from bot.redaction.words.business_call import BusinessCallModel, words_of
from bot.redaction.words.features import N_BUCKETS, Lexicon, features
from bot.redaction.words.linear import Model, Weights
from bot.redaction.words.tokens import Kind, Unit, group
from tools.train_words.corpus import Utterance

PERSONAL_WEIGHT = 5.0
INVERSE_REGULARISATION = 0.1
_LEAST_HEARD = 3
_COUNTED = (Kind.WORD, Kind.LETTER, Kind.LETTERS)

Table = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Scores:
    """Out-of-fold scores, one row a word.

    They are log-odds of direct and of indirect, +inf where a rule masks, -inf for
    symbols; `tiers` as in the corpus; `sources` names each word's source.
    """

    odds: NDArray[np.float64]
    tiers: NDArray[np.int64]
    words: NDArray[np.str_]
    sources: NDArray[np.str_]

    def where(self, kept: NDArray[np.bool_]) -> Scores:
        """Return the rows for which `kept` holds."""
        return Scores(
            self.odds[kept], self.tiers[kept], self.words[kept], self.sources[kept]
        )


def fit(
    utterances: Sequence[Utterance],
    source_weights: Mapping[str, float],
    lexicon: Lexicon,
) -> tuple[Weights, Weights]:
    """Return a regression trained on these utterances."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, unused-ignore]

    columns: list[int] = []
    ends: list[int] = [0]
    tiers: list[int] = []
    weights: list[float] = []
    for utterance in utterances:
        units = group(utterance.words, lexicon.language)
        own = count([utterance], [units])
        for unit, row in zip(units, features(units, lexicon, own), strict=True):
            tier = utterance.tier_of(unit)
            if tier == 3:
                continue
            columns += row
            ends.append(len(columns))
            tiers.append(tier)
            weights.append(
                source_weights[utterance.source] * (PERSONAL_WEIGHT if tier else 1)
            )
    rows = csr_matrix(
        (
            np.ones(len(columns), np.float32),
            np.array(columns, np.int32),
            np.array(ends),
        ),
        shape=(len(tiers), N_BUCKETS),
    )
    regression: Any = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200)
    regression.fit(rows, np.array(tiers), sample_weight=np.array(weights))
    found, bias = regression.coef_, regression.intercept_
    return (
        np.ascontiguousarray((found[1:] - found[:1]).T, np.float32),
        (bias[1:] - bias[0]).astype(np.float32),
    )


def fit_talk(
    utterances: Sequence[Utterance],
    business: Sequence[str],
    lexicon: Lexicon,
) -> BusinessCallModel:
    """Return weights that separate utterances of these sources from all others.

    Both are taken as equally frequent.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    heard = [words_of(group(each.words, lexicon.language)) for each in utterances]
    times = Counter(chain.from_iterable(heard))
    often = {word for word, n in times.items() if n >= _LEAST_HEARD}
    words = sorted(often & lexicon.counts.keys())
    place = {word: i for i, word in enumerate(words)}
    known = [[place[word] for word in each if word in place] for each in heard]
    columns = list(chain.from_iterable(known))
    ends = list(accumulate(map(len, known), initial=0))
    rows = csr_matrix(
        (np.ones(len(columns)), columns, ends), shape=(len(heard), len(words))
    )
    regression: Any = LogisticRegression(
        C=1.0,
        max_iter=400,
        class_weight="balanced",
    )
    regression.fit(rows, [each.source in business for each in utterances])
    weights = regression.coef_[0].astype(np.float16).tolist()
    return BusinessCallModel(
        float(regression.intercept_[0]), dict(zip(words, weights, strict=True))
    )


def lexicon_of(
    utterances: Sequence[Utterance],
    names: Mapping[str, str],
    language: str,
) -> Lexicon:
    """Return the words of the language with their counts in these utterances.

    Utterances of other languages are passed over.
    """
    own = [each for each in utterances if each.language == language]
    return Lexicon(
        language, count(own, [group(each.words, language) for each in own]), names
    )


def count(utterances: Sequence[Utterance], grouped: Sequence[Sequence[Unit]]) -> Table:
    """Return for each unit key (times met, times personal).

    Words of the neutral tier are not counted.
    """
    table: Table = {}
    for utterance, units in zip(utterances, grouped, strict=True):
        for unit in units:
            tier = utterance.tier_of(unit)
            if unit.kind in _COUNTED and tier != 3:
                met, personal = table.get(unit.key, (0, 0))
                table[unit.key] = met + 1, personal + (tier > 0)
    return table


def score(model: Model, utterances: Sequence[Utterance]) -> Scores:
    """Return the model's and the rules' scores of utterances it was not trained on."""
    odds: list[NDArray[np.float64]] = []
    tiers: list[int] = []
    words: list[str] = []
    sources: list[str] = []
    for utterance in utterances:
        odds.append(_word_odds(model, utterance.words))
        tiers += utterance.tiers
        words += utterance.words
        sources += [utterance.source] * len(utterance.words)
    return Scores(
        np.concatenate(odds), np.array(tiers), np.array(words), np.array(sources)
    )


def _word_odds(model: Model, words: Sequence[str]) -> NDArray[np.float64]:
    units = group(words, model.lexicon.language)
    odds = np.repeat(
        model.scores(units).astype(np.float64),
        [unit.end - unit.start for unit in units],
        axis=0,
    )
    odds[[bool(reason) for reason in rule_reasons(words, units, model)]] = np.inf
    odds[[not any(char.isalnum() for char in word) for word in words]] = -np.inf
    return odds


def joined(parts: Sequence[Scores]) -> Scores:
    """Return all rows of all parts."""
    return Scores(
        np.concatenate([part.odds for part in parts]),
        np.concatenate([part.tiers for part in parts]),
        np.concatenate([part.words for part in parts]),
        np.concatenate([part.sources for part in parts]),
    )


def leak_and_over(
    scores: Scores,
    thresholds: tuple[float, float],
    tiers: Sequence[int],
) -> tuple[float, float]:
    """Return (share of personal words shown, share of other words masked)."""
    count = tally(scores, thresholds, tiers)
    return count["shown"] / count["personal"], count["masked"] / count["harmless"]


def tally(
    scores: Scores,
    thresholds: tuple[float, float],
    tiers: Sequence[int],
) -> dict[str, int]:
    """Count personal words and shown ones, other words and masked ones."""
    masked: NDArray[np.bool_] = np.any(scores.odds > np.array(thresholds), axis=1)
    personal, harmless = np.isin(scores.tiers, tiers), scores.tiers == 0
    return {
        "shown": int((personal & ~masked).sum()),
        "personal": int(personal.sum()),
        "masked": int((harmless & masked).sum()),
        "harmless": int(harmless.sum()),
    }


def choose_thresholds(
    scores: Scores,
    most_over: float,
    tiers: Sequence[int],
    offsets: Sequence[float],
) -> tuple[float, float]:
    """Return the thresholds that leak least below a share of masked harmless words.

    `most_over` is that share. `offsets`: how much easier an indirect identifier may
    pass than a direct one.
    """
    best = (2.0, (0.0, 0.0))
    harmless = scores.tiers == 0
    for offset in offsets:
        lifted = np.maximum(scores.odds[:, 0], scores.odds[:, 1] - offset)
        cut = float(np.quantile(lifted[harmless], 1 - most_over, method="higher"))
        pair = cut, cut + offset
        best = min(best, (leak_and_over(scores, pair, tiers)[0], pair))
    return best[1]
