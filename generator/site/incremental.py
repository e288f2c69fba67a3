"""Pictures stay in the site's folder from build to build.

MkDocs empties the folder before it builds, which for tens of thousands of pictures takes longer than to render the
pages. So they step aside for that moment, under a name with a dot, which it leaves alone; afterwards only what is new
is copied, and what no page shows any more is removed.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from mkdocs.structure.files import File

ASIDE = ".filter-atlas-pictures"


class KeptFile(File):
    """A file that is copied only if the one in the site is another: of another size or time of change."""

    def copy_file(self, dirty: bool = False) -> None:  # noqa: ARG002 (MkDocs passes it)
        """Copy it with its time of change, by which the next build knows it."""
        source, target = str(self.abs_src_path), self.abs_dest_path
        here = os.stat(source)  # noqa: PTH116 (a site has thirty thousand)
        try:
            there = os.stat(target)  # noqa: PTH116
            if (there.st_size, there.st_mtime_ns) == (here.st_size, here.st_mtime_ns):
                return
        except FileNotFoundError:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        os.utime(target, ns=(here.st_atime_ns, here.st_mtime_ns))


def step_aside(site: Path, pictures: Path) -> None:
    """Before MkDocs empties the site's folder: move its folder of pictures out of the way, if there is one."""
    aside = site / ASIDE
    if pictures.is_dir() and not pictures.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)  # of a build that was stopped while they stood aside
        pictures.rename(aside)


def come_back(site: Path, pictures: Path) -> None:
    """Afterwards: move it back."""
    aside = site / ASIDE
    if aside.is_dir():
        pictures.parent.mkdir(parents=True, exist_ok=True)
        aside.rename(pictures)


def sweep(pictures: Path, wanted: Iterable[str]) -> None:
    """Remove the files in the folder of pictures that the site does not want. `wanted`: paths within that folder."""
    names = {os.path.join(pictures, name) for name in wanted}  # noqa: PTH118
    for folder, _, files in os.walk(pictures, topdown=False):
        left = [name for name in files if os.path.join(folder, name) not in names]  # noqa: PTH118
        for name in left:
            (Path(folder) / name).unlink()
        if len(left) == len(files) and not any(Path(folder).iterdir()):
            Path(folder).rmdir()
