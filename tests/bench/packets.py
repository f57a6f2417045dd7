"""Building a packet: python -m tests.bench.packets [documents].

300 documents of two scanned pages, 200 MB, built by the worker's own function in a
process of its own: its time against the plain concatenation of the same files, not
sealed, by pikepdf and zipfile, in turn; and its memory beyond that of an idle worker.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.bench.output import say
from tests.bench.server import ROOT, portal

DOCUMENTS: Final = 300
SIZE: Final = 333_000  # bytes of a scanned page
ROUNDS: Final = 3
TIME_LIMIT: Final = 2.0
MEMORY_LIMIT: Final = 256.0  # MiB


def main() -> int:
    """Measure; return the exit code."""
    number = int(sys.argv[1]) if sys.argv[1:] else DOCUMENTS
    say(f"load {os.getloadavg()[0]:.1f}")
    with portal(), tempfile.TemporaryDirectory() as folder:
        files = [_scan(Path(folder) / f"{one:03}.pdf") for one in range(number)]
        pk = _packet(files)
        rounds = [(_built(pk), _plain(files, Path(folder))) for _ in range(ROUNDS)]
    return 0 if _told(rounds, files_size=number * 2 * SIZE) else 1


def _told(
    rounds: list[tuple[dict[str, Any], dict[str, float]]], files_size: int
) -> bool:
    ours = statistics.median(own["seconds"] for own, _ in rounds)
    passed = True
    for name in rounds[0][1]:
        plain = statistics.median(one[name] for _, one in rounds)
        ratio = statistics.median(own["seconds"] / one[name] for own, one in rounds)
        kept = ratio <= TIME_LIMIT
        passed = passed and (kept or name != "pikepdf")
        say(
            f"{'PASS' if kept else 'FAIL'}  {files_size / 1e6:.0f} MB: {ours:.2f} s, "
            f"{name} and zipfile {plain:.2f} s, ratio {ratio:.2f} (limit {TIME_LIMIT})"
        )
    front = statistics.median(own["front"] for own, _ in rounds)
    cpu = statistics.median(own["cpu"] for own, _ in rounds)
    say(f"      ours: {cpu:.2f} s of CPU; cover and index took {front:.2f} s")
    memory = max(own["peak"] - own["idle"] for own, _ in rounds)
    bounded = memory <= MEMORY_LIMIT
    say(
        f"{'PASS' if bounded else 'FAIL'}  peak memory {memory:.0f} MiB beyond an idle "
        f"worker's {rounds[0][0]['idle']:.0f} (limit {MEMORY_LIMIT:.0f})"
    )
    same = len({own["sha256"] for own, _ in rounds}) == 1
    say(f"{'PASS' if same else 'FAIL'}  the same bytes each time")
    say(f"load {os.getloadavg()[0]:.1f}")
    return passed and bounded and same


def _scan(path: Path) -> Path:
    """Write a PDF of two pages that nothing makes smaller."""
    import pikepdf
    from pikepdf import Dictionary, Name

    with pikepdf.new() as pdf:
        for _ in range(2):
            picture = pikepdf.Stream(
                pdf,
                os.urandom(SIZE),
                Dictionary(
                    Type=Name.XObject,
                    Subtype=Name.Image,
                    Width=1240,
                    Height=1754,
                    BitsPerComponent=8,
                    ColorSpace=Name.DeviceGray,
                    Filter=Name.DCTDecode,
                ),
            )
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Resources = Dictionary(XObject=Dictionary(Picture=picture))
            page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Picture Do Q")
        pdf.save(path)
    return path


def _packet(files: list[Path]) -> int:
    """Return the build of a packet of `files`: a class of self-instruction."""
    from courses.models import Modality
    from liquidation.kinds import DocumentKind
    from liquidation.services import building
    from tests.factories import NOW
    from tests.factories.core import TrainingBodyFactory, UserFactory
    from tests.liquidation.building import paper, place
    from tests.liquidation.packing import packet_of, person

    held = packet_of(TrainingBodyFactory(), Modality.SELF_INSTRUCTION)
    papers = [paper(held.packet, one.read_bytes(), pages=2) for one in files]
    place(held, papers[0], DocumentKind.INVOICE)
    place(held, papers[1], DocumentKind.PAYMENT)
    for number, (signed, card) in enumerate(
        zip(papers[2::2], papers[3::2], strict=True)
    ):
        who = person(held, f"Ana María {number}")
        place(held, signed, DocumentKind.SIGNED_DECLARATION, who)
        place(held, card, DocumentKind.IDENTITY_CARD, who)
    return building.ask(held.packet, by=UserFactory(), at=NOW).pk


def _built(pk: int) -> dict[str, Any]:
    """Have a worker of its own build it anew; return what it measured."""
    from liquidation.models import BuildState, PacketBuild

    nothing = {"zip_key": "", "pdf_key": "", "zip_sha256": "", "pdf_sha256": ""}
    PacketBuild.objects.filter(pk=pk).update(
        state=BuildState.WAITING, built_at=None, **nothing
    )
    command = [sys.executable, "-c", _WORKER, str(pk)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


_WORKER: Final = """
import django, json, sys, time
from pathlib import Path
django.setup()
from django.db import connection
from django.utils import timezone
from liquidation import tasks
from liquidation.models import PacketBuild
from liquidation.packet import assembling
connection.ensure_connection()

def memory(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(one for one in lines if one.startswith(what)).split()[1]) / 1024

front, taken = assembling.front_of, []
def timed(contents):
    begun = time.perf_counter()
    made = front(contents)
    taken.append(time.perf_counter() - begun)
    return made
assembling.front_of = timed
idle = memory("VmRSS")
begun, cpu = time.perf_counter(), time.process_time()
assert tasks.build_packet(int(sys.argv[1]))
seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
build = PacketBuild.objects.get(pk=sys.argv[1])
print(json.dumps({
    "seconds": seconds, "cpu": cpu, "front": taken[0],
    "idle": idle, "peak": memory("VmHWM"),
    "sha256": build.pdf_sha256 + build.zip_sha256,
}))
"""


def _plain(files: list[Path], folder: Path) -> dict[str, float]:
    """Concatenate and zip `files`, and nothing else; return seconds by library."""
    merging: dict[str, Callable[[list[Path], Path], None]] = {"pikepdf": _by_pikepdf}
    try:
        import pypdf  # noqa: F401 - only whether it is there
    except ImportError:
        say("pypdf is not installed: not compared")
    else:
        merging["pypdf"] = _by_pypdf
    taken = {}
    for name, merge in merging.items():
        begun, cpu = time.perf_counter(), time.process_time()
        merge(files, folder / "merged")
        with zipfile.ZipFile(folder / "zip", "w") as archive:
            for one in files:
                archive.write(one, one.name)
        taken[name] = time.perf_counter() - begun
        say(f"      {name}: {time.process_time() - cpu:.2f} s of CPU")
    return taken


def _by_pikepdf(files: list[Path], out: Path) -> None:
    import pikepdf

    with pikepdf.new() as merged:
        for one in files:
            with pikepdf.open(one) as pdf:
                merged.pages.extend(pdf.pages)
        merged.save(out)


def _by_pypdf(files: list[Path], out: Path) -> None:
    from pypdf import PdfWriter

    with PdfWriter() as merged:
        for one in files:
            merged.append(one)
        merged.write(out)


if __name__ == "__main__":
    sys.exit(main())
