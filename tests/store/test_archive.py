"""Archives of stores: the same bytes for the same artifacts, and whatever is wrong with one keeps all of it out."""

import hashlib
import io
import json
import os
import tarfile
from typing import Any

import pytest

from generator.build import housekeeping
from generator.errors import BuildError, InputError
from generator.store import archive, manifest
from generator.store.artifacts import Store, sealed
from generator.store.canonical import canonical, key
from tests.build.test_housekeeping import refer

INPUTS: list[dict[str, Any]] = [{"schema": 1, "kind": "visualization", "n": n} for n in range(5)]
KEYS = [key(inputs) for inputs in INPUTS]


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "store")
    for inputs in INPUTS:
        store.put(inputs, b"pixels %d" % inputs["n"], "png", {"width": 3}, {"tensorflow": "x"})
    return store


@pytest.fixture
def file(store, tmp_path):
    archive.export(store, None, None, tmp_path / "all.tar")
    return tmp_path / "all.tar"


@pytest.fixture
def empty(tmp_path):
    return Store(tmp_path / "laptop" / "store")


def objects(store):
    return {path.relative_to(store.root): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}


def test_there_and_back(store, file, empty):
    found = archive.take(empty, file)
    assert (found.artifacts, found.known, found.manifest) == (5, 0, None)
    assert objects(empty) == objects(store)
    assert archive.take(empty, file).known == 5


