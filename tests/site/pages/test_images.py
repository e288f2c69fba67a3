"""Web pictures: what they are made of, how they are named, and what happens to damaged ones."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from generator.errors import BuildError
from generator.site.pages import images
from generator.site.records import Named, StoredPicture
from generator.store import webcache
from generator.store.artifacts import Store


def derive(pictures, store, quality):
    """What another build would derive: it remembers what this one wrote down. `pictures`: (name-kind, picture)."""
    cache = webcache.WebCache(store)
    named = [Named(name, name.rpartition("-")[2], picture) for name, picture in pictures]
    found = images.derive(named, cache, quality)
    cache.close("site")
    return found


def picture(store, side, number=0, suffix="png"):
    """A master of `side` pixels in the store."""
    pixels = np.random.default_rng(number).integers(0, 256, (side, side, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, suffix)
    inputs = {"side": side, "number": number}
    key = store.put(inputs, buffer.getvalue(), suffix, {"width": side, "height": side}, {})
    entry = store.entry(key)
    return StoredPicture(key, entry.path, entry.sha256, side, side)


def test_large_masters_become_avif_without_chroma_subsampling(tmp_path):
    store = Store(tmp_path)
    master = picture(store, 64)
    web = derive([("a/1-texture", master)], store, 90)[master.key]
    assert web.name.endswith(".avif")
    assert (web.width, web.height, web.tiny) == (64, 64, False)
    shown = np.asarray(Image.open(web.path).convert("RGB"), dtype=float)
    # colour noise of one pixel survives only if no chroma is thrown away
    true = np.asarray(Image.open(master.path), dtype=float)
    assert np.corrcoef((true[..., 0] - true[..., 2]).ravel(), (shown[..., 0] - shown[..., 2]).ravel())[0, 1] > 0.95


def test_tiny_masters_stay_as_they_are(tmp_path):
    store = Store(tmp_path)
    master = picture(store, 3)
    web = derive([("this", master)], store, 70)[master.key]
    assert web.path == master.path
    assert web.tiny
    assert web.name == f"this-{webcache._name(master.path.read_bytes())}.png"


def test_names_follow_the_content(tmp_path):
    store = Store(tmp_path)
    masters = [picture(store, 48, number) for number in range(3)]
    web = derive([(str(n), master) for n, master in enumerate(masters)], store, 70)
    assert len({own.name for own in web.values()}) == 3
    for place, own in enumerate(web.values()):
        assert own.name == f"{place}-{webcache._name(own.path.read_bytes())}.avif"


def test_two_pictures_of_one_name_are_an_error(tmp_path):
    """Else a page would show one for the other. The same picture twice is none."""
    store = Store(tmp_path)
    one, other = picture(store, 48, 1), picture(store, 48, 2)
    with pytest.raises(BuildError, match="Two pictures would share the name photographs/ab"):
        derive([("photographs/ab", one), ("photographs/ab", other)], store, 70)
    twin = dataclasses.replace(one, key="f" * 64)  # e.g. of another file, but both are all black
    store._commit(twin.key, {}, one.path.read_bytes(), "png", {}, {})
    assert len(derive([("photographs/ab", one), ("photographs/ab", twin)], store, 70)) == 2


def test_nothing_is_derived_twice(tmp_path, monkeypatch):
    store = Store(tmp_path)
    master = picture(store, 48)
    first = derive([("this", master)], store, 70)
    monkeypatch.setattr(images, "encode", lambda *_: pytest.fail("encoded again"))
    assert derive([("this", master)], store, 70) == first


def test_another_quality_is_another_picture(tmp_path):
    store = Store(tmp_path)
    master = picture(store, 48)
    assert (
        derive([("this", master)], store, 30)[master.key].name != derive([("this", master)], store, 90)[master.key].name
    )


@pytest.mark.parametrize("damage", [b"", b"\0", None])
def test_a_damaged_copy_is_made_anew(tmp_path, damage):
    store = Store(tmp_path)
    master = picture(store, 48)
    web = derive([("this", master)], store, 70)[master.key]
    good = web.path.read_bytes()
    web.path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]) if damage is None else damage)
    again = derive([("this", master)], store, 70)[master.key]
    assert again == web
    assert again.path.read_bytes() == good


@pytest.mark.parametrize("side", [8, 48])
def test_an_altered_master_is_left_out(tmp_path, side):
    store = Store(tmp_path)
    master, sound = picture(store, side), picture(store, side, 1)
    master.path.write_bytes(bytes(master.path.stat().st_size))
    assert set(derive([("this", master), ("that", sound)], store, 70)) == {sound.key}


def test_a_cache_that_cannot_be_written_is_said(tmp_path):
    store = Store(tmp_path)
    master = picture(store, 48)
    (tmp_path / "web").touch()
    with pytest.raises(BuildError, match="cannot write the web pictures"):
        derive([("this", master)], store, 70)


def test_strips_are_made_no_larger_than_pages_show_them(tmp_path):
    store = Store(tmp_path)
    tiles = picture(store, 224, suffix="avif")
    shown = derive(
        [
            ("block5_conv3/1-gradient", tiles),
        ],
        store,
        70,
    )[tiles.key]
    assert (shown.width, shown.height) == (96, 96)
    with Image.open(shown.path) as opened:
        assert opened.size == (96, 96)
    kept = derive([("block5_conv3/1-means", tiles)], store, 70)[tiles.key]
    assert kept.path == tiles.path


def test_strips_are_encoded_for_the_pages_and_lossless_ones_are_not(tmp_path):
    store = Store(tmp_path)
    small, lossless = picture(store, 36, suffix="avif"), picture(store, 20)
    found = derive([("block3_conv1/1-patches", small), ("block1_conv1/1-patches", lossless)], store, 70)
    assert found[lossless.key].path == lossless.path
    assert found[small.key].path != small.path
    assert (found[small.key].width, found[small.key].height) == (36, 36)


def test_colour_is_halved_only_in_strips_of_photographs_that_are_not_enlarged(tmp_path):
    store = Store(tmp_path)
    small, large, blue = (picture(store, side, suffix="avif", number=side) for side in (48, 96, 112))
    named = [("block3_conv1/1-patches", small), ("block5_conv1/1-patches", large), ("block5_conv1/1-gradient", blue)]
    found = derive(named, store, 70)
    # the box av1C of an AVIF: its third byte tells whether colour is subsampled across (8) and down (4)
    boxes = [found[own.key].path.read_bytes().partition(b"av1C")[2] for _, own in named]
    assert [box[2] & 0b1100 for box in boxes] == [0, 0b1100, 0]
