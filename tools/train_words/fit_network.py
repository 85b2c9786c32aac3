"""Fit the networks of `network.py`. Needs PyTorch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, unused-ignore]
from numpy.typing import NDArray

from bot.redaction.words.features import Counts, Lexicon
from bot.redaction.words.network import REACHES, Net
from bot.redaction.words.network_features import MOST_ROWS, N_ROWS, NO_WORD, rows
from bot.redaction.words.tokens import group
from tools.train_words.augment import names_for, renamed
from tools.train_words.corpus import TIERS, Utterance
from tools.train_words.fit_linear import count

N_NETS = 3
nn, functional = torch.nn, torch.nn.functional
_VALUES, _CHANNELS = 64, 96
_EPOCHS, _BATCH, _RATE = 8, 96, 2.5e-3
_PERSONAL_WEIGHT, _RENAMED_WEIGHT = 2.0, 0.5
_DROPPED, _WORDS_DROPPED, _ROWS_DROPPED = 0.4, 0.25, 0.15
_RAREST_LABEL = 30
_PLAIN = {
    "": "O",
    "direct": "PERSON",
    "indirect": "LOCATION",
    "neutral": "RELATION",
}
"""The label that stands for a tier's rare ones."""


@dataclass(frozen=True)
class Example:
    """One utterance.

    `rows`: shape (units, MOST_ROWS), 0 where there is none; `labels`: shape (units,).
    """

    rows: NDArray[np.int32]
    labels: NDArray[np.int64]
    weight: float


def fit(
    utterances: Sequence[Utterance],
    lexicons: Mapping[str, Lexicon],
    source_weights: Mapping[str, Mapping[str, float]],
) -> Net:
    """Return networks trained on these utterances of all languages.

    The same machine gives the same networks.
    """
    labels = _labels(utterances)
    place = {label: i for i, label in enumerate(labels)}
    weights = [source_weights[each.language][each.source] for each in utterances]
    owns = [count([each], [group(each.words, each.language)]) for each in utterances]
    examples = [
        _example(
            each,
            lexicons[each.language],
            place,
            own,
            weight,
        )
        for each, own, weight in zip(utterances, owns, weights, strict=True)
    ]
    tiers = np.array([TIERS.index(tier) for tier, _ in labels])
    names = {language: names_for(lexicon) for language, lexicon in lexicons.items()}
    torch.set_num_threads(1)
    nets, met = [], _met(examples)
    for seed in range(N_NETS):
        rng = np.random.default_rng(seed)
        others = [
            _example(
                other,
                lexicons[other.language],
                place,
                own,
                weight * _RENAMED_WEIGHT,
            )
            for each, own, weight in zip(utterances, owns, weights, strict=True)
            for other in renamed(each, names[each.language], rng)
        ]
        nets.append(_train([*examples, *others], tiers, seed))
        met |= _met(others)
    return _packed(nets, met, tiers)


def _labels(utterances: Sequence[Utterance]) -> list[tuple[str, str]]:
    """Return labels finer than tiers: the kind of each word.

    The rare kinds stand for their tier.
    """
    found = Counter(
        (TIERS[tier], kind)
        for each in utterances
        for tier, kind in zip(each.tiers, each.kinds, strict=True)
    )
    often = {label for label, times in found.items() if times >= _RAREST_LABEL}
    return sorted(often | set(_PLAIN.items()))  # by tier: "", direct, indirect, neutral


def _example(
    utterance: Utterance,
    lexicon: Lexicon,
    place: Mapping[tuple[str, str], int],
    own: Counts,
    weight: float,
) -> Example:
    units = group(utterance.words, utterance.language)
    numbers = np.zeros((len(units), MOST_ROWS), np.int32)
    for row, found in zip(numbers, rows(units, lexicon, own), strict=True):
        row[: len(found)] = found
    named = [utterance.label_of(unit) for unit in units]
    labels = [place.get(label, place[label[0], _PLAIN[label[0]]]) for label in named]
    return Example(numbers, np.array(labels, np.int64), weight)


