"""The archive within the archive: fetched once, unpacked safely, used without a network from then on."""

import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from generator.corpus import caltech101
from generator.corpus import sources as corpus_sources
from generator.errors import BuildError, InputError
from generator.store.file_cache import FileCache


def jpeg(seed):
    file = io.BytesIO()
    coarse = np.random.default_rng(seed).integers(0, 255, (6, 8, 3)).astype(np.uint8)
    Image.fromarray(coarse).resize((80, 60)).save(file, "JPEG")
    return file.getvalue()


def archive(members, inner="caltech-101/" + caltech101.INNER):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in members:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as outer:
        outer.writestr("caltech-101/README", "x")
        outer.writestr(inner, packed.getvalue())
    return file.getvalue()


GOOD = [("101_ObjectCategories/ant/image_0001.jpg", jpeg(1)), ("101_ObjectCategories/bass/image_0001.jpg", jpeg(2))]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder


def test_the_archive_is_fetched_once_and_said_so(cache, tmp_path, monkeypatch):
    fetched = []
    said: list[str] = []

    def fetch(remote, target, progress):
        fetched.append(remote)
        target.write_bytes(archive(GOOD))

    monkeypatch.setattr(caltech101, "fetch", fetch)
    for _ in range(2):
        corpus = corpus_sources.find("caltech101", FileCache(tmp_path / "memo.json"), say=said.append)
        assert corpus.origin == "Caltech-101"
        assert {(p.name, p.label) for p in corpus.photographs} == {
            ("ant/image_0001.jpg", "ant"),
            ("bass/image_0001.jpg", "bass"),
        }
    assert fetched == [caltech101.ARCHIVE]
    assert "137 MB, CC BY 4.0" in said[0]


def test_without_a_network_auto_goes_on_with_drawn_pictures(cache, tmp_path, monkeypatch):
    def fetch(remote, target, progress):
        raise BuildError("no network")

    monkeypatch.setattr(caltech101, "fetch", fetch)
    said: list[str] = []
    corpus = corpus_sources.find("auto", FileCache(tmp_path / "memo.json"), say=said.append)
    assert corpus.origin == "procedural pictures"
    assert "no network" in said[-1]
    with pytest.raises(BuildError, match=r"no network\nOr give photographs of your own"):
        corpus_sources.find("caltech101", FileCache(tmp_path / "memo.json"))


def test_nothing_is_written_outside_the_folder(cache, tmp_path):
    def link(name, to, kind=tarfile.SYMTYPE):
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, to
        return member, b""

    hostile = [
        ("../../evil/out.jpg", jpeg(3)),
        ("/evil/absolute.jpg", jpeg(4)),
        ("ant/../../up.jpg", jpeg(5)),
        ("ant/.hidden.jpg", jpeg(6)),
        ("ant/script.sh", b"echo"),
        link("ant/linked.jpg", "/etc/passwd"),
        link("bass", str(tmp_path / "elsewhere")),
        link("ant/hard.jpg", "ant/image_0001.jpg", tarfile.LNKTYPE),
    ]
    (cache / "caltech-101.zip").write_bytes(archive(hostile + GOOD))
    before = set(tmp_path.rglob("*"))
    folder = caltech101.folder(lambda _: None, lambda *_: None)
    new = set(tmp_path.rglob("*")) - before
    assert all(folder in (p, *p.parents) for p in new)
    assert not any(p.is_symlink() for p in new)
    names = {p.relative_to(folder).as_posix() for p in new if p.is_file()}
    assert names == {"evil/out.jpg", "evil/absolute.jpg", "ant/image_0001.jpg", "bass/image_0001.jpg"}


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", archive(GOOD)[:-400], archive(GOOD, inner="other.tar.gz"), archive([]), archive(GOOD)[:1500]],
)
def test_a_wrong_archive_is_refused_and_leaves_nothing(content, cache):
    (cache / "caltech-101.zip").write_bytes(content)
    with pytest.raises(InputError, match="delete it and run again"):
        caltech101.folder(lambda _: None, lambda *_: None)
    assert [p.name for p in cache.iterdir()] == ["caltech-101.zip"]


def test_an_archive_without_end_is_refused(cache, monkeypatch):
    monkeypatch.setattr(caltech101, "MOST_BYTES", 3000)
    (cache / "caltech-101.zip").write_bytes(archive([(f"a/ant/{n}.jpg", jpeg(n)) for n in range(9)]))
    with pytest.raises(InputError, match="it is too large"):
        caltech101.folder(lambda _: None, lambda *_: None)
    assert [p.name for p in cache.iterdir()] == ["caltech-101.zip"]
