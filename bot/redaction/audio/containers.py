"""Tells what kind of file a recording really is, whatever its name says."""

from pathlib import Path

_BRANDS_OF_MP4 = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}
_ID3_HEADER_BYTES = 10
_ADTS_RATES_HZ = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
_AAC_PRIMING_FRAMES = 1024


def sniff(path: Path) -> str:
    """The container by its first bytes: `wav`, `flac`, `ogg`, `mp3`, `aiff`, `caf`, `au`,
    `w64`,
    `mp4` (also m4a and 3gp), `webm` (also Matroska), `adts`, `amr`, `amr-wb` or
    `unknown`.

    Raises OSError where the file cannot be opened.
    """
    head, after_tag = _head(path)
    return _kind(head, after_tag=after_tag)


def adts_delay_s(path: Path) -> float:
    """How late the sound of a raw AAC file is, in seconds.

    AAC encoders put at least one frame of 1024 before the sound (ISO 14496-24 annex);
    MP4 says so in its edit list, raw ADTS says nothing.
    """
    head, _ = _head(path)
    rate_hz = adts_rate_hz(head)
    return _AAC_PRIMING_FRAMES / rate_hz if rate_hz else 0.0


def adts_rate_hz(head: bytes) -> int:
    """What an ADTS header says, 0 where that is not allowed."""
    index = head[2] >> 2 & 0x0F if len(head) > 2 else len(_ADTS_RATES_HZ)
    return _ADTS_RATES_HZ[index] if index < len(_ADTS_RATES_HZ) else 0


def tag_bytes(head: bytes) -> int:
    """The length of the ID3v2 tag that begins with these ten bytes, 0 where none
    does.
    """
    return _ID3_HEADER_BYTES + _synchsafe(head[6:10]) if head[:3] == b"ID3" else 0


def _head(path: Path) -> tuple[bytes, bool]:
    """The first bytes of the sound, and whether a tag (before MP3 or ADTS) was passed
    over.
    """
    with path.open("rb") as file:
        head = file.read(64)
        n_bytes = tag_bytes(head)
        file.seek(n_bytes)
        return (file.read(64), True) if n_bytes else (head, False)


def _synchsafe(four: bytes) -> int:
    """Seven bits a byte, as ID3v2 section 6.2 writes sizes."""
    size = 0
    for byte in four:
        size = size << 7 | byte & 0x7F
    return size


def _kind(head: bytes, *, after_tag: bool) -> str:
    if head[:4] in (b"RIFF", b"RF64", b"RIFX") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] in _BRANDS_OF_MP4:
        return "mp4"
    if head[:9] == b"#!AMR-WB\n":
        return "amr-wb"
    if head[:6] == b"#!AMR\n":
        return "amr"
    by_magic = {
        b"fLaC": "flac",
        b"OggS": "ogg",
        b"caff": "caf",
        b".snd": "au",
        b"riff": "w64",
        b"\x1a\x45\xdf\xa3": "webm",
    }
    return by_magic.get(head[:4]) or _kind_by_sync(head, after_tag=after_tag)


def _kind_by_sync(head: bytes, *, after_tag: bool) -> str:
    """MPEG frames start with eleven ones; the layer bits are zero in ADTS only (ISO
    13818-7).
    """
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "adts" if head[1] & 0xF6 == 0xF0 else "mp3"
    return "mp3" if after_tag else "unknown"
