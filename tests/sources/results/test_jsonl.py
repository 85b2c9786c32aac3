import json
import subprocess
import sys

import pytest

from bot.errors import Invalid, Unavailable
from bot.sources import open_result_sink
from bot.sources.results.jsonl import JsonLinesSink
from bot.sources.results.result_json import result_to_json


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "results.jsonl"


@pytest.fixture
def sink(path):
    return open_result_sink(str(path), secret=None)


def test_what_was_delivered_is_read_back_the_same(sink, result):
    first, second = result(), result(id="HC-7/1", text=None, dissent=())
    sink.deliver(first)
    sink.deliver(second)
    assert list(sink.results()) == [first, second]


def test_a_line_is_an_object_with_its_provenance(sink, path, result):
    sink.deliver(result())
    assert json.loads(path.read_text()) == {
        "id": "HC-1042/1", "request": "HC-1042", "clip_id": "En-0001",
        "span": {"start_ms": 450, "end_ms": 800}, "locale": "en-US", "answer": "words",
        "text": "lámp „Ж“", "how": "agreement", "proposals": 3, "agreeing": 2,
        "quorum": 3, "blind": False,
        "dissent": ["lamb"], "settled_at": "2024-05-02T10:00:00.250000Z",
    }  # fmt: skip


def test_a_folder_gets_a_file_of_its_own(tmp_path, result):
    open_result_sink(str(tmp_path), secret=None).deliver(result())
    assert (tmp_path / "results.jsonl").exists()


def test_delivering_twice_writes_once(sink, path, result):
    for _ in range(3):
        sink.deliver(result())
    JsonLinesSink(path).deliver(
        result()
    )  # another process, as far as the file can tell
    assert len(list(sink.results())) == 1


def test_a_sink_sees_what_another_wrote_meanwhile(path, result):
    ours, theirs = JsonLinesSink(path), JsonLinesSink(path)
    ours.deliver(result())
    theirs.deliver(result(id="HC-2/1"))
    ours.deliver(result(id="HC-2/1"))
    assert [r.id for r in ours.results()] == ["HC-1042/1", "HC-2/1"]


@pytest.mark.parametrize("keep", [1, 20, -1])
def test_a_line_cut_short_by_a_crash_is_repaired(path, result, keep):
    sink = JsonLinesSink(path)
    sink.deliver(result())
    with path.open("ab") as file:
        file.write((result_to_json(result(id="HC-2/1")) + b"\n")[:keep])
    assert [r.id for r in sink.results()] == ["HC-1042/1"]
    JsonLinesSink(path).deliver(result(id="HC-3/1"))
    assert [r.id for r in sink.results()] == ["HC-1042/1", "HC-3/1"]


def test_a_file_that_was_moved_away_is_started_anew(sink, path, result):
    sink.deliver(result())
    path.rename(path.with_suffix(".old"))
    sink.deliver(result(id="HC-2/1"))
    assert [r.id for r in sink.results()] == ["HC-2/1"]


def test_a_file_of_something_else_is_not_written_to(sink, path, result):
    path.parent.mkdir()
    path.write_text('{"id": "HC-1/1"}\n')
    with pytest.raises(Invalid, match="Line 1"):
        sink.deliver(result())
    assert path.read_text() == '{"id": "HC-1/1"}\n'


def test_only_its_owner_may_read_the_results(sink, path, result):
    sink.deliver(result())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_an_empty_sink_has_no_results(sink):
    assert list(sink.results()) == []


def test_a_place_that_cannot_be_written_is_unavailable(tmp_path, result):
    (tmp_path / "file").write_text("")
    sink = open_result_sink(str(tmp_path / "file" / "results.jsonl"), secret=None)
    with pytest.raises(Unavailable, match="RESULT_SINK"):
        sink.deliver(result())


def test_a_full_disk_is_unavailable_and_leaves_no_half_line(path, result):
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from bot.errors import Unavailable\n"
        "from bot.sources.results.jsonl import JsonLinesSink\n"
        "from bot.sources.results.result_json import result_from_json\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "line = sys.argv[2].encode(); limit = len(line) + 50\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "sink = JsonLinesSink(Path(sys.argv[1])); sink.deliver(result_from_json(line))\n"
        "try: sink.deliver(result_from_json(line.replace(b'1042/1', b'1042/2')))\n"
        "except Unavailable: sys.exit(3)\n"
    )
    line = result_to_json(result()).decode()
    assert subprocess.run([sys.executable, "-c", code, str(path), line]).returncode == 3
    assert path.read_text() == line + "\n"


def test_two_processes_deliver_each_result_once(path, result):
    code = (
        "import sys, dataclasses; from pathlib import Path\n"
        "from bot.sources.results.jsonl import JsonLinesSink\n"
        "from bot.sources.results.result_json import result_from_json\n"
        "r = result_from_json(sys.argv[2].encode()); s = JsonLinesSink(Path(sys.argv[1]))\n"
        "[s.deliver(dataclasses.replace(r, id=f'HC-{i}/1')) for i in range(100)]\n"
    )
    arguments = [
        sys.executable,
        "-c",
        code,
        str(path),
        result_to_json(result()).decode(),
    ]
    running = [subprocess.Popen(arguments) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    ids = [r.id for r in JsonLinesSink(path).results()]
    assert sorted(ids) == sorted(f"HC-{i}/1" for i in range(100))
