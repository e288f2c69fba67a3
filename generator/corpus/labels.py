"""Finds the label of each photograph: the part of its path that says what it shows.

Usually this is its folder. A folder that is named after a split or as a folder of images (train, images) says nothing
about its content, and neither does a folder that all photographs share. Then another level is the label, or the names
of the files (cat.0.jpg).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.errors import InputError

AUTO, FOLDER, FILE = "auto", "folder", "file"
LEAF = "the folder that it lies in"  # in words, of a photograph
TELLING = "the nearest folder that is not named for a split or for holding images"
NAME = "the beginning of its file's name"

# Words in folder names that say nothing about the photographs. x and px stand in sizes: 256 x 256.
_SAY_NOTHING = """
    train training trainset test testing testset val valid validation dev eval evaluation holdout fold split part batch
    set shard chunk subset unlabeled unlabelled image images img imgs jpegimages photo photos photograph photographs
    picture pictures pic pics jpg jpgs jpeg jpegs png pngs data dataset raw original originals orig full frame frames
    crop crops cropped resized dcim x px
"""
_PLAIN = frozenset(_SAY_NOTHING.split())
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NUMBERED = re.compile(r"(?P<stem>.*?[^\W\d_].*?)[\s._-]*\(?\d+\)?")  # cat.0, great_pyrenees_12, cat (3)
_CAMERAS = re.compile(  # the first words of file names that cameras, phones and programs give
    r"(img|imgp|dsc|dscn|dscf|dscp|pict|pxl|mvimg|burst|gopr|gp|dji|sam|cimg|hpim|kif|sta|wp|vid|p|pano|scan"
    r"|screen ?shot|screenshot|whatsapp|signal|telegram|fb|received|snapchat|image|photo|picture|photograph|pic|frame"
    r"|file|untitled|thumb|jpeg|jpg|png)(?![^\W\d_])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d")
_SHARED = 2  # photographs per label that are needed, on average, to use beginnings of names
_COVERED = 0.9  # the share of photographs that must have such names


@dataclass(frozen=True)
class Labels:
    """The label of each photograph, in the given order, and where the labels were found."""

    labels: tuple[str, ...]
    found: str  # in words: "the folder that it lies in"
    usual: bool  # whether this is the expected place, so that no note is needed


def choose(names: Sequence[str], root: str, level: str = AUTO) -> Labels:
    """Labels for photographs by their names, which are paths with forward slashes below a folder called `root`.

    `level`: "auto"; "folder", the photograph's own; "file", the beginning of the file's name (cat of cat.0.jpg); "1",
    "2", ..., the folder at that level below the root; "-1", "-2", ..., counted upwards from the photograph. If a path
    has no such folder, its nearest folder is used.

    Raises InputError if the level is deeper than all photographs.
    """
    folders = [tuple(name.split("/")[:-1]) for name in names]
    if level == AUTO:
        found = _automatic(names, folders, root)
    elif level == FOLDER:
        found = Labels(_at(folders, folders, -1, root), LEAF, usual=True)
    elif level == FILE:
        stems = [_stem(name) for name in names]
        leaves = _at(folders, folders, -1, root)
        labels = tuple(stem or leaf for stem, leaf in zip(stems, leaves, strict=True))
        found = Labels(labels, NAME, usual=False)
    else:
        found = _fixed(folders, root, int(level))
    return Labels(tuple(unicodedata.normalize("NFC", label) for label in found.labels), found.found, found.usual)


def check(level: str) -> None:
    """Raise InputError for a level that is not valid."""
    if not re.fullmatch(f"{AUTO}|{FOLDER}|{FILE}|-?[1-9]", level):
        raise InputError(
            f"patches.label is {level!r}; it has to be {AUTO}, {FOLDER}, {FILE}, or a level of folders: "
            "1 to 9 below IMAGES, -1 to -9 from the photograph up."
        )


def _automatic(names: Sequence[str], folders: Sequence[tuple[str, ...]], root: str) -> Labels:
    plain = _plain_folders(set(folders))
    telling = {folder: _telling(folder, plain) for folder in set(folders)}
    chains = [telling[folder] for folder in folders]
    own = _at(chains, folders, -1, root)
    bare = [at for at, chain in enumerate(chains) if not chain]  # photographs without a folder that says anything
    stems = _stems([names[at] for at in bare])
    own = _with(own, bare, stems)
    if len(set(own)) > 1:
        skipped = any(chain and chain[-1] != folder[-1] for chain, folder in zip(chains, folders, strict=True))
        where = TELLING if skipped else LEAF
        if stems:
            where = NAME if len(bare) == len(names) else f"{where}, else {NAME}"
        return Labels(own, where, usual=where == LEAF)
    for up in range(2, max(map(len, chains), default=0) + 1):
        labels = _at(chains, folders, -up, root)
        if len(set(labels)) > 1:
            return Labels(labels, f"the folder {up} levels above it", usual=False)
    if stems := _stems(names):
        return Labels(_with(own, range(len(names)), stems), NAME, usual=False)
    return Labels(own, LEAF, usual=True)


def _fixed(folders: Sequence[tuple[str, ...]], root: str, level: int) -> Labels:
    deepest = max(map(len, folders), default=0)
    if abs(level) > max(deepest, 1):
        raise InputError(
            f"patches.label is {level}, but no photograph is more than {deepest} folders deep in {root}: "
            "use another level, or auto."
        )
    where = f"the folder {level} levels below {root}" if level > 0 else f"the folder {-level} levels above it"
    return Labels(_at(folders, folders, level, root), where.replace("1 levels", "1 level"), usual=level == -1)


def _at(
    chains: Sequence[tuple[str, ...]], folders: Sequence[tuple[str, ...]], level: int, root: str
) -> tuple[str, ...]:
    """The folder at a level of each chain, or the nearest. For an empty chain, the last of `folders`, or the root."""
    found = []
    for chain, folder in zip(chains, folders, strict=True):
        have = chain or folder[-1:] or (root,)
        found.append(have[min(level - 1, len(have) - 1)] if level > 0 else have[max(level, -len(have))])
    return tuple(found)


def _with(labels: tuple[str, ...], places: Sequence[int], others: Sequence[str]) -> tuple[str, ...]:
    """Labels, replaced in some places by others; an empty text replaces nothing."""
    changed = list(labels)
    for place, label in zip(places, others, strict=False):
        changed[place] = label or changed[place]
    return tuple(changed)


def _plain_folders(folders: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The folders, at any level, whose names say nothing, like the names of all folders beside them.

    So `train` is a label if it is beside `boat` and `car`. Numbers say nothing if they occur in several folders that
    are named with words.
    """
    below: dict[tuple[str, ...], set[str]] = {}
    for folder in folders:
        for depth in range(len(folder)):
            below.setdefault(folder[:depth], set()).add(folder[depth])
    plain = {(*above, name) for above, names in below.items() if all(map(_is_plain, names)) for name in names}
    numbered = {
        above: names
        for above, names in below.items()
        if all(map(str.isdecimal, names)) and any(not part.isdecimal() for part in _telling(above, plain))
    }
    times = Counter(name for names in numbered.values() for name in names)
    for above, names in numbered.items():
        if any(times[name] > 1 for name in names):
            plain |= {(*above, name) for name in names}
    return plain


