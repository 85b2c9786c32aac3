"""Recognise the container of a recording by its bytes, whatever its name is."""

from collections.abc import Callable
from typing import BinaryIO

_HEAD_BYTES = 64
# The first frame may stand behind zeros or the rest of another frame.
_SEARCHED_BYTES = 65_536
_FRAMES_IN_A_ROW = 3
_ID3_HEADER_BYTES = 10
_ADTS_HEADER_BYTES = 7
_ADTS_RATES_HZ = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
# These are kilobits a second by index, for layer III of MPEG 1 and of MPEG 2 and 2.5.
_MP3_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SAMPLING_HZ = (44_100, 48_000, 32_000)

_BOXES_OF_MP4 = {
    *(b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx"),
    *(b"emsg", b"prft", b"wide", b"free", b"skip"),
}
_BY_FIRST_BYTES = (
    (b"#!AMR-WB\n", "amr-wb"),
    (b"#!AMR\n", "amr"),
    (b"NIST_1A", "sphere"),
    (b"fLaC", "flac"),
    (b"caff", "caf"),
    (b".snd", "au"),
    (b"riff", "w64"),
    (b"\x1a\x45\xdf\xa3", "webm"),
)
# These files are no readable recordings, but people know their names.
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b", "zip"),
    (b"DSD ", "dsd"),
    (b"FRM8", "dsd"),
    (b"0&\xb2u\x8ef\xcf\x11", "wma"),
    (b"FLV\x01", "video"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"#EXTM3U", "playlist"),
    (b"\x00\x00\x01\xba", "video"),
    (b"MThd", "midi"),
    (b"version https://git-lfs", "pointer"),
)
_OTHERS_IN_RIFF = {
    b"AVI ": "video",
    b"WEBP": "picture",
}
_MPEG_TS_PACKET_BYTES = 188


def sniff(file: BinaryIO) -> str:
    """Return the container by its first bytes, "" for an unknown one.

    Containers: `wav`, `flac`, `ogg`, `ogg-flac`, `mp3`, `aiff`, `caf`, `au`, `w64`,
    `sphere`, `mp4` (also m4a, mov and 3gp), `webm` (also Matroska), `adts`, `amr` and
    `amr-wb`.
    """
    head, is_after_tag = _head(file)
    found = _by_magic(head) or _by_sync(head)
    if found:
        return found
    if _other_by_magic(head):
        return ""
    file.seek(0)
    content = file.read(_SEARCHED_BYTES)
    if _has_frames(content, _mp3_frame_bytes):
        return "mp3"
    if _has_frames(content, adts_frame_bytes):
        return "adts"
    return "mp3" if is_after_tag else ""


def name_of_other(head: bytes) -> str:
    """Return a short name of a file that is no recording.

    Names: `page`, `text`, `pdf`, `zip`, `dsd`, `wma`, `video`, `picture`, `playlist`,
    `midi`, `pointer`, `zeros` and `unknown`.
    """
    return _other_by_magic(head) or _name_of_text(head) or "unknown"


def _other_by_magic(head: bytes) -> str:
    for magic, name in _OTHERS:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] in _OTHERS_IN_RIFF:
        return _OTHERS_IN_RIFF[head[8:12]]
    if head[:1] == b"G" and head[_MPEG_TS_PACKET_BYTES:][:1] == b"G":
        return "video"
    return ""


def head_of(file: BinaryIO) -> bytes:
    """Return the first 512 bytes."""
    file.seek(0)
    return file.read(512)


def adts_rate_hz(head: bytes) -> int:
    """Return the rate in an ADTS header, 0 where it is not allowed."""
    index = len(_ADTS_RATES_HZ)
    if len(head) > 2:
        index = head[2] >> 2 & 0x0F
    return _ADTS_RATES_HZ[index] if index < len(_ADTS_RATES_HZ) else 0


def adts_frame_bytes(content: bytes, at: int = 0) -> int:
    """Return the length of the frame of raw AAC that begins there, 0 for none.

    Source: ISO 13818-7 section 6.2.
    """
    head = content[at : at + _ADTS_HEADER_BYTES]
    if len(head) < _ADTS_HEADER_BYTES:
        return 0
    has_sync = head[0] == 0xFF and head[1] & 0xF6 == 0xF0
    if not has_sync:
        return 0
    if adts_rate_hz(head) == 0:
        return 0
    n_bytes = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if n_bytes < _ADTS_HEADER_BYTES:
        return 0
    return n_bytes


