"""Case D10: one worker makes 1,000 certificates, and its memory stays bounded.

Here a few of them in a process of their own, as a worker is; tests/bench/certificates
measures all 1,000.
"""

import subprocess
import sys
from typing import Final

WARM: Final = 20  # certificates until everything that is kept once is there
MEASURED: Final = 100
# MiB: a worker that kept each PDF, of 60 KiB, would grow by 6; one that keeps nothing
# by the allocator's noise, of up to 2
LIMIT: Final = 4.0
PRINTER: Final = f"""
import django
django.setup()
from certificates.document import render
from tests.bench.certificates import _resident
from tests.certificates.paper import snapshot

kept = snapshot(10).text
for _ in range({WARM}):
    render(kept)
before = _resident()
for _ in range({MEASURED}):
    render(kept)
print(_resident() - before)
"""


def test_d10_memory_of_a_worker_does_not_grow_with_what_it_prints() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINTER], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < LIMIT
