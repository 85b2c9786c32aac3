"""Numbers in words: English, German, Dutch, Danish and Swedish."""

from __future__ import annotations

from collections.abc import Callable

from bot.rules.requests.spelling.composed_numbers import counted

_EN_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
_EN_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_DE_ONES = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn "
    "vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
).split()
_DE_TENS = (
    "_ _ zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
)
_NL_ONES = (
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien "
    "vijftien zestien zeventien achttien negentien"
).split()
_NL_TENS = "_ _ twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()
_DA_ONES = (
    "nul en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten "
    "seksten sytten atten nitten"
).split()
_DA_TENS = "_ _ tyve tredive fyrre halvtreds tres halvfjerds firs halvfems".split()
_SV_ONES = (
    "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton "
    "sexton sjutton arton nitton"
).split()
_SV_TENS = "_ _ tjugo trettio fyrtio femtio sextio sjuttio åttio nittio".split()


def english(n: int) -> str:
    """Return a number below a million in English."""
    if n < 20:
        return _EN_ONES[n]
    if n < 100:
        return _joined(_EN_TENS[n // 10], n % 10, english)
    if n < 1000:
        return _joined(f"{_EN_ONES[n // 100]} hundred", n % 100, english)
    return _joined(f"{english(n // 1000)} thousand", n % 1000, english)


def german(n: int) -> str:
    """Return a number below a million in German, ss for ß."""
    word = _german_stem(n)
    if word.endswith("ein"):
        return word + "s"
    return word


def _german_stem(n: int) -> str:
    if n < 20:
        return _DE_ONES[n]
    if n < 100:
        return _turned(n, _DE_ONES, _DE_TENS, "und")
    if n < 1000:
        return f"{_DE_ONES[n // 100]}hundert{_german_rest(n % 100)}"
    return f"{_german_stem(n // 1000)}tausend{_german_rest(n % 1000)}"


def _german_rest(n: int) -> str:
    if n == 0:
        return ""
    return _german_stem(n)


def dutch(n: int) -> str:
    """Return a number below a thousand in Dutch, without diaeresis."""
    if n >= 100:
        return _hundreds(n, "honderd", dutch)
    return _turned(n, _NL_ONES, _NL_TENS, "en")


def danish(n: int) -> str:
    """Return a number below a thousand in Danish, without "og" after the hundreds."""
    if n >= 100:
        return counted(n, 100, "hundrede", danish)
    return _turned(n, _DA_ONES, _DA_TENS, "og")


def swedish(n: int) -> str:
    """Return a number below a thousand in Swedish."""
    if n >= 100:
        return _hundreds(n, "hundra", swedish)
    if n < 20:
        return _SV_ONES[n]
    if n % 10 == 0:
        return _SV_TENS[n // 10]
    return _SV_TENS[n // 10] + _SV_ONES[n % 10]


def _hundreds(
    n: int,
    hundred: str,
    words: Callable[[int], str],
) -> str:
    """Return a number in one word; a hundred is not counted: "honderdtwee"."""
    times, rest = divmod(n, 100)
    written = hundred
    if times > 1:
        written = words(times) + hundred
    if rest == 0:
        return written
    return written + words(rest)


def _turned(
    n: int,
    ones: list[str],
    tens: list[str],
    joiner: str,
) -> str:
    """Return a number whose unit is spoken first: "einundzwanzig"."""
    if n < 20:
        return ones[n]
    if n % 10 == 0:
        return tens[n // 10]
    return ones[n % 10] + joiner + tens[n // 10]


def _joined(
    start: str,
    rest: int,
    words: Callable[[int], str],
) -> str:
    if rest == 0:
        return start
    return f"{start} {words(rest)}"
