"""Train and write the shipped models: `python -m tools.train_words.train DATA`.

DATA is a folder of annotated transcripts (docs/words.md).  Needs scikit-learn and
PyTorch; the gazetteer (`--gazetteer`) needs Faker and Babel.  Nothing here is used at
run time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.redaction.words.business_call import COMMANDS
from bot.redaction.words.features import N_BUCKETS
from bot.redaction.words.linear import Model, gazetteer
from tools.train_words.corpus import Utterance, read
from tools.train_words.fit_linear import (
    Scores,
    choose_thresholds,
    fit,
    fit_talk,
    joined,
    lexicon_of,
    score,
    tally,
)
from tools.train_words.fit_network import fit as fit_net
from tools.train_words.fit_network import save as save_net
from tools.train_words.written_words import write as write_words

MODELS = Path(__file__).parents[2] / "bot/redaction/words/models"

SOURCES = {
    "en": {
        "massive": 1,
        "slurp": 1,
        "nlu-eval": 1,
        "nlupp": 0.5,
        "presidio-synth-spoken": 0.5,
    },
    "de": {"massive": 1.0},
    "sw": {"massive": 1.0},
}
"""What each language learns from, with its weight.  Never xsid (share-alike), and never
restaurant8k, which stands for names not met in training."""

ASSISTANT = ("massive", "slurp", "nlu-eval")
"""The sources over-masking is measured on when thresholds are chosen."""

BUSINESS = ("nlupp",)
"""The sources in which people talk with a business; the rest are commands, and identity answers."""

LEAST_WEIGHT = 0.004
"""Smaller weights are dropped: they are two thirds of all and change no decision."""

MOST_OVER = {
    "en": {
        "all": 0.135,
        "direct": 0.059,
    },
    "de": {
        "all": 0.115,
        "direct": 0.055,
    },
    "sw": {
        "all": 0.15,
        "direct": 0.08,
    },
}
"""Operating point -> the share of harmless words it may mask."""

FUNCTION_WORDS = (
    "the a an of and or in at on to for from by with my our your his her their this that is next"
    " near between within under dot . der die das den dem des und von vom zu zum zur im in am an"
    " mit für ya wa la za na kwa"
).split()
"""Not counted as personal in the "content" figures: annotators' span borders are loose there."""

_TIERS = {
    "all": (1, 2),
    "direct": (1,),
}
_OFFSETS = {
    "all": (-1.0, -0.5, 0.0, 0.5, 1.0),
    "direct": (0.0, 1.0, 2.0, 4.0, 9.0),
}


N_FOLDS = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Train every language; write its model and the figures of cross-validation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument(
        "--gazetteer", action="store_true", help="build gazetteer.txt first"
    )
    parser.add_argument(
        "--written", action="store_true", help="build lists/en/written.txt first"
    )
    options = parser.parse_args(arguments)
    if options.gazetteer:
        from tools.train_words.gazetteer import write as write_names

        write_names(options.models / "gazetteer.txt")
    if options.written:
        write_words(MODELS.parent / "lists/en/written.txt", gazetteer())
    everything = [
        each
        for language in SOURCES
        for each in read(options.data, SOURCES[language], language)
    ]
    found = cross_validate(everything)
    models = train(everything)
    save_net(models["en"].net, options.models / "net.npz")
    for language, model in models.items():
        thresholds = choose(language, found[language])
        save(replace(model, thresholds=thresholds), options.models / f"{language}.npz")
        report = (
            json.dumps(_found(found[language], thresholds), indent=1, sort_keys=True)
            + "\n"
        )
        (options.models / f"{language}.measured.json").write_text(
            report, encoding="utf-8"
        )


def train(utterances: Sequence[Utterance]) -> dict[str, Model]:
    """Return a model of each language, without thresholds.

    All share one network; each has its own regression.
    """
    lexicons = {name: lexicon_of(utterances, gazetteer(), name) for name in SOURCES}
    net = fit_net(utterances, lexicons, SOURCES)
    models = {}
    for name, lexicon in lexicons.items():
        part = [each for each in utterances if each.language == name]
        weights, bias = fit(part, SOURCES[name], lexicon)
        calls = not {each.source for each in part}.isdisjoint(BUSINESS)
        talk = COMMANDS
        if calls:
            talk = fit_talk(part, BUSINESS, lexicon)
        models[name] = _rounded(
            Model(
                lexicon,
                weights,
                bias,
                net,
                talk,
                {},
            )
        )
    return models


def cross_validate(utterances: Sequence[Utterance]) -> dict[str, Scores]:
    """Score each language's utterances by models of the other folds.

    For each fold the models are trained on the rest, and score the fold. No model has
    seen the utterances or their translations.
    """
    parts: dict[str, list[Scores]] = {name: [] for name in SOURCES}
    for fold in range(N_FOLDS):
        models = train([each for each in utterances if each.fold(N_FOLDS) != fold])
        held_out = [each for each in utterances if each.fold(N_FOLDS) == fold]
        for name, model in models.items():
            parts[name].append(
                score(model, [each for each in held_out if each.language == name])
            )
        sys.stderr.write(f"fold {fold + 1} of {N_FOLDS}\n")
    return {name: joined(scores) for name, scores in parts.items()}


def choose(language: str, scores: Scores) -> dict[str, tuple[float, float]]:
    """Return the thresholds of every operating point."""
    assistant = scores.where(np.isin(scores.sources, ASSISTANT))
    return {
        point: choose_thresholds(assistant, most_over, _TIERS[point], _OFFSETS[point])
        for point, most_over in MOST_OVER[language].items()
    }


def _found(
    scores: Scores, thresholds: dict[str, tuple[float, float]]
) -> dict[str, object]:
    """Count by operating point, tier and source, with and without function words."""
    found: dict[str, object] = {}
    groups = {"assistant": list(ASSISTANT)} | {
        name: [name] for name in set(scores.sources.tolist())
    }
    for point, pair in thresholds.items():
        for group_name, sources in sorted(groups.items()):
            part = scores.where(np.isin(scores.sources, sources))
            content = part.where(
                (part.tiers == 0) | ~np.isin(part.words, FUNCTION_WORDS)
            )
            for tiers in ((1,), (1, 2)):
                name = f"{point} {group_name} {'direct' if tiers == (1,) else 'all'}"
                found[name] = tally(part, pair, tiers)
                found[name + " content"] = tally(content, pair, tiers)
    return found


def _rounded(model: Model) -> Model:
    """Return the model as it is written."""
    return replace(model, weights=_packed(model).astype(np.float32))


def _packed(model: Model) -> NDArray[np.float16]:
    return np.where(np.abs(model.weights) < LEAST_WEIGHT, 0, model.weights).astype(
        np.float16
    )


def save(model: Model, file: Path) -> None:
    """Write the file that `load` reads."""
    packed = _packed(model)
    buckets = np.flatnonzero(packed.any(axis=1)).astype(np.int32)
    counts = sorted(model.lexicon.counts.items())
    np.savez_compressed(
        file,
        words=np.array("\n".join(key for key, _ in counts)),
        met=np.array([met for _, (met, _) in counts], np.uint16),
        personal=np.array([personal for _, (_, personal) in counts], np.uint16),
        buckets=buckets,
        weights=packed[buckets],
        n_buckets=np.array(N_BUCKETS),
        bias=model.bias,
        talk=np.array(
            [model.talk.weights.get(key, 0.0) for key, _ in counts], np.float16
        ),
        talk_bias=np.array(model.talk.bias),
        points=np.array(list(model.thresholds)),
        thresholds=np.array(list(model.thresholds.values())),
    )


if __name__ == "__main__":
    main()
