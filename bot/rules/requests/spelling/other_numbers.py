"""Numbers in words: Arabic, Turkish, Indonesian, Polish, Hindi, Chinese, Japanese."""

from __future__ import annotations

from bot.rules.requests.spelling.composed_numbers import counted, with_rest

_AR_ONES = (
    "صفر واحد اثنان ثلاثه اربعه خمسه سته سبعه ثمانيه تسعه عشره احدعشر اثناعشر "
    "ثلاثهعشر اربعهعشر خمسهعشر ستهعشر سبعهعشر ثمانيهعشر تسعهعشر"
).split()
_AR_TENS = "_ _ عشرون ثلاثون اربعون خمسون ستون سبعون ثمانون تسعون".split()
_AR_HUNDREDS = (
    "_ ميه ميتان ثلاثميه اربعميه خمسميه ستميه سبعميه ثمانميه تسعميه"
).split()
_TR_ONES = "sifir bir iki üç dört beş alti yedi sekiz dokuz".split()
_TR_TENS = "_ on yirmi otuz kirk elli altmiş yetmiş seksen doksan".split()
_ID_ONES = "nol satu dua tiga empat lima enam tujuh delapan sembilan".split()
_PL_ONES = (
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście "
    "dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście "
    "dziewiętnaście"
).split()
_PL_TENS = (
    "_ _ dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt "
    "siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto"
).split()
_PL_HUNDREDS = (
    "_ sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"
).split()
_HI_TO_HUNDRED = (
    "शून्य एक दो तीन चार पांच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह "
    "उन्नीस बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस "
    "चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस "
    "छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर "
    "चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी "
    "सत्तासी अट्ठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे "
    "निन्यानवे सौ"
).split()
_HAN = "零一二三四五六七八九"
_HAN_POWERS = ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"))


def arabic(n: int) -> str:
    """Return a number below a thousand in Arabic, letters levelled."""
    if n < 20:
        return _AR_ONES[n]
    if n >= 100:
        hundreds = _AR_HUNDREDS[n // 100]
        if n % 100 == 0:
            return hundreds
        return f"{hundreds} و{arabic(n % 100)}"
    if n % 10 == 0:
        return _AR_TENS[n // 10]
    return f"{_AR_ONES[n % 10]} و{_AR_TENS[n // 10]}"


def turkish(n: int) -> str:
    """Return a number below a million in Turkish, dotless i written as i."""
    if n < 10:
        return _TR_ONES[n]
    if n >= 1000:
        return counted(n, 1000, "bin", turkish)
    if n >= 100:
        return counted(n, 100, "yüz", turkish)
    if n % 10 == 0:
        return _TR_TENS[n // 10]
    return f"{_TR_TENS[n // 10]} {_TR_ONES[n % 10]}"


def indonesian(n: int) -> str:
    """Return a number below a million in Indonesian."""
    special = {
        10: "sepuluh",
        11: "sebelas",
    }
    if n in special:
        return special[n]
    if n >= 2000:
        return counted(n, 1000, "ribu", indonesian)
    if n >= 1000:
        return with_rest("seribu", n % 1000, indonesian)
    if n >= 200:
        return counted(n, 100, "ratus", indonesian)
    if n >= 100:
        return with_rest("seratus", n % 100, indonesian)
    if n < 10:
        return _ID_ONES[n]
    if n < 20:
        return f"{_ID_ONES[n - 10]} belas"
    tens = f"{_ID_ONES[n // 10]} puluh"
    if n % 10 == 0:
        return tens
    return f"{tens} {_ID_ONES[n % 10]}"


def polish(n: int) -> str:
    """Return a number below a thousand in Polish."""
    if n < 20:
        return _PL_ONES[n]
    if n >= 100:
        return with_rest(_PL_HUNDREDS[n // 100], n % 100, polish)
    if n % 10 == 0:
        return _PL_TENS[n // 10]
    return f"{_PL_TENS[n // 10]} {_PL_ONES[n % 10]}"


def hindi(n: int) -> str:
    """Return a number below a hundred thousand in Hindi, without nukta."""
    if n >= 1000:
        return counted(n, 1000, "हजार", hindi)
    if n > 100:
        return counted(n, 100, "सौ", hindi)
    return _HI_TO_HUNDRED[n].replace("\u093c", "")


def han(n: int) -> str:
    """Return a number below a hundred million in Chinese signs, as spoken: 十二."""
    if n < 10:
        return _HAN[n]
    for power, sign in _HAN_POWERS:
        if n >= power:
            return _han_start(n // power, power) + sign + _han_rest(n % power, power)
    raise AssertionError(n)


def _han_start(n: int, power: int) -> str:
    if n == 1 and power == 10:
        return ""
    return han(n)


def _han_rest(rest: int, power: int) -> str:
    """Return what follows; a gap in the powers is spoken as 零."""
    if rest == 0:
        return ""
    gap = "零" if rest < power // 10 else ""
    return gap + han(rest)


def japanese(n: int) -> str:
    """Return a number below a hundred million in Japanese signs."""
    words = han(n)
    if n == 0:
        return words
    words = words.replace("零", "")
    return _without_one(words)


def _without_one(words: str) -> str:
    """Return 百 and 千 without 一 before them, as Japanese speaks them."""
    for sign in "百千":
        words = words.replace(f"一{sign}", sign)
    return words
