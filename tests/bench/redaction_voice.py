"""How well the disguise hides, beside the reference methods of the shared evaluation
kit.

`python -m tests.bench.redaction_voice [METHOD ...]`, METHOD from the kit's
disguises.py. Needs
`../shared` and VOICE_EVAL_PYTHON: a Python with the kit's requirements.txt. A method
takes two to
three minutes of CPU, what is the same for all of them as much again; two are measured
at a time.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import soundfile

from tests.bench.steps import say

ROOT = Path(__file__).parents[2]
KIT = ROOT.parent / "shared" / "eval" / "voice"
SPEECH = ROOT.parent / "shared" / "speech"
OURS = "bot.redaction.voice:disguise"
REFERENCES = ("mcadams_rand", "world_generic", "world_rand", "praat_rand")
ATTACKED = (
    OURS,
    "world_generic",
)  # filtering attackers and other speakers: dear, so for two only
N_AT_ONCE = 2
_JUDGE = Path(__file__).with_name("_kit_judge.py")
_HEAD = (
    "| method | Resemblyzer EER %, ignorant / lazy / semi-informed | 95 % of the first two"
    " | second embedder, ignorant / lazy | 95 % | words kept | digit errors (original)"
    " | x real time |"
)
_ATTACKS = ("ignorant", "lazy", "ignorant, filtered", "lazy, filtered")
_ATTACKED_SETS = {"libri": "the kit's ten", "held": "others"}
_PIECE_S = 4


def table(methods: Sequence[str]) -> None:
    """Both tables: the kit's own, and that of the attackers it does not have."""
    with kit_copy() as kit, ThreadPoolExecutor(N_AT_ONCE) as pool:
        if kit is None:
            print(
                "Voice: skipped. Needs ../shared and VOICE_EVAL_PYTHON (see the kit's README)."
            )
            return
        say("voice: the kit's recordings")
        run_kit(kit, "make_data.py", str(SPEECH), str(kit / "data"))
        _hold_out(kit / "data")
        list(
            pool.map(
                lambda name: _learn_originals(kit, name), (*_ATTACKED_SETS, "fsdd")
            )
        )
        rows = [pool.submit(row, method, kit) for method in methods]
        print(f"{_HEAD}\n{'|---' * 8}|")
        for future in rows:
            print(future.result(), flush=True)
        attacked = [
            pool.submit(attackers, each, kit) for each in methods if each in ATTACKED
        ]
        print(
            f"\n| method, speakers | embedder | {' | '.join(_ATTACKS)} |\n{'|---' * 6}|"
        )
        for lines in attacked:
            print("\n".join(lines.result()), flush=True)


def _learn_originals(kit: Path, name: str) -> None:
    """What the judges say of the originals is the same for all methods: asked once."""
    say(f"voice: the originals of {name}")
    judged(kit, "originals", str(kit / "data" / name))


@contextmanager
def kit_copy() -> Iterator[Path | None]:
    """A copy of the kit that may be written to; None where there is no kit or no Python
    for it.
    """
    if not KIT.exists() or not os.environ.get("VOICE_EVAL_PYTHON"):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        kit = Path(
            shutil.copytree(KIT, Path(folder) / "kit", copy_function=shutil.copyfile)
        )
        for path in (kit, *(path for path in kit.rglob("*") if path.is_dir())):
            path.chmod(0o755)
        yield kit