def test_the_same_artifacts_are_the_same_bytes(store, file, empty, tmp_path):
    archive.take(empty, file)
    os.utime(empty.root / "objects")
    archive.export(empty, None, None, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == file.read_bytes()


def test_a_site_takes_what_it_wants_and_its_manifest(store, empty, tmp_path, capsys):
    refer(store.root, KEYS[:2])
    (store.root / "manifests" / "site.json").rename(manifest.path_for(store.root, tmp_path / "site"))
    told: list[str] = []
    housekeeping.export(store.root, tmp_path / "site", tmp_path / "site.tar", told.append)
    assert "2 artifacts of the 2" in told[0]
    housekeeping.take(empty.root, tmp_path / "other", tmp_path / "site.tar", told.append)
    assert set(empty) == set(KEYS[:2])
    assert manifest.load(manifest.path_for(empty.root, tmp_path / "other")).keys() == set(KEYS[:2])
    refer(empty.root, KEYS[:1])
    (empty.root / "manifests" / "site.json").rename(manifest.path_for(empty.root, tmp_path / "other"))
    housekeeping.take(empty.root, tmp_path / "other", tmp_path / "site.tar", told.append)
    assert "keeps its own manifest" in told[-1]
    assert manifest.load(manifest.path_for(empty.root, tmp_path / "other")).keys() == set(KEYS[:1])


def test_what_is_damaged_here_is_mended_by_an_import(store, file, empty):
    archive.take(empty, file)
    victim = empty.entry(KEYS[0]).path
    victim.write_bytes(b"Pixels 0")
    assert archive.take(empty, file).known == 4
    assert objects(empty) == objects(store)


def test_nothing_damaged_is_exported(store, tmp_path, caplog):
    store.entry(KEYS[0]).path.write_bytes(b"Pixels 0")
    with pytest.raises(BuildError, match=KEYS[0]):
        archive.export(store, None, None, tmp_path / "x.tar")
    assert list(tmp_path.glob("*.tar")) == list(tmp_path.glob(".*.tmp")) == []


def test_an_import_that_was_killed_leaves_nothing_for_good(empty, file):
    left = empty.root / "incoming-dead"
    left.mkdir(parents=True)
    archive.take(empty, file)
    assert left.exists()  # another import may be at it
    os.utime(left, (0, 0))
    archive.take(empty, file)
    assert not left.exists()


def members(file):
    """[(header, bytes)] of an archive."""
    with tarfile.open(file) as tar:
        return [(member, payload_of(tar, member)) for member in tar]


def payload_of(tar, member):
    file = tar.extractfile(member)
    assert file is not None
    return file.read()


def write(path, entries, form=tarfile.USTAR_FORMAT):
    with tarfile.open(path, "w", format=form) as tar:
        for member, content in entries:
            if member.isreg() or member.isdir():
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def named(name, content=b"x", **fields):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for field, value in fields.items():
        setattr(member, field, value)
    return member, content


def artifact(inputs, payload=b"payload", **changes):
    """The two members of an artifact, with changes to its JSON."""
    place = f"objects/{key(inputs)[:2]}/{key(inputs)[2:]}"
    card = {
        "bytes": len(payload),
        "facts": {},
        "inputs": inputs,
        "key": key(inputs),
        "made": {},
        "sha256": hashlib.sha256(payload).hexdigest(),
        "suffix": "png",
    } | changes
    return [named(f"{place}.json", sealed(card)), named(f"{place}.{card['suffix']}", payload)]


def head(count):
    return named("format.json", canonical({"artifacts": count, "format": 1}).encode())


OTHER = {"schema": 1, "kind": "visualization", "n": 99}
CARD = f"objects/{key(OTHER)[:2]}/{key(OTHER)[2:]}.json"
DEEP = b"[" * 200_000

HOSTILE = {
    "an absolute name": lambda e: [*e, named("/etc/cron.d/x")],
    "a name with dots": lambda e: [*e, named("objects/../../x.json")],
    "a file of its own": lambda e: [*e, named("memo/speed.json")],
    "a hidden file": lambda e: [*e, named("objects/ab/.json")],
    "a folder": lambda e: [*e, named("objects", b"", type=tarfile.DIRTYPE)],
    "a symbolic link": lambda e: [*e, named(CARD, b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": lambda e: [*e, named(CARD, b"", type=tarfile.LNKTYPE, linkname=e[1][0].name)],
    "a device": lambda e: [*e, named(CARD, b"", type=tarfile.CHRTYPE)],
    "a pipe": lambda e: [*e, named(CARD, b"", type=tarfile.FIFOTYPE)],
    "a sparse file": lambda e: [*e, named(CARD, b"", type=tarfile.GNUTYPE_SPARSE)],
    "an artifact twice": lambda e: [e[0], *e[1:3], *e[1:3], *e[3:]],
    "artifacts out of order": lambda e: [e[0], *e[3:5], *e[1:3], *e[5:]],
    "a payload without its card": lambda e: [e[0], *e[2:]],
    "a card without its payload": lambda e: [*e[:2], *e[3:]],
    "fewer artifacts than announced": lambda e: e[:-2],
    "more artifacts than announced": lambda e: [head(4), *e[1:]],
    "no head": lambda e: e[1:],
    "another format": lambda e: [named("format.json", b'{"artifacts":5,"format":2}'), *e[1:]],
    "a head that is a list": lambda e: [named("format.json", b"[]"), *e[1:]],
    "a head that is deep": lambda e: [named("format.json", DEEP), *e[1:]],
    "an altered payload": lambda e: [*e[:2], named(e[2][0].name, b"Pixels 9"), *e[3:]],
    "a longer payload": lambda e: [*e[:2], named(e[2][0].name, e[2][1] + b"x"), *e[3:]],
    "an altered card": lambda e: [e[0], named(e[1][0].name, e[1][1].replace(b"x", b"y")[:-1] + b" }"), *e[2:]],
    "the card of another key": lambda e: [e[0], named(e[1][0].name, e[3][1]), *e[2:]],
    "inputs of no kind": lambda _: [head(1), *artifact({"schema": 1})],
    "inputs of another schema": lambda _: [head(1), *artifact({"schema": 2, "kind": "visualization"})],
    "a payload that runs": lambda _: [head(1), *artifact(OTHER, suffix="html")],
    "a payload elsewhere": lambda _: [head(1), *artifact(OTHER, suffix="/../../x")],
    "a payload of true bytes": lambda _: [head(1), *artifact(OTHER, b"x", bytes=True)],
    "a payload of minus one byte": lambda _: [head(1), *artifact(OTHER, bytes=-1)],
    "facts that are a list": lambda _: [head(1), *artifact(OTHER, facts=[])],
    "a field too many": lambda _: [head(1), *artifact(OTHER, more=1)],
    "a card that is deep": lambda _: [head(1), named(CARD, b'{"bytes":' + DEEP)],
    "something after the manifest": lambda e: [*e, named("manifest.json", b"{}"), named("more")],
    "a manifest that is none": lambda e: [*e, named("manifest.json", b'{"schema":2}')],
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_hostile_archive_is_refused_whole(trick, file, empty, tmp_path):
    bad = write(tmp_path / "bad.tar", HOSTILE[trick](members(file)))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="refused, nothing of it was imported"):
        archive.take(empty, bad)
    assert objects(empty) == {}
    assert [path for path in tmp_path.rglob("*") if path not in (*before, empty.root, empty.root.parent)] == []


def test_headers_that_say_more_than_a_plain_one_are_refused(file, empty, tmp_path):
    entries = members(file)
    entries[1][0].pax_headers = {"path": "/etc/passwd"}
    with pytest.raises(InputError, match="refused"):
        archive.take(empty, write(tmp_path / "bad.tar", entries, tarfile.PAX_FORMAT))


def test_sizes_are_limited(file, empty, monkeypatch):
    monkeypatch.setattr(archive, "MOST_PAYLOAD", 5)
    with pytest.raises(InputError, match="no artifact has"):
        archive.take(empty, file)
    monkeypatch.setattr(archive, "MOST_JSON", 5)
    with pytest.raises(InputError, match="more than 5"):
        archive.take(empty, file)


def test_every_cut_and_every_altered_byte_is_refused(file, empty, tmp_path):
    """All places would take long: one in 97, and each end of a block."""
    whole = file.read_bytes()
    meant = sum(512 + -(-len(content) // 512) * 512 for _, content in members(file))
    bad = tmp_path / "bad.tar"
    for place in sorted({*range(0, meant, 97), *range(0, meant, 512)}):
        bad.write_bytes(whole[:place])
        with pytest.raises(InputError):
            archive.take(empty, bad)
        assert objects(empty) == {}
    for place in range(0, meant, 97):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            archive.take(empty, bad)
        except InputError:
            assert objects(empty) == {}
        else:  # a byte that says nothing: padding, or a field that is not read
            assert set(empty) == set(KEYS)
            assert all(empty.damage(each) is None for each in KEYS)
            for each in KEYS:
                empty.remove(each)


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x1f\x8b" + bytes(600), bytes(10240)])
def test_what_is_no_archive(content, empty, tmp_path):
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(InputError, match="refused"):
        archive.take(empty, tmp_path / "x.tar")
    with pytest.raises(InputError, match="no archive"):
        archive.take(empty, tmp_path / "none.tar")


def test_a_full_disk_leaves_no_half_import(file, empty, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_copy", full)
    with pytest.raises(BuildError, match="No space left"):
        archive.take(empty, file)
    assert objects(empty) == {}


def test_cards_are_what_put_writes(store):
    """Else no archive could be imported."""
    for each in KEYS:
        assert archive.CARD.fullmatch(f"objects/{each[:2]}/{each[2:]}.json")
        text = store.entry(each).path.with_suffix(".json").read_bytes()
        assert set(json.loads(text)) == archive.FIELDS
