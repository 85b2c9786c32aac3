"""Numbers below a million in words, without accents, in four Romance languages.

They are French, Spanish, Italian and Portuguese.
"""

from __future__ import annotations

from bot.rules.requests.spelling.composed_numbers import counted, with_rest

_FR_ONES = (
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
    "quinze seize dix_sept dix_huit dix_neuf"
).split()
_FR_TENS = "_ dix vingt trente quarante cinquante soixante".split()
_ES_ONES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
    "quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos "
    "veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve"
).split()
_ES_TENS = (
    "_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa cien".split()
)
_ES_HUNDREDS = (
    "_ cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos "
    "ochocientos novecientos"
).split()
_IT_ONES = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici "
    "quattordici quindici sedici diciassette diciotto diciannove"
).split()
_IT_TENS = (
    "_ _ venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento"
).split()
_PT_ONES = (
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze "
    "quinze dezesseis dezessete dezoito dezenove"
).split()
_PT_TENS = (
    "_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem".split()
)
_PT_HUNDREDS = (
    "_ cem duzentos trezentos quatrocentos quinhentos seiscentos setecentos "
    "oitocentos novecentos"
).split()


def french(n: int) -> str:
    """Return a number below a million in French; hundreds and eighty have no s."""
    if n < 20:
        return _FR_ONES[n].replace("_", " ")
    if n >= 1000:
        return counted(n, 1000, "mille", french)
    if n >= 100:
        return counted(n, 100, "cent", french)
    if n >= 80:
        return _french_eighties(n - 80)
    base = min(n // 10, 6)
    rest = n - 10 * base
    if rest == 0:
        return _FR_TENS[base]
    joiner = " et " if rest in (1, 11) else " "
    return _FR_TENS[base] + joiner + french(rest)


def _french_eighties(rest: int) -> str:
    if rest == 0:
        return "quatre vingt"
    return f"quatre vingt {french(rest)}"


def spanish(n: int) -> str:
    """Return a number below a million in Spanish."""
    if n < len(_ES_ONES):
        return _ES_ONES[n]
    if n >= 1000:
        return counted(n, 1000, "mil", spanish)
    if n > 100:
        return with_rest(_ES_HUNDREDS[n // 100], n % 100, spanish)
    if n % 10 == 0:
        return _ES_TENS[n // 10]
    return f"{_ES_TENS[n // 10]} y {_ES_ONES[n % 10]}"


def italian(n: int) -> str:
    """Return a number below a million in Italian, written as one word."""
    if n < 20:
        return _IT_ONES[n]
    if n >= 1000:
        return _italian_thousands(n // 1000) + _italian_rest(n % 1000)
    if n >= 100:
        return _italian_hundreds(n // 100) + _italian_rest(n % 100)
    tens = _IT_TENS[n // 10]
    unit = n % 10
    if unit == 0:
        return tens
    if unit in (1, 8):
        return tens[:-1] + _IT_ONES[unit]
    return tens + _IT_ONES[unit]


def _italian_hundreds(n: int) -> str:
    if n == 1:
        return "cento"
    return _IT_ONES[n] + "cento"


def _italian_thousands(n: int) -> str:
    if n == 1:
        return "mille"
    return italian(n) + "mila"


def _italian_rest(n: int) -> str:
    if n == 0:
        return ""
    return italian(n)


def portuguese(n: int) -> str:
    """Return a number below a million in Portuguese, without "e" after a thousand."""
    if n < 20:
        return _PT_ONES[n]
    if n >= 1000:
        return counted(n, 1000, "mil", portuguese)
    if n > 100 and n % 100 == 0:
        return _PT_HUNDREDS[n // 100]
    if n > 100:
        return f"{_PT_HUNDREDS[n // 100]} e {portuguese(n % 100)}"
    if n % 10 == 0:
        return _PT_TENS[n // 10]
    return f"{_PT_TENS[n // 10]} e {_PT_ONES[n % 10]}"
