"""Looking after a store: counting, verifying, and removing what nothing refers to."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from generator import albums, archive, sketches, webcache
from generator import manifest as manifests
from generator.errors import InputError
from generator.store import Store

Say = Callable[[str], None]

AGE = 3600  # seconds: a younger file without its JSON may be in the hands of a running build


def status(root: Path) -> list[str]:
    """Lines that count the store's artifacts by kind."""
    store = _existing(root)
    count: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for key in store:
        entry = store.entry(key)
        kind = entry.inputs["kind"] if entry else "damaged"
        count[kind] += 1
        size[kind] += entry.size if entry else 0
    sites = len(list((root / "manifests").glob("*.json")))
    lines = [f"{kind:<14} {count[kind]:>7,} artifacts {size[kind] / 1e6:>9,.1f} MB" for kind in sorted(count)]
    return [*lines, f"{sites} sites refer to this store."]


def verify(root: Path, say: Say) -> int:
    """Read every artifact; name each damaged one and take it out. Returns how many there were."""
    store = _existing(root)
    damaged = 0
    for key in store:
        if found := store.damage(key):
            say(f"{key}: {found}")
            store.remove(key)
            damaged += 1
    for path in store.orphans():
        say(f"{path}: left over from an interrupted write (`store gc --yes` removes it)")
    return damaged


def collect(root: Path, say: Say, *, really: bool) -> None:
    """Remove the artifacts that no manifest of this store refers to, and what interrupted writes left over.

    A build writes its manifest before its first artifact, so a running build's artifacts are referred to. Raises
    InputError if a manifest cannot be read: what it refers to is unknown then, and nothing is removed.
    """
    store = _existing(root)
    used: set[str] = set()
    sites = sorted((root / "manifests").glob("*.json"))
    for path in sites:
        manifest = manifests.load(path)
        used |= albums.everything(manifest, store) | set(sketches.keys_of(manifest).values())
    unused = [key for key in store if key not in used]
    entries = [store.entry(key) for key in unused]
    size = sum(entry.size for entry in entries if entry)
    say(f"{len(unused):,} artifacts ({size / 1e6:,.1f} MB) belong to no site of this store.")
    leftovers = [path for path in store.orphans() if time.time() - path.stat().st_mtime > AGE]
    derived = list(webcache.unused(root / webcache.FOLDER, [path.stem for path in sites]))
    size = sum(path.stat().st_size for path in derived)
    say(f"{len(derived):,} derived pictures ({size / 1e6:,.1f} MB) are on no page of these sites as last rendered.")
    if not really:
        say("Nothing was removed; --yes removes them.")
        return
    for key in unused:
        store.remove(key)
    for path in leftovers + derived:
        path.unlink()
    say(f"Removed {len(unused):,} artifacts, {len(derived):,} derived pictures, {len(leftovers):,} leftovers.")


def export(root: Path, site_dir: Path | None, file: Path, say: Say) -> None:
    """Write what a site needs of the store to an archive; without a site, everything. Raises InputError, BuildError."""
    store = _existing(root)
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise InputError(f"{file} cannot be written: name a file in a folder that exists.")
    manifest = manifests.load(manifests.path_for(root, site_dir)) if site_dir else None
    wanted = albums.everything(manifest, store) if manifest else None
    if manifest and wanted:
        wanted |= {key for key in sketches.keys_of(manifest).values() if store.has(key)}
    number = archive.export(store, wanted, manifest, file)
    of = f" of the {len(wanted):,} that the site in {site_dir} wants" if wanted else ""
    say(f"{number:,} artifacts{of} are in {file} ({file.stat().st_size / 1e6:,.1f} MB).")


def take(root: Path, site_dir: Path, file: Path, say: Say) -> None:
    """Import an archive into a store, new or not, with its site's manifest if `site_dir` has none of its own yet."""
    found = archive.take(Store(root), file)
    say(f"{found.artifacts:,} artifacts are whole and in {root}; {found.known:,} of them were there before.")
    path = manifests.path_for(root, site_dir)
    if found.manifest and not path.exists():
        manifests.save(found.manifest, path)
        say(f"make site builds the site they were made for, in {site_dir}.")
    elif found.manifest and manifests.load(path) != found.manifest:
        say(f"{site_dir} keeps its own manifest; name another folder with --site-dir to build the archive's site.")


def _existing(root: Path) -> Store:
    if not root.is_dir():
        raise InputError(f"There is no store {root}. Name one with --store, or run make atlas first.")
    return Store(root)