def _is_plain(name: str) -> bool:
    words = _WORD.findall(name.casefold())
    return any(word in _PLAIN for word in words) and all(word in _PLAIN or word.isdecimal() for word in words)


def _telling(folder: tuple[str, ...], plain: set[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for depth, name in enumerate(folder) if folder[: depth + 1] not in plain)


def _stems(names: Sequence[str]) -> list[str]:
    """The beginning of each file's name, "" if it says nothing; [] unless nearly all fall into several groups."""
    stems = [_stem(name) for name in names]
    kinds = Counter(filter(None, stems))
    covered = kinds.total()
    if len(kinds) < 2 or covered < _COVERED * len(names) or covered < _SHARED * len(kinds):
        return []
    return stems


def _stem(name: str) -> str:
    """The beginning of a file's name up to its number, if it is a word that no camera writes; else ""."""
    file = name.rpartition("/")[2]
    found = _NUMBERED.fullmatch(file.rpartition(".")[0] or file)
    stem = found["stem"] if found else ""
    return "" if _CAMERAS.match(stem) or _DATE.search(stem) or _is_plain(stem) else stem


def notes(names: Sequence[str], chosen: Labels) -> tuple[str, ...]:
    """A sentence that tells the reader which part is the label; () if it is the usual part."""
    if chosen.usual:
        return ()
    changed = (at for at, name in enumerate(names) if ("/" + name).split("/")[-2] != chosen.labels[at])
    at = next(changed, 0)
    return (f"A photograph's label is {chosen.found}: {chosen.labels[at]} of {names[at]}.",)
