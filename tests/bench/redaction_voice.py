"""How well the disguise hides, beside the reference methods of the shared evaluation kit.

`python -m tests.bench.redaction_voice [METHOD ...]`, METHOD from the kit's disguises.py. Needs
`../shared` and VOICE_EVAL_PYTHON: a Python with the kit's requirements.txt. Minutes a method.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KIT = ROOT.parent / "shared" / "eval" / "voice"
SPEECH = ROOT.parent / "shared" / "speech"
OURS = "bot.redaction.voice:disguise"
REFERENCES = ("mcadams_rand", "world_generic", "world_rand", "praat_rand")
_HEAD = (
    "| method | Resemblyzer EER %, ignorant / lazy / semi-informed | 95 % of the first two"
    " | second embedder, ignorant / lazy | words kept | digit errors (original) | x real time |"
)
_SETS = ("libri", "atk", "fsdd")


def measure(method: str, kit: Path, python: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The kit's own results for read sentences and for digits."""
    out = kit / "out" / method.replace(":", "_")
    for name in _SETS:
        source = str(kit / "data" / name)
        _run(python, str(kit / "run_disguise.py"), method, source, str(out / name))
    evaluate = (python, str(kit / "voice_eval.py"))
    sentences, digits = out / "libri.json", out / "fsdd.json"
    attacker = ("--attack-disguised", str(out / "atk"), "--json", str(sentences))
    _run(*evaluate, str(kit / "data" / "libri"), str(out / "libri"), *attacker)
    exact = ("--transcripts", str(kit / "data" / "fsdd" / "transcripts.tsv"), "--digits")
    only_words = ("--embedders", "resemblyzer", "--json", str(digits))
    _run(*evaluate, str(kit / "data" / "fsdd"), str(out / "fsdd"), *exact, *only_words)
    return json.loads(sentences.read_text()), json.loads(digits.read_text())


def row(method: str, sentences: Mapping[str, Any], digits: Mapping[str, Any]) -> str:
    first, second = sentences["resemblyzer"], sentences["vfl-dvector"]
    cells = [
        method,
        f"{first['ignorant']:.0f} / {first['lazy_informed']:.0f} / {first['semi_informed']:.0f}",
        f"{_interval(first, 'ignorant')}, {_interval(first, 'lazy_informed')}",
        f"{second['ignorant']:.0f} / {second['lazy_informed']:.0f}",
        f"{sentences['whisper_word_recall']:.0f} %",
        f"{digits['digit_wer_disguised']:.0f} % ({digits['digit_wer_orig']:.0f} %)",
        f"{sentences['timing']['xrt']:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _interval(result: Mapping[str, Any], attacker: str) -> str:
    low, high = result[f"{attacker}_ci95"]
    return f"{low:.0f}-{high:.0f}"


def _run(*command: str) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def table(methods: Sequence[str]) -> None:
    python = os.environ.get("VOICE_EVAL_PYTHON")
    if not KIT.exists() or not python:
        print("Voice: skipped. Needs ../shared and VOICE_EVAL_PYTHON (see the kit's README).")
        return
    print(_HEAD)
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        kit = Path(shutil.copytree(KIT, Path(folder) / "kit", copy_function=shutil.copyfile))
        kit.chmod(0o755)
        (kit / ".cache").chmod(0o755)
        _run(python, str(kit / "make_data.py"), str(SPEECH), str(kit / "data"))
        for method in methods:
            print(row(method, *measure(method, kit, python)), flush=True)


if __name__ == "__main__":
    table([OURS, *(sys.argv[1:] or REFERENCES)])