def measure(method: str, kit: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The kit's own results for read sentences and for digits."""
    out = _out(kit, method)
    for name in ("libri", "atk", "fsdd"):
        _disguise(method, kit, name)
    sentences, digits = out / "libri.json", out / "fsdd.json"
    say(f"voice: {method}, sentences")
    attacker = ("--attack-disguised", str(out / "atk"), "--json", str(sentences))
    _run(
        kit,
        str(_JUDGE),
        "kit",
        str(kit / "data" / "libri"),
        str(out / "libri"),
        *attacker,
    )
    say(f"voice: {method}, digits")
    exact = (
        "--transcripts",
        str(kit / "data" / "fsdd" / "transcripts.tsv"),
        "--digits",
    )
    only_words = ("--embedders", "resemblyzer", "--json", str(digits))
    folders = (str(kit / "data" / "fsdd"), str(out / "fsdd"))
    _run(kit, str(_JUDGE), "kit", *folders, *exact, *only_words)
    return json.loads(sentences.read_text()), json.loads(digits.read_text())


def row(method: str, kit: Path) -> str:
    sentences, digits = measure(method, kit)
    first, second = sentences["resemblyzer"], sentences["vfl-dvector"]
    cells = [
        method,
        f"{first['ignorant']:.0f} / {first['lazy_informed']:.0f} / {first['semi_informed']:.0f}",
        f"{_interval(first, 'ignorant')}, {_interval(first, 'lazy_informed')}",
        f"{second['ignorant']:.0f} / {second['lazy_informed']:.0f}",
        f"{_interval(second, 'ignorant')}, {_interval(second, 'lazy_informed')}",
        f"{sentences['whisper_word_recall']:.0f} %",
        f"{digits['digit_wer_disguised']:.0f} % ({digits['digit_wer_orig']:.0f} %)",
        f"{sentences['timing']['xrt']:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def attackers(method: str, kit: Path) -> list[str]:
    """The kit's speakers and others nothing was chosen on, with an attacker who removes
    filters.
    """
    out = _out(kit, method)
    _disguise(method, kit, "held")
    lines = []
    for name, speakers in _ATTACKED_SETS.items():
        say(f"voice: {method}, filtering attackers on {name}")
        found = judged(kit, "attack", str(kit / "data" / name), str(out / name))
        for embedder, results in found.items():
            cells = [
                "{:.0f} ({:.0f}-{:.0f})".format(*results[attack]) for attack in _ATTACKS
            ]
            lines.append(f"| {method}, {speakers} | {embedder} | {' | '.join(cells)} |")
    return lines


def _disguise(method: str, kit: Path, name: str) -> None:
    say(f"voice: {method}, {name}")
    out = _out(kit, method) / name
    run_kit(kit, "run_disguise.py", method, str(kit / "data" / name), str(out))


def judged(kit: Path, *command: str) -> Any:
    """What `_kit_judge.py` says."""
    return json.loads(_run(kit, str(_JUDGE), *command).splitlines()[-1])


def run_kit(kit: Path, script: str, *arguments: str) -> None:
    _run(kit, str(kit / script), *arguments)


def _run(kit: Path, *command: str) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(kit)])
    python = os.environ["VOICE_EVAL_PYTHON"]
    done = subprocess.run(
        [python, *command],
        check=True,
        cwd=kit,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _hold_out(data: Path) -> None:
    """Three pieces of 4 s at most of each reader the kit has no use for."""
    used = {folder.name for folder in (data / "atk").iterdir()}
    for file in sorted((SPEECH / "librispeech_train-clean-100").glob("*.flac")):
        name = file.name.split("-")[0]
        samples, rate_hz = soundfile.read(file, dtype="float32")
        n_pieces = min(3, len(samples) // (_PIECE_S * rate_hz))
        if name in used or n_pieces < 2:
            continue
        (data / "held" / name).mkdir(parents=True, exist_ok=True)
        for i in range(n_pieces):
            piece = samples[i * _PIECE_S * rate_hz :][: _PIECE_S * rate_hz]
            soundfile.write(data / "held" / name / f"{name}_{i}.wav", piece, rate_hz)


def _out(kit: Path, method: str) -> Path:
    return kit / "out" / method.replace(":", "_")


def _interval(result: Mapping[str, Any], attacker: str) -> str:
    low, high = result[f"{attacker}_ci95"]
    return f"{low:.0f}-{high:.0f}"


if __name__ == "__main__":
    table([OURS, *(sys.argv[1:] or REFERENCES)])
