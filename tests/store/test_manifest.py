import dataclasses
import json
from typing import Any

import pytest

from generator.errors import BuildError, InputError
from generator.store import manifest as manifests
from generator.store import versions
from generator.store.manifest import CorpusCard, Geometry, LayerKeys, Manifest, NetworkCard


def made(**changes):
    values: dict[str, Any] = {
        "config": {"profile": "quick"},
        "network": NetworkCard("here", "w.npz", False, "d"),
        "corpus": CorpusCard("photos", 2, 1, "e", (("a.txt", "not a picture"),)),
        "layers": (
            LayerKeys("block1_conv1", 4, (0, 3), "d", "r", "e", {"channel": {0: "a", 3: "b"}, "patches": {0: "p"}}),
        ),
    }
    return Manifest(**(values | changes))


def test_to_json_and_back():
    assert Manifest.from_json(made().to_json()) == made()
    assert Manifest.from_json(made(corpus=None).to_json()) == made(corpus=None)


def test_where_photographs_come_from_is_kept_and_was_not_always():
    card = CorpusCard("a + b", 3, 1, "e", (), (("a", "CC0", 1), ("b", "", 2)), ("There is little.",))
    assert Manifest.from_json(made(corpus=card).to_json()) == made(corpus=card)
    older = json.loads(made().to_json())
    del older["corpus"]["sources"], older["corpus"]["notes"]
    assert Manifest.from_json(json.dumps(older)) == made()


def test_what_other_networks_need_is_left_out_for_vgg16():
    plain = json.loads(made().to_json())
    assert "name" not in plain["network"]
    assert "geometry" not in plain["layers"][0]
    card = NetworkCard("here", "w.npz", False, "d", name="flowers")
    layers = tuple(dataclasses.replace(layer, geometry=Geometry(2, 1, 3, 14, 5)) for layer in made().layers)
    other = made(network=card, layers=layers)
    plain = json.loads(other.to_json())
    assert plain["network"]["name"] == "flowers"
    assert plain["layers"][0]["geometry"] == {"block": 2, "conv": 1, "stride": 3, "field": 14, "offset": 5}
    assert Manifest.from_json(other.to_json()) == other
    assert other.hash != made().hash


def test_keys_and_hash():
    assert made().keys() == {"a", "b", "r", "e", "p"}
    assert made().hash != made(config={}).hash
    assert made().hash == made().hash


def test_save_and_load(tmp_path):
    path = manifests.path_for(tmp_path / "store", tmp_path / "site")
    assert path != manifests.path_for(tmp_path / "store", tmp_path / "other")
    manifests.save(made(), path)
    assert manifests.load(path) == made()
    assert manifests.newest(tmp_path / "store") == path


def test_none_and_damaged(tmp_path):
    with pytest.raises(InputError, match="make atlas"):
        manifests.newest(tmp_path)
    with pytest.raises(InputError, match="make atlas"):
        manifests.load(tmp_path / "m.json")
    for text in ("", "[]", "{}", '{"schema": 2}', '{"schema": 99}', made().to_json()[:-9]):
        (tmp_path / "m.json").write_text(text)
        with pytest.raises(InputError, match="damaged"):
            manifests.load(tmp_path / "m.json")


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "store").write_text("")
    with pytest.raises(BuildError, match="cannot write"):
        manifests.save(made(), tmp_path / "store" / "m.json")


def test_one_of_another_version_is_not_read(tmp_path, monkeypatch):
    """As if it were ours: a field may mean something else there."""
    manifests.save(made(), tmp_path / "m.json")
    other = dataclasses.replace(versions.CURRENT, manifest=versions.CURRENT.manifest + 1)
    monkeypatch.setattr(versions, "CURRENT", other)
    with pytest.raises(InputError, match="Run make atlas again"):
        manifests.load(tmp_path / "m.json")


def test_the_config_hash_is_over_the_keys_and_not_over_the_recipes_that_they_tell():
    plain = made()
    told = dataclasses.replace(plain.layers[0], recipes={"channel": {"steps": 3}}, facets=2)
    other = dataclasses.replace(plain, layers=(told, *plain.layers[1:]))
    assert other.hash == plain.hash
    assert Manifest.from_json(other.to_json()) == other
    moved = dataclasses.replace(told, responses="f" * 64)
    assert dataclasses.replace(plain, layers=(moved, *plain.layers[1:])).hash != plain.hash


def test_what_older_manifests_lack_leaves_their_hash_alone():
    """The config hash stands on pages, and people cite it."""
    assert made().hash == "880a94b1ef131dbd907f49523f406a48aa8c1d8422a3a8f994d492d2f58f7042"
    layer = made().layers[0]
    assert made(gallery="1" * 64).hash != made().hash
    assert made(layers=(dataclasses.replace(layer, maxima="2" * 64),)).hash != made().hash
