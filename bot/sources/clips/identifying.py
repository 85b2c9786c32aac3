"""Keys of a sidecar that would identify a customer.

Keys are judged; values are never looked at.
"""

import functools
import re
import unicodedata

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
    "filename filenames codecname modelname formatname intentname skillname slotname"
    " localename devicetype devicemodel deviceos serialization serialisation serialized"
    " serialised composition disposition microphone microphones phoneme phonemes".split()
)
# These have a name and are no person: `intent_name`, `asr_model_name`, `channel_names`.
_NAMED_THINGS = frozenset(
    "file codec model format corpus tier tool intent skill slot locale language engine"
    " channel app application feature event action grammar dataset batch task label"
    " wakeword".split()
)
# A whole kind of devices shares these: `device_type`, `mobile_app`.
_SHARED_BY_MANY = frozenset(
    "type class kind model family category generation os platform language locale"
    " firmware version app".split()
)
_OF_A_DEVICE = frozenset({"device", "mobile"})


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
        known = short.split()
        # "n.a.m.e" and "G P S" are single letters apart; "whole" catches them.
        if not {whole, *parts}.isdisjoint(known):
            return kind
    return None


def _without_kinds(parts: list[str]) -> list[str]:
    """Return the parts of a key without an end that names a kind of things.

    The parts before such an end still count: `customer_intent_name` names a customer.
    """
    if len(parts) < 2:
        return parts
    *before, owner, last = parts
    if last in {"name", "names"} and owner.removesuffix("s") in _NAMED_THINGS:
        return [*before, owner]
    if owner in _OF_A_DEVICE and last in _SHARED_BY_MANY:
        return before
    return parts


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