def tag_bytes(head: bytes) -> int:
    """Return the length of the ID3v2 tag that begins with these ten bytes, 0 for none."""
    if head[:3] != b"ID3":
        return 0
    return _ID3_HEADER_BYTES + _synchsafe(head[6:10])


def _head(file: BinaryIO) -> tuple[bytes, bool]:
    """Return the first bytes of the sound, and whether a tag stands before them."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    n_bytes = tag_bytes(head)
    if n_bytes == 0:
        return head, False
    file.seek(n_bytes)
    return file.read(_HEAD_BYTES), True


def _synchsafe(four: bytes) -> int:
    """Return the number in seven bits a byte, the sizes of ID3v2 section 6.2."""
    size = 0
    for byte in four:
        size = size << 7 | byte & 0x7F
    return size


# Containers of chunks: the first four bytes, and the form at offset 8.
_BY_FORM = {
    (b"RIFF", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"RIFX", b"WAVE"): "wav",
    (b"BW64", b"WAVE"): "wav",
    (b"RIFF", b"RMP3"): "mp3",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}


def _by_magic(head: bytes) -> str:
    """Return the kind of file by its magic numbers, or an empty text."""
    form = _BY_FORM.get((head[:4], head[8:12]))
    if form is not None:
        return form
    if head[:4] == b"OggS":
        return _kind_of_ogg(head)
    if head[4:8] in _BOXES_OF_MP4:
        return "mp4"
    for magic, name in _BY_FIRST_BYTES:
        if head.startswith(magic):
            return name
    return ""


def _kind_of_ogg(head: bytes) -> str:
    """Return `ogg-flac` or `ogg`.

    The two are separate because libsndfile loses its place in Ogg FLAC.
    """
    return "ogg-flac" if b"\x7fFLAC" in head[27:] else "ogg"


def _by_sync(head: bytes) -> str:
    """Return the kind of MPEG audio by its sync word.

    MPEG frames start with eleven ones; in ADTS only the layer bits are zero. Source:
    ISO 13818-7.
    """
    if len(head) < 2:
        return ""
    if head[0] != 0xFF:
        return ""
    if head[1] & 0xE0 != 0xE0:
        return ""
    return "adts" if head[1] & 0xF6 == 0xF0 else "mp3"


# Returns the length of the frame that begins at a place of some bytes, 0 for none.
_FrameLength = Callable[[bytes, int], int]


def _has_frames(content: bytes, length_of: _FrameLength) -> bool:
    at = content.find(b"\xff")
    while at >= 0:
        if _count_frames(content, at, length_of) >= _FRAMES_IN_A_ROW:
            return True
        at = content.find(b"\xff", at + 1)
    return False


def _count_frames(
    content: bytes,
    at: int,
    length_of: _FrameLength,
) -> int:
    """Return how many frames follow each other from there, at most three."""
    for n_frames in range(_FRAMES_IN_A_ROW):
        n_bytes = length_of(content, at)
        if n_bytes == 0:
            return n_frames
        at += n_bytes
    return _FRAMES_IN_A_ROW


def _mp3_frame_bytes(content: bytes, at: int) -> int:
    """Return the length of a frame of layer III, 0 where none begins (ISO 11172-3)."""
    head = content[at : at + 4]
    if len(head) < 4:
        return 0
    if head[0] != 0xFF:
        return 0
    if head[1] & 0xE6 != 0xE2:
        return 0
    version = head[1] >> 3 & 3
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    if version == 1:
        return 0
    if sampling == 3:
        return 0
    if not 0 < rate < 15:
        return 0
    padding = head[2] >> 1 & 1
    if version == 3:
        return 144_000 * _MP3_RATES_1[rate] // _MP3_SAMPLING_HZ[sampling] + padding
    slower = 2 if version == 2 else 4
    sampling_hz = _MP3_SAMPLING_HZ[sampling] // slower
    return 72_000 * _MP3_RATES_2[rate] // sampling_hz + padding


def _name_of_text(head: bytes) -> str:
    if not head.strip(b"\0"):
        return "zeros"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<?xml", b"<head")):
        return "page"
    printable = set(range(32, 127)) | {9, 10, 13}
    n_printable = sum(byte in printable for byte in head)
    return "text" if n_printable > 0.95 * len(head) else ""
