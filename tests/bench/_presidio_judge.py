"""Run by a Python with presidio-analyzer: what it masks, one JSON list a line.

First says what it is. In: lists of words. A word is masked where a finding of any kind
touches it.
"""

import json
import logging
import sys
from importlib.metadata import version

import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine

MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")


def main() -> None:
    # It asks the network for a list it also carries, and says so when refused
    logging.disable()
    model = next((name for name in MODELS if spacy.util.is_package(name)), "")
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.load(model) if model else spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    say(f"Presidio {version('presidio-analyzer')} ({model or 'patterns alone'})")
    for line in sys.stdin:
        say(masked(analyzer, json.loads(line)))


def masked(analyzer: AnalyzerEngine, words: list[str]) -> list[bool]:
    found = analyzer.analyze(text=" ".join(words), language="en")
    flags, at = [], 0
    for word in words:
        end = at + len(word)
        flags.append(any(each.start < end and each.end > at for each in found))
        at = end + 1
    return flags


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
