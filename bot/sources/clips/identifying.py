"""Keys of a sidecar that would identify a customer.

Keys are judged; values are never looked at.
"""

import functools
import re
import unicodedata
from collections.abc import Set

# Long stems count anywhere in a key, short ones only as a whole part of it:
# "customerName", "CUSTOMER-NAME" and "customername" all name a customer, but "language"
# names no age.
_STEMS = {
    "account": "account acct customer subscriber household username userid"
    " accountid clientid profileid loginid kunde konto cliente cuenta compte",
    "name": "firstname lastname surname fullname givenname familyname nickname"
    " displayname middlename maidenname vorname nachname nombre apellido prenom",
    "device": "device serial hardwareid androidid advertisingid gerat geraet appareil"
    " dispositivo macaddr installationid",
    "position": "location latitude longitude position coordinate geohash address"
    " postcode postalcode zipcode street standort adresse direccion ubicacion",
    "contact": "phone email telefon telefono msisdn",
    "identity": "birth passport socialsecurity nationalid taxid"
    " geburt driverlicen driverslicen",
}
_PARTS = {
    "account": "user uid login member owner cust",
    "name": "name names person",
    "device": "imei imsi meid udid dsn mac idfa gaid sn esn",
    "position": "lat lon lng latlon latlng latlong gps geo zip plz city addr"
    " ip ipv4 ipv6",
    "contact": "tel mobile cell mail handy",
    "identity": "dob ssn nin age",
}
# These parts only look like an identifying one: a microphone is no phone.
_HARMLESS = frozenset(
    "serialization serialisation serialized serialised composition disposition"
    " microphone microphones phoneme phonemes".split()
)
# These have a name and are no person: `intent_name`, `asr_model_name`, `channel_names`.
# A device is not among them: people call theirs after themselves.
_NAMED_THINGS = frozenset(
    "file codec model format corpus tier tool intent skill slot locale language engine"
    " channel app application feature event action grammar dataset batch task label"
    " wakeword word domain service bot flow node queue endpoint voice vendor provider"
    " package module library plugin field column table key metric schema class function"
    " method algorithm stage step process pipeline job experiment campaign product brand"
    " command utterance entity attribute parameter param variable template prompt"
    " response topic category role setting option mode sensor component driver firmware"
    " os platform build release branch environment env timezone zone container image"
    " bucket stream encoder decoder filter layer checkpoint vocabulary vocab lexicon"
    " script alphabet dialect accent test suite benchmark split source unit currency"
    " manufacturer state policy rule tag experiment variant cluster host hook".split()
)
# Many share these: `device_type`, `mobile_app`, `customer_segment`, `age_group`.
_SHARED_BY_MANY = frozenset(
    "type class kind model family category generation os platform language locale"
    " firmware version app manufacturer maker brand vendor resolution orientation volume"
    " rate count total format mode status segment tier group range band bucket"
    " capability capabilities settings timezone size present".split()
)
_OWNERS = frozenset(
    "device mobile phone handset user customer client account member subscriber household"
    " login age address location email".split()
)
# One of these belongs to one person: `memberid`, `mobilenumber`.
_OF_ONE = (
    *("id", "no", "nr", "num", "number", "name", "key", "hash", "token", "serial"),
    "email",
)
_FLAGS = frozenset({"is", "has"})


@functools.lru_cache(maxsize=512)  # Sidecars repeat the same few keys.
def identifying_kind(key: str) -> str | None:
    """Return the kind of thing a key identifies, e.g. "device", or None.

    Case, accents and separators are ignored.
    """
    parts = _without_kinds([part for part in _parts(key) if part not in _HARMLESS])
    whole = "".join(parts)
    for kind, stems in _STEMS.items():
        if any(stem in whole for stem in stems.split()):
            return kind
    for kind, short in _PARTS.items():
        known = set(short.split())
        # "n.a.m.e" and "G P S" are single letters apart; "whole" catches them.
        if any(_is_or_grown(part, known) for part in (whole, *parts)):
            return kind
    return None


def _is_or_grown(part: str, known: Set[str]) -> bool:
    """Return whether a part is a known one, alone or grown together: `memberid`."""
    if part in known:
        return True
    return any(part.removesuffix(ending) in known for ending in _OF_ONE)


def _without_kinds(parts: list[str]) -> list[str]:
    """Return the parts of a key without an end that names a kind of things.

    The parts before such an end still count: `customer_intent_name` names a customer.
    """
    if not parts or parts[0] in _FLAGS:
        return []
    *before, last = parts
    if _is_name_of_thing(last) or _is_shared(last):
        return before
    if before and _is_name_of_thing(before[-1] + last):
        return before[:-1]
    while before and last in _SHARED_BY_MANY:
        *before, last = before
        if last in _OWNERS:
            return before
    return parts


def _is_name_of_thing(joined: str) -> bool:
    """Return whether a part is a thing and `name`, grown together."""
    for ending in ("name", "names"):
        thing = joined.removesuffix(ending)
        is_named = thing in _NAMED_THINGS or thing.removesuffix("s") in _NAMED_THINGS
        if thing != joined and is_named:
            return True
    return False


def _is_shared(joined: str) -> bool:
    """Return whether a part is an owner and what many share, grown together."""
    return any(
        joined.startswith(owner) and joined.removeprefix(owner) in _SHARED_BY_MANY
        for owner in _OWNERS
    )


def identifying_kinds(document: object) -> list[str]:
    """Return the kinds of all identifying keys at any depth, each once, sorted."""
    return sorted({kind for key in _keys(document) if (kind := identifying_kind(key))})


def _keys(document: object) -> set[str]:
    keys: set[str] = set()
    pending = [document]
    # The list grows during the loop.
    for value in pending:
        if isinstance(value, dict):
            keys.update(value)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return keys


def _parts(key: str) -> list[str]:
    """Return the words of a key: `deviceSerialNo2` gives device, serial and no.

    Accents and full-width letters are folded.
    """
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c)
    ).replace("ß", "ss")
    humps = re.sub(r"([a-z])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3 \2", plain)
    return re.findall(r"[^\W\d_]+", humps.casefold())
