"""Minimal pairs: words that a mark alone tells apart, so they keep it."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEPT: Mapping[str, frozenset[str]] = {
    "en": _words("résumé résumés exposé rosé pâté lamé maté"),
    "fr": _words(
        "à où là çà dû sûr sûre mûr mûre dès côte côté pêche pêcher péché pécher tâche "
        "tâches jeûne jeûner forêt prêt être né née grâce maïs haï aîné bâiller châsse "
        "résumé pâte pâté pâtes gêne gène mémé même thé marché salé salée aimé passé "
        "entrée allée montré préféré foncé cuvée carré élève élevé âge âgé crû tôt"
    ),
    "es": _words(
        "sí él tú mí sé dé té más sólo aún qué cómo cuándo dónde quién cuál papá mamá "
        "está estás esté hacía sabía camión peón páis público publicó número numeró "
        "término terminó depósito depositó práctico practicó inglés"
    ),
    "it": _words(
        "è là lì dà sì né sé dì papà però metà età ciò già più può felicità pésca "
        "pèsca parlò mangiò canterò àncora princìpi sarà faro farò"
    ),
    "pt": _words(
        "é à às dá está avó avô pôr pôde nós pás país sábia secretária cocô maçã "
        "pública número contém têm vêm às só lá cá já sé fé pé nó dó"
    ),
    "nl": _words("één vóór hé"),
    "sv": _words("idé armé kupé filé à"),
    "tr": _words("kır kıl sınır ılık ısı kın dış sıkıntı hırs kısır sır ılım dık fır"),
    "hi": _words("सज़ा राज़ ख़ुदा फ़न गज़"),
}
"""By language; a word not named here loses the marks that writers leave out."""
