"""Keeps the pictures in the site's folder from one build to the next.

MkDocs empties the folder before it builds. Writing tens of thousands of pictures again would take longer than rendering
the pages. So their folder is renamed meanwhile: MkDocs keeps names that begin with a dot. Afterwards, only new pictures
are copied, and pictures that no page shows are removed.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from mkdocs.structure.files import File

ASIDE = ".filter-atlas-pictures"


class KeptFile(File):
    """A file that is copied only if the site's copy has another size or modification time."""

    def copy_file(self, dirty: bool = False) -> None:  # noqa: ARG002 (MkDocs passes it)
        """Copy the file with its modification time, by which the next build recognises it."""
        source, target = str(self.abs_src_path), self.abs_dest_path
        here = os.stat(source)  # noqa: PTH116 (faster; a site has thirty thousand files)
        try:
            there = os.stat(target)  # noqa: PTH116
            if (there.st_size, there.st_mtime_ns) == (here.st_size, here.st_mtime_ns):
                return
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        os.utime(target, ns=(here.st_atime_ns, here.st_mtime_ns))


def move_away(site: Path, pictures: Path) -> None:
    """Before MkDocs empties the site's folder: rename its folder of pictures, if there is one."""
    aside = site / ASIDE
    if pictures.is_dir() and not pictures.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)  # left by a build that was stopped before `move_back`
        pictures.rename(aside)


def move_back(site: Path, pictures: Path) -> None:
    """Afterwards: rename the folder of pictures back."""
    aside = site / ASIDE
    if aside.is_dir():
        pictures.parent.mkdir(parents=True, exist_ok=True)
        aside.rename(pictures)


def remove_unused(pictures: Path, wanted: Iterable[str]) -> None:
    """Remove the files in the folder of pictures that the site does not use. `wanted`: paths within that folder."""
    names = {os.path.join(pictures, name) for name in wanted}  # noqa: PTH118
    for folder, _, files in os.walk(pictures, topdown=False):
        left = [name for name in files if os.path.join(folder, name) not in names]  # noqa: PTH118
        for name in left:
            (Path(folder) / name).unlink()
        if len(left) == len(files) and not any(Path(folder).iterdir()):
            Path(folder).rmdir()
