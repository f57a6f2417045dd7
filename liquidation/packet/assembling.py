"""From what a packet holds to its two files, with memory for one document at a time."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedRandom
from typing import IO

from liquidation.packet.archive import MergedFile, Packed, pack
from liquidation.packet.index import front_of
from liquidation.packet.manifest import Contents, Document
from liquidation.packet.merge import Merged, Unmergeable
from liquidation.packet.sources import DamagedDocument, Hashing, pdf_of
from otec_portal.core import sealed
from otec_portal.core.scratch import BUFFER, Scratch

Told = Callable[[int], None]  # how many documents are in


@dataclass(frozen=True)
class Kept:
    """A file that was sealed; `key` says where."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Files:
    """A packet as it was built."""

    pdf: Kept
    archive: Kept
    pages: int


class Assembling:
    """Builds into `folder`.

    `told` is called with every document, and while the files are written: it may raise,
    and so end the work.
    """

    def __init__(self, contents: Contents, *, folder: str, told: Told) -> None:
        self._contents, self._folder, self._told = contents, folder, told
        self._done = 0
        self._packed: list[Packed] = []
        self._keys: list[str] = []

    def run(self) -> Files:
        """Build them; what a worker that died left in the folder is forgotten first.

        Raises DamagedDocument, sealed.NotKept, OSError without room: nothing is kept.
        """
        sealed.forget_others(self._folder)
        try:
            return self._assembled()
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Delete what was kept by this work."""
        for key in self._keys:
            sealed.forget(key)

    def _assembled(self) -> Files:
        with ExitStack() as stack:
            scratch = stack.enter_context(Scratch())
            merged = stack.enter_context(Merged(front_of(self._contents)))
            for document in self._contents.documents:
                self._take(document, scratch, merged)
            pdf, pages = self._merged(merged)
            archive = self._archive(pdf, pages, front=merged.front)
        return Files(pdf, archive, pages)

    def _take(self, document: Document, scratch: Scratch, merged: Merged) -> None:
        content = pdf_of(document)
        source = scratch.add(content)
        try:
            merged.add(source, pages=document.pages)
        except Unmergeable as why:
            raise DamagedDocument(document) from why
        digest = sha256(content).hexdigest()
        self._packed.append(Packed(document, source, digest, len(content)))
        self._done += 1
        self._told(self._done)

    def _merged(self, merged: Merged) -> tuple[Kept, int]:
        with BufferedRandom(Scratch(), BUFFER) as out:
            pages = merged.save(out, self._contents)
            return self._keep(out), pages

    def _archive(self, pdf: Kept, pages: int, *, front: int) -> Kept:
        told = MergedFile(pdf.sha256, pdf.size, pages, front)
        with BufferedRandom(Scratch(), BUFFER) as out:
            pack(out, self._contents, self._packed, told)
            return self._keep(out)

    def _keep(self, file: IO[bytes]) -> Kept:
        source = Hashing(file, lambda: self._told(self._done))
        key = sealed.keep(source, folder=self._folder)
        self._keys.append(key)
        return Kept(key, source.sha256, source.size)
