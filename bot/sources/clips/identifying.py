"""Keys of a sidecar that would identify a customer. Keys are judged, values are never
looked at.
"""

import functools
import re
import unicodedata

# Long stems count anywhere in a key, short ones only as a whole part of it:
# "customerName", "CUSTOMER-NAME" and "customername" all name a customer, but "language"
# names no age.
_STEMS = {
    "an account or customer": "account acct customer subscriber household username userid"
    " accountid clientid profileid loginid kunde konto cliente cuenta compte",
    "a person's name": "firstname lastname surname fullname givenname familyname nickname"
    " displayname middlename maidenname vorname nachname nombre apellido prenom",
    "a device": "device serial hardwareid androidid advertisingid gerat geraet appareil"
    " dispositivo macaddr installationid",
    "a position or address": "location latitude longitude position coordinate geohash address"
    " postcode postalcode zipcode street standort adresse direccion ubicacion",
    "a telephone number or e-mail address": "phone email telefon telefono msisdn",
    "a date of birth or identity number": "birth passport socialsecurity nationalid taxid"
    " geburt driverlicen driverslicen",
}
_PARTS = {
    "an account or customer": "user uid login member owner cust",
    "a person's name": "name names person",
    "a device": "imei imsi meid udid dsn mac idfa gaid sn esn",
    "a position or address": "lat lon lng latlon latlng latlong gps geo zip plz city addr"
    " ip ipv4 ipv6",
    "a telephone number or e-mail address": "tel mobile cell mail handy",
    "a date of birth or identity number": "dob ssn nin age",
}
# Parts that only look like one: a microphone is no phone.
_HARMLESS = frozenset({
    "filename", "filenames", "codecname", "modelname", "formatname", "serialization",
    "serialisation", "serialized", "serialised", "composition", "disposition", "microphone",
    "microphones", "phoneme", "phonemes",
})  # fmt: skip
_HARMLESS_BEFORE_NAME = frozenset(
    {"file", "codec", "model", "format", "corpus", "tier", "tool"}
)


@functools.lru_cache(maxsize=512)  # sidecars repeat the same few keys
def identifying_kind(key: str) -> str | None:
    """What a key identifies, e.g. "a device", or None. Case, accents and separators are
    ignored.
    """
    parts = [part for part in _parts(key) if part not in _HARMLESS]
    if len(parts) == 2 and parts[1] == "name" and parts[0] in _HARMLESS_BEFORE_NAME:
        return None
    whole = "".join(parts)
    for kind, stems in _STEMS.items():
        if any(stem in whole for stem in stems.split()):
            return kind
    for kind, short in _PARTS.items():
        known = short.split()
        # "n.a.m.e" and "G P S" are single letters apart; "whole" catches them.
        if whole in known or any(part in known for part in parts):
            return kind
    return None


def identifying_kinds(document: object) -> list[str]:
    """The kinds of all identifying keys at any depth, each once, sorted."""
    return sorted({kind for key in _keys(document) if (kind := identifying_kind(key))})


def _keys(document: object) -> set[str]:
    keys: set[str] = set()
    pending = [document]
    for value in pending:  # which grows meanwhile
        if isinstance(value, dict):
            keys.update(value)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return keys


def _parts(key: str) -> list[str]:
    """`deviceSerialNo2` -> device, serial, no; accents and full-width letters are
    folded.
    """
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c)
    ).replace("ß", "ss")
    humps = re.sub(r"([a-z])([A-Z])|([A-Z]+)(?=[A-Z][a-z])", r"\1\3 \2", plain)
    return re.findall(r"[^\W\d_]+", humps.casefold())
