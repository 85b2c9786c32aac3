"""Whole words with two accepted spellings, in their levelled form."""

from __future__ import annotations

from collections.abc import Mapping


def _pairs(text: str) -> dict[str, str]:
    """Return "ok=okay wifi=wi_fi" as a table; "_" stands for a space."""
    found = {}
    for entry in text.split():
        variant, _, word = entry.partition("=")
        found[variant] = word.replace("_", " ")
    return found


VARIANTS: Mapping[str, Mapping[str, str]] = {
    "en": _pairs(
        "ok=okay alright=all_right grey=gray colour=color favourite=favorite "
        "centre=center theatre=theater cheque=check tyre=tire programme=program "
        "mum=mom mr=mister dr=doctor doughnut=donut wifi=wi_fi "
        "email=e_mail percent=per_cent goodnight=good_night oclock=o_clock "
        "euros=euro dollars=dollar pounds=pound yens=yen rupees=rupee"
    ),
    "de": _pairs(
        "ok=okay dreißig=dreissig zwo=zwei ein=eins email=e_mail wlan=w_lan "
        "euros=euro dollars=dollar"
    ),
    "fr": _pairs(
        "ok=okay cest=c_est jai=j_ai quil=qu_il quelle=qu_elle jusqua=jusqu_a "
        "aujourdhui=aujourd_hui sil=s_il nest=n_est pourcent=pour_cent "
        "pourcents=pour_cent euros=euro dollars=dollar livres=livre vingts=vingt "
        "septante=soixante_dix nonante=quatre_vingt_dix clef=cle email=e_mail "
        "weekend=week_end cents=cent huitante=quatre_vingt"
    ),
    "es": _pairs(
        "ok=okay un=uno porciento=por_ciento euros=euro dolares=dolar libras=libra "
        "setiembre=septiembre email=e_mail wifi=wi_fi oscuro=obscuro ciento=cien pesos=peso"
    ),
    "it": _pairs(
        "ok=okay percento=per_cento dollari=dollaro sterline=sterlina email=e_mail "
        "wifi=wi_fi un=uno"
    ),
    "pt": _pairs(
        "ok=okay porcento=por_cento euros=euro dolares=dolar libras=libra "
        "catorze=quatorze dezasseis=dezesseis dezassete=dezessete "
        "dezanove=dezenove email=e_mail facto=fato cento=cem real=reais"
    ),
    "nl": _pairs("ok=oke okay=oke één=een euros=euro dollars=dollar email=e_mail"),
    "da": _pairs(
        "okay=ok et=en kr=kroner krone=kroner email=e_mail e_post=e_mail "
        "majonæse=mayonnaise"
    ),
    "sv": _pairs(
        "okay=okej ok=okej en=ett tjugi=tjugo tjugoen=tjugoett email=e_post epost=e_post kr=kronor krona=kronor"
    ),
    "tr": _pairs("okay=okey ok=okey avro=euro liralar=lira tl=lira"),
    "id": _pairs(
        "ok=oke okay=oke kosong=nol rp=rupiah email=e_mail rupiahs=rupiah gak=nggak ga=nggak"
    ),
    "pl": _pairs(
        "okej=ok okay=ok jedna=jeden dwie=dwa dolary=dolar zł=złotych złote=złotych złoty=złotych email=e_mail dolarów=dolar dolara=dolar"
    ),
    "hi": _pairs(
        "छः=छह छे=छह पाँच=पांच रुपए=रुपये ₹=रुपये फीसदी=प्रतिशत गयी=गई गये=गए "
        "नयी=नई नये=नए चाहिये=चाहिए लिये=लिए"
    ),
    "ar": _pairs(
        "اثنين=اثنان مايه=ميه اوك=اوكي ثلاث=ثلاثه اربع=اربعه خمس=خمسه "
        "ست=سته سبع=سبعه ثماني=ثمانيه تسع=تسعه عشر=عشره بالمايه=بالميه دولارات=دولار دولارا=دولار جنيهات=جنيه ريالات=ريال"
        " ريالا=ريال ميتين=ميتان مايتان=ميتان مايتين=ميتان ثلاثمايه=ثلاثميه "
        "اربعمايه=اربعميه خمسمايه=خمسميه ستمايه=ستميه سبعمايه=سبعميه ثمانمايه=ثمانميه "
        "تسعمايه=تسعميه عشرين=عشرون ثلاثين=ثلاثون اربعين=اربعون خمسين=خمسون ستين=ستون "
        "سبعين=سبعون ثمانين=ثمانون تسعين=تسعون وعشرين=وعشرون وثلاثين=وثلاثون "
        "واربعين=واربعون وخمسين=وخمسون وستين=وستون وسبعين=وسبعون وثمانين=وثمانون "
        "وتسعين=وتسعون"
    ),
    "ja": _pairs("おーけー=おっけー ok=おっけー ぜろ=零 〇=零"),
    "zh": {},
}
"""By language, in the form that letters take after levelling."""
