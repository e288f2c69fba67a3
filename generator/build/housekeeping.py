"""Housekeeping of a store: counts and verifies artifacts, and removes those that nothing refers to."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from generator.build.locks import Locks
from generator.errors import BuildError, InputError
from generator.network import sketches
from generator.responses import albums, shards
from generator.store import archive, webcache
from generator.store import manifest as manifests
from generator.store.artifacts import Store
from generator.store.manifest import Manifest
from generator.system.files import AGE, clear_leftovers
from generator.system.progress import Say


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
    """Read every artifact; report and remove the damaged ones. Returns their number."""
    store = _existing(root)
    damaged = 0
    for key in store:
        if found := store.damage(key):
            say(f"{key}: {found}")
            store.remove(key)
            damaged += 1
    for path in store.orphans():
        say(f"{path}: left over from an interrupted write, or without its JSON file (`store gc --yes` removes it)")
    return damaged


def collect(root: Path, say: Say, *, really: bool) -> None:
    """Remove the artifacts that no manifest of this store refers to, and the leftovers of interrupted writes.

    `really`: otherwise only say what would be removed. Raises InputError, and removes nothing, if a manifest cannot be
    read. Raises BuildError if a build is running, because its new artifacts may not be in use yet.
    """
    store = _existing(root)
    with Locks(root) as locks:
        if really and not locks.alone():
            raise BuildError(f"A build is running on {root}: nothing was removed. Run this again when it has finished.")
        sites = {path.stem: manifests.load(path) for path in sorted((root / "manifests").glob("*.json"))}
        used = set().union(*(_wanted(site, store) for site in sites.values()))
        passes = {name for site in sites.values() for name in _passes(site, store)}
        unused = [key for key in store if key not in used]
        derived = list(webcache.unused(root / webcache.FOLDER, list(sites)))
        leftovers = [path for path in store.orphans() if locks.held or time.time() - path.stat().st_mtime > AGE]
        halves = [path for path in sorted((root / "checkpoints").rglob("*")) if path.is_file()]
        leftovers += [path for path in halves if passes.isdisjoint(path.relative_to(root).with_suffix("").parts)]
        size = sum(entry.size for entry in map(store.entry, unused) if entry)
        say(f"{len(unused):,} artifacts ({size / 1e6:,.1f} MB) belong to no site of this store.")
        say(f"{len(derived):,} derived pictures ({_size(derived)}) are not used by any page of these sites.")
        say(f"{len(leftovers):,} files ({_size(leftovers)}) are left over from interrupted runs.")
        if not really:
            say("Nothing was removed; --yes removes them.")
            return
        for key in unused:
            store.remove(key)
        clear_leftovers(root)
        for path in leftovers + derived:
            path.unlink(missing_ok=True)
        say(f"Removed {len(unused):,} artifacts, {len(derived):,} derived pictures, {len(leftovers):,} leftovers.")


def _wanted(site: Manifest, store: Store) -> set[str]:
    """The keys of all artifacts that a site refers to."""
    return albums.everything(site, store) | set(sketches.keys_of(site).values())


def _passes(site: Manifest, store: Store) -> Iterator[str]:
    """The names of the passes over the photographs that a build of the site would continue."""
    for kind, more in (("responses", "maxima"), ("footprints", "footprints")):
        wanted = [(layer.name, getattr(layer, kind), getattr(layer, more)) for layer in site.layers if layer.chosen]
        lacking = [(name, key) for name, key, other in wanted if not _all(store, key, other)]
        yield shards.folder([(name, key) for name, key in lacking if key])


def _all(store: Store, *keys: str | None) -> bool:
    return all(store.has(key) for key in keys if key)


def _size(paths: list[Path]) -> str:
    """The total size of the files that still exist, in words."""
    total = 0
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return f"{total / 1e6:,.1f} MB"


def export(root: Path, site_dir: Path | None, file: Path, say: Say) -> None:
    """Write the artifacts that a site needs to an archive; without a site, all. Raises InputError or BuildError."""
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
    """Import an archive into a store, which may be new. Its site's manifest is used if `site_dir` has none yet."""
    found = archive.take(Store(root), file)
    say(f"{found.artifacts:,} artifacts are verified and in {root}; {found.known:,} of them were there before.")
    path = manifests.path_for(root, site_dir)
    if found.manifest and not path.exists():
        manifests.save(found.manifest, path)
        say(f"Run make site to build their site in {site_dir}.")
    elif found.manifest and manifests.load(path) != found.manifest:
        say(f"{site_dir} keeps its own manifest. To build the archive's site, name another folder with --site-dir.")


def _existing(root: Path) -> Store:
    if not root.is_dir():
        raise InputError(f"There is no store {root}. Name one with --store, or run make atlas first.")
    return Store(root)