def _train(
    examples: Sequence[Example],
    tiers: NDArray[np.int64],
    seed: int,
) -> Any:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    layers = _layers(len(tiers))
    optimiser = torch.optim.AdamW(
        layers.parameters(),
        lr=_RATE,
        weight_decay=1e-2,
        fused=True,
    )
    n_steps, step = _EPOCHS * -(-len(examples) // _BATCH), 0
    of_tier = [
        torch.from_numpy(np.flatnonzero(tiers == tier)) for tier in range(len(TIERS))
    ]
    for _ in range(_EPOCHS):
        for batch in _batches(examples, rng):
            step += 1
            pace = min(1, step / 200) * max(0.02, 0.5 * (1 + cos(pi * step / n_steps)))
            optimiser.param_groups[0]["lr"] = _RATE * pace
            loss = _loss(
                layers, [examples[i] for i in batch], torch.from_numpy(tiers), of_tier
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(layers.parameters(), 5.0)
            optimiser.step()
    return layers


def _layers(n_labels: int) -> Any:
    layers = nn.ModuleDict(
        {
            "table": nn.Embedding(N_ROWS, _VALUES, padding_idx=0),
            "in": nn.Linear(_VALUES, _CHANNELS),
            "whole": nn.Linear(_CHANNELS, _CHANNELS),
            "out": nn.Linear(2 * _CHANNELS, n_labels),
        }
    )
    for i, reach in enumerate(REACHES):
        layers[f"conv{i}"] = nn.Linear((2 * reach + 1) * _CHANNELS, _CHANNELS)
        layers[f"norm{i}"] = nn.LayerNorm(_CHANNELS)
    nn.init.normal_(layers["table"].weight, std=0.1)
    return layers


def _batches(examples: Sequence[Example], rng: np.random.Generator) -> list[list[int]]:
    """Yield random batches of utterances of like length, so that padding is small."""
    order = rng.permutation(len(examples)).tolist()
    batches = []
    for start in range(0, len(order), 20 * _BATCH):
        part = sorted(
            order[start : start + 20 * _BATCH], key=lambda i: len(examples[i].labels)
        )
        batches += [part[i : i + _BATCH] for i in range(0, len(part), _BATCH)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _loss(
    layers: Any,
    batch: Sequence[Example],
    tiers: Any,
    of_tier: Sequence[Any],
) -> Any:
    """Return the cross-entropy of label and tier; padding does not count."""
    longest = max(len(example.labels) for example in batch)
    numbers = np.zeros((len(batch), longest, MOST_ROWS), np.int32)
    labels = np.full((len(batch), longest), -1)
    for i, example in enumerate(batch):
        numbers[i, : len(example.labels)] = example.rows
        labels[i, : len(example.labels)] = example.labels
    there = torch.from_numpy(labels >= 0)
    wanted = torch.from_numpy(labels.clip(min=0))
    log_shares = functional.log_softmax(
        _forward(layers, torch.from_numpy(numbers), there), -1
    )
    fine = -log_shares.gather(-1, wanted[..., None])[..., 0]
    tier = tiers[wanted]
    sums = torch.stack([log_shares[..., which].logsumexp(-1) for which in of_tier], -1)
    coarse = -sums.gather(-1, tier[..., None])[..., 0]
    weights = torch.tensor([example.weight for example in batch])[:, None] * there
    weights = weights * torch.where((tier == 1) | (tier == 2), _PERSONAL_WEIGHT, 1.0)
    return ((fine + coarse) * weights).sum() / len(batch)


def _forward(
    layers: Any,
    numbers: Any,
    there: Any,
) -> Any:
    """Compute as `Net._labels`, with words, rows and channels left out at random."""
    entries = _entries(layers["table"], numbers)
    mask = there[..., None].float()
    last = first = functional.dropout(layers["in"](entries).relu(), _DROPPED) * mask
    made = first
    for i, reach in enumerate(REACHES):
        normal = layers[f"norm{i}"](last)
        padded = functional.pad(normal * mask, (0, 0, reach, reach))
        beside = [padded[:, j : j + normal.shape[1]] for j in range(2 * reach + 1)]
        made = layers[f"conv{i}"](torch.cat(beside, -1))
        if i in (0, len(REACHES) - 1):
            highest = normal.masked_fill(mask == 0, -9).max(1, keepdim=True).values
            made = made + layers["whole"](highest)
        last = (last + functional.dropout(made.relu(), _DROPPED)) * mask
    return layers["out"](torch.cat([functional.dropout(made, _DROPPED), first], -1))


def _entries(table: Any, numbers: Any) -> Any:
    n_utterances, n_units, n_rows = numbers.shape
    no_word = torch.rand(n_utterances, n_units, 1) < _WORDS_DROPPED
    left_out = torch.rand(n_utterances, n_units, n_rows - 1) < _ROWS_DROPPED
    words = numbers[..., :1].masked_fill(no_word, NO_WORD)
    others = numbers[..., 1:].masked_fill(left_out, 0)
    flat = torch.cat([words, others], 2).view(n_utterances * n_units, n_rows)
    summed = functional.embedding_bag(flat, table.weight, mode="sum", padding_idx=0)
    return summed.view(n_utterances, n_units, -1)


def _met(examples: Sequence[Example]) -> NDArray[np.bool_]:
    """Return the rows of the table that these examples use, shape (N_ROWS,)."""
    met = np.zeros(N_ROWS, np.bool_)
    for example in examples:
        met[example.rows.ravel()] = True
    met[0] = False
    return met


def _packed(
    nets: Sequence[Any],
    met: NDArray[np.bool_],
    tiers: NDArray[np.int64],
) -> Net:
    """Return the network as it is written.

    The table has 8 bits, and rows never met in training are empty.
    """
    tables = (
        np.stack([net["table"].weight.detach().numpy() for net in nets]) * met[:, None]
    )
    scale = (np.abs(tables).max(axis=2) / 127).astype(np.float16).astype(np.float32)
    table = (
        np.round(tables / np.maximum(scale, 1e-7)[..., None])
        .clip(-127, 127)
        .astype(np.int8)
    )
    weights: dict[str, NDArray[np.float32]] = {}
    for name in nets[0]:
        if name == "table":
            continue
        weight = np.stack([net[name].weight.detach().numpy().T for net in nets])
        bias = np.stack([net[name].bias.detach().numpy() for net in nets])
        weights[name] = _rounded(weight if weight.ndim == 3 else weight[:, None])
        weights[f"{name} bias"] = _rounded(bias[:, None])
    return Net(table, scale, weights, np.searchsorted(tiers, np.arange(len(TIERS))))


def _rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values.astype(np.float16).astype(np.float32)


def save(net: Net, file: Any) -> None:
    """Write the file that `load_net` reads."""
    halves: dict[str, Any] = {
        name: w.astype(np.float16) for name, w in net.weights.items()
    }
    scale, first = net.scale.astype(np.float16), net.first_of_tier.astype(np.int16)
    np.savez_compressed(
        file,
        table=net.table,
        scale=scale,
        first_of_tier=first,
        **halves,
    )
