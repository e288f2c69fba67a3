"""Caltech-101: 9,144 photographs in 102 folders. They may be published. Downloaded once into Keras' cache.

Li, Andreeto, Ranzato, Perona: Caltech 101 (2022), https://doi.org/10.22002/D1.20086, CC BY 4.0.
"""

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from generator.errors import BuildError, InputError
from generator.system import paths
from generator.system.download import Progress, Remote, fetch

ORIGIN = "Caltech-101"  # its name on the pages
LICENCE = "CC BY 4.0, Li, Andreeto, Ranzato, Perona (2022), https://doi.org/10.22002/D1.20086"
ARCHIVE = Remote(
    url="https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip",
    size=137_414_764,
    digest="331234750fc7f77520e50d9565e8b6907b03565e30320da1401130db08c61f91",
)
INNER = "101_ObjectCategories.tar.gz"  # the photographs: an archive within the archive
MOST_FILES = 20_000
MOST_BYTES = 400_000_000  # unpacked; the real data set has a third of that


def folder(say: Callable[[str], None], progress: Progress) -> Path:
    """The folder of the photographs. They are downloaded and unpacked if the folder does not exist yet.

    Raises BuildError if the download or unpacking fails, InputError if the archive is wrong.
    """
    target = cache() / "caltech101"
    if target.is_dir():
        return target
    archive = cache() / "caltech-101.zip"
    if not archive.is_file():
        say(f"Downloading the photographs of Caltech-101 ({ARCHIVE.size / 1e6:.0f} MB, CC BY 4.0) to {archive}")
        fetch(ARCHIVE, archive, progress)
    say(f"Unpacking {archive}")
    unpack(archive, target)
    return target


def unpack(archive: Path, target: Path) -> None:
    """Unpack the photographs of the archive into `target`, which is created only when all are unpacked.

    Only plain files are written, each under the end of its path, FOLDER/NAME.jpg; links and other members are ignored.
    Raises InputError if the archive is damaged or too large, BuildError if `target` cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as temporary:
            place = Path(temporary) / "photographs"
            _unpack(archive, place)
            place.rename(target)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, KeyError, ValueError) as error:
        raise InputError(f"{archive} is not the archive of Caltech-101 ({error}): delete it and run again.") from error
    except OSError as error:
        raise BuildError(f"{archive} could not be unpacked to {target}: {error}") from error


def _unpack(archive: Path, place: Path) -> None:
    files = size = 0
    with zipfile.ZipFile(archive) as outer:
        inner = next((name for name in outer.namelist() if PurePosixPath(name).name == INNER), None)
        if inner is None:
            raise ValueError(f"it contains no {INNER}")
        with outer.open(inner) as stream, tarfile.open(fileobj=stream, mode="r|gz") as members:
            for member in members:
                name = _safe_name(member)
                if name is None:
                    continue
                files, size = files + 1, size + member.size
                if files > MOST_FILES or size > MOST_BYTES:
                    raise ValueError("it is too large")
                content = members.extractfile(member)
                if content is None:
                    continue
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                with content, (place / name).open("wb") as file:
                    shutil.copyfileobj(content, file)
    if not files:
        raise ValueError("it contains no photograph")


def _safe_name(member: tarfile.TarInfo) -> Path | None:
    """FOLDER/NAME.jpg for a plain file in a folder; None for every other member."""
    parts = PurePosixPath(member.name).parts
    if not member.isreg() or len(parts) < 2:
        return None
    label, name = parts[-2:]
    plain = all(part not in {"..", "/"} and not part.startswith(".") and "\\" not in part for part in (label, name))
    return Path(label) / name if plain and name.lower().endswith(".jpg") else None


def cache() -> Path:
    """Keras' folder of downloaded data sets."""
    return paths.keras() / "datasets"
