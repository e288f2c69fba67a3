"""A machine that will not do: full or read-only disks, no permission, few file handles, a clock that runs backwards."""

import os
import resource
import shutil
import subprocess
import sys
import time

import pytest

from tests.sitecheck import problems
from tests.torture.conftest import Victim, long, often, unmeasured

NOBODY = 65534


def told_in_short(told, *words):
    """What a failed build said last: at most three lines, with these words, and no traceback."""
    lines = [line for line in told.strip().splitlines() if "artifacts" not in line or "filter-atlas" in line]
    assert "Traceback" not in told, told
    assert all(word in told for word in words), told
    assert len(lines[-3:]) <= 3
    return lines


def namespace(script):
    """Run a shell script where it may mount what it likes, unseen by the rest of the machine."""
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "bash", "-euc", script],
        capture_output=True,
        text=True,
        check=False,
        env=unmeasured(),
    )


@pytest.fixture(scope="module")
def mounts():
    if shutil.which("unshare") is None or namespace("mount -t tmpfs none /mnt").returncode:
        pytest.skip("this system lets nobody mount anything in a namespace of their own")


def command(victim, *more):
    return " ".join(f"'{word}'" for word in [sys.executable, "-m", "generator", "atlas", *victim.bench.flags(), *more])


@long
@pytest.mark.usefixtures("mounts")
def test_a_full_disk(whole, tmp_path, report):
    """A real file system of a few hundred kilobytes; what it held is kept, and a larger one goes on from there."""
    sizes = often([300], 0) if not often(0, 1) else [64 + 96 * n for n in range(often(1, 12))]
    for number, size in enumerate(sizes):
        victim = Victim(tmp_path / str(number))
        store, kept = victim.bench.store, tmp_path / f"kept{number}"
        store.mkdir()
        kept.mkdir()
        done = namespace(
            f"mount -t tmpfs -o size={size}k none '{store}'; code=0; {command(victim)} || code=$?; "
            f"cp -a '{store}/.' '{kept}'; exit $code"
        )
        assert done.returncode == 1, done.stderr
        told_in_short(done.stderr, "No space left on device")
        assert list(kept.rglob(".*.tmp")) == []
        store.rmdir()
        kept.rename(store)
        before = {path.name for path in (store / "objects").glob("*/*.json")}
        if before:
            assert victim.bench.run("store verify") == 0
        assert victim.bench.run() == 0
        assert victim.bench.objects() == whole.bench.objects()
    report(f"full disks (file systems of {sizes[0]} to {sizes[-1]} KiB)", len(sizes), "said so, exit 1; went on later")


@long
@pytest.mark.usefixtures("mounts")
def test_a_full_disk_under_the_site(whole, tmp_path):
    victim = Victim(tmp_path / "atlas")
    shutil.copytree(whole.bench.store / "objects", victim.bench.store / "objects")
    victim.bench.site.mkdir()
    done = namespace(f"mount -t tmpfs -o size=200k none '{victim.bench.site}'; {command(victim)}")
    assert done.returncode == 1, done.stderr
    told_in_short(done.stderr, "No space left on device")
    assert victim.bench.run() == 0
    assert problems(victim.bench.site) == []


@long
@pytest.mark.usefixtures("mounts")
def test_a_read_only_store(whole, tmp_path, report):
    """Building says so; a site whose pictures are all derived is rendered from it all the same."""
    victim = Victim(tmp_path / "atlas")
    victim.build("--filters", "2")
    store = victim.bench.store
    bound = f"mount --bind '{store}' '{store}'; mount -o remount,bind,ro '{store}'; "
    before = victim.files()
    done = namespace(bound + command(victim))
    assert done.returncode == 1, done.stderr
    told_in_short(done.stderr, "Read-only file system", "--store")
    assert victim.files() == before
    done = namespace(bound + command(victim).replace("'atlas'", "'site'").replace("'--filters'", "''"))
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    victim.build()
    assert victim.bench.objects() == whole.bench.objects()
    report("builds on a read-only store", 1, "said so, exit 1; nothing changed; went on later")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("what", ["store", "site", "photographs", "narrow.npz", "atlas.toml"])
def test_no_permission(what, tmp_path, report):
    victim = Victim(tmp_path / "atlas")
    (victim.bench.root / "store").mkdir()
    (victim.bench.root / "site").mkdir()
    for path in (*tmp_path.parents, tmp_path):
        if path.stat().st_uid == os.getuid() and path != path.parent:
            path.chmod(path.stat().st_mode | 0o055)
    for path in victim.bench.root.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
    os.chown(victim.bench.root, NOBODY, NOBODY)
    there = victim.bench.root / what
    os.chown(there, 0, 0)
    there.chmod(0o500 if there.is_dir() else 0o400)
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    try:
        process = victim.start(user=NOBODY, group=NOBODY, extra_groups=[], env=unmeasured(HOME=str(home)))
    except (PermissionError, FileNotFoundError):
        pytest.skip("nobody may not run this Python")
    _, told = process.communicate()
    if "Permission denied" in told and "No module" in told:
        pytest.skip("nobody may not read this checkout")
    assert process.returncode in (1, 2), told
    told_in_short(told, "denied" if what != "photographs" else "photograph")
    os.chown(there, NOBODY, NOBODY)
    there.chmod(0o755)
    report(f"builds without permission for {what}", 1, f"said so, exit {process.returncode}")


@long
@pytest.mark.parametrize("handles", [24, 40, 64])
def test_few_file_handles(handles, whole, tmp_path, report):
    """Either it is enough, or the system's own words are passed on; afterwards everything goes on."""
    victim = Victim(tmp_path / "atlas")
    process = victim.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles)))
    _, told = process.communicate()
    assert process.returncode in (0, 1, 2), told
    assert "Traceback" not in told
    if process.returncode:
        assert "Too many open files" in told, told
    victim.build()
    assert victim.bench.objects() == whole.bench.objects()
    report(f"builds with {handles} file handles", 1, f"exit {process.returncode}; went on later")


@long
def test_a_file_size_limit(whole, tmp_path, report):
    """Another way in which a disk is full: the system refuses files beyond a size."""
    victim = Victim(tmp_path / "atlas")
    process = victim.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    _, told = process.communicate()
    assert process.returncode == 1, told
    told_in_short(told, "File too large")
    assert list(victim.bench.store.rglob(".*.tmp")) == []
    victim.build()
    assert victim.bench.objects() == whole.bench.objects()
    report("builds that may write files of 4 KiB only", 1, "said so, exit 1; went on later")


def test_a_clock_set_back(whole, tmp_path, report):
    """All files of the store, the site and the photographs come from next year."""
    victim = Victim(tmp_path / "atlas")
    shutil.copytree(whole.bench.store / "objects", victim.bench.store / "objects")
    assert victim.bench.run() == 0
    left = victim.bench.store / "objects" / "00" / ".left.tmp"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    future = time.time() + 365 * 86400
    for path in victim.bench.root.rglob("*"):
        os.utime(path, (future, future))
    reference = {name: digest for name, digest in victim.files().items() if "/memo/" not in name}
    reference.pop("store/objects/00/.left.tmp")
    assert victim.bench.run() == 0
    assert {name: digest for name, digest in victim.files().items() if "/memo/" not in name} == reference
    assert victim.bench.run("store gc", "--yes") == 0
    assert victim.bench.run() == 0
    report("builds on files from next year", 1, "nothing computed again, leftovers cleared, same bytes")
