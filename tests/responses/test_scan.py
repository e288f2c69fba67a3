"""The pass over the photographs against brute force: everything in memory, everything sorted."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from generator.corpus.folder import from_folder
from generator.network.forward import Network
from generator.network.geometry import window
from generator.network.weights import Weights
from generator.responses import accumulators, scan
from generator.responses.statistics import LEVELS, TOP, Responses, conclude
from generator.store.file_cache import FileCache
from tests.conftest import random_pairs

COUNT = 198  # photographs, and two odd ones: several shards


def picture(random):
    """A random arrangement of soft blobs and hard edges, at a random size."""
    coarse = Image.fromarray(random.integers(0, 255, (5, 7, 3)).astype(np.uint8))
    pixels = np.array(coarse.resize((260, 230), Image.Resampling.BICUBIC))
    top, left = random.integers(0, 150, 2)
    pixels[top : top + 60, left : left + 60] = random.integers(0, 255, 3)
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    random = np.random.default_rng(5)
    for n in range(COUNT):
        picture(random).save(root / f"{n:03d}.png")
    grey = random.normal(128, 40, (240, 240, 1)).clip(0, 255).astype(np.uint8)
    Image.fromarray(np.repeat(grey, 3, 2)).save(root / "noise.png")
    Image.new("RGB", (300, 224), (130, 20, 200)).save(root / "plain.png")
    return root


@pytest.fixture(scope="module")
def corpus(folder, tmp_path_factory):
    return from_folder(folder, FileCache(tmp_path_factory.mktemp("memo") / "memo.json"))


@pytest.fixture(scope="module")
def network(narrow):
    return Network(narrow)


@pytest.fixture(scope="module")
def found(network, corpus):
    return scan.respond(network, corpus, network.weights.layers)


@pytest.fixture(scope="module")
def pictures(corpus):
    return np.stack([pixels for _, pixels in corpus.stream()])


LAYERS = ["block1_conv1", "block1_conv2", "block2_conv2", "block3_conv3", "block5_conv1", "block5_conv3"]


@pytest.mark.parametrize("layer", LAYERS)
def test_everything_equals_brute_force(layer, network, found, pictures):
    maps = np.concatenate([network.maps(pictures[i : i + 9], layer).numpy() for i in range(0, len(pictures), 9)])
    photos, _, width, filters = maps.shape
    flat = maps.reshape(photos, -1, filters)
    peak, best, active = flat.max(1), flat.argmax(1), np.maximum(flat, 0)
    result = found[layer]
    for f in range(filters):
        order = [p for p in sorted(range(photos), key=lambda p: (-peak[p, f], p)) if peak[p, f] > 0]
        assert result.photo[f].tolist() == (order + [-1] * TOP)[:TOP]
        shown = len(order[:TOP])
        assert np.allclose(result.value[f, :shown], peak[order[:TOP], f], rtol=1e-5)
        assert not result.value[f, shown:].any()
        places = best[order[:TOP], f]
        assert result.row[f, :shown].tolist() == (places // width).tolist()
        assert result.column[f, :shown].tolist() == (places % width).tolist()
        assert [p for p in result.leaders[f].tolist() if p >= 0] == order[:100]
        positive = np.sort(peak[:, f][peak[:, f] > 0])
        assert result.active[f] == len(positive) == result.counts[f].sum()
        if len(positive):
            exact = np.quantile(positive, LEVELS, method="inverted_cdf")
            assert np.allclose(result.quantiles()[f], exact, rtol=2 ** (1 / 32) - 1 + 1e-6)
            place = (result.example_photo, result.example_row, result.example_column)
            for example, near, photo, row, column in zip(
                result.example_value[f], exact, *(a[f] for a in place), strict=True
            ):
                assert np.isclose(maps[photo, row, column, f], example, rtol=1e-5)
                assert np.isclose(peak[photo, f], example, rtol=1e-5)
                assert abs(np.log2(example / near)) <= 1 / 16
    means = active.mean(1, dtype=np.float64)
    assert np.allclose(result.mean, means.mean(0), rtol=1e-4)
    for f in range(filters):
        loudest = np.argsort(-means[:, f])
        assert np.allclose(result.mean_value[f], means[loudest[:4], f], rtol=1e-4)
    assert result.photographs == photos


def test_neighbours_and_deviation_come_from_units_spread_over_the_map(network, found, pictures):
    layer = "block2_conv2"
    maps = np.maximum(np.concatenate([network.maps(pictures[i : i + 9], layer) for i in range(0, len(pictures), 9)]), 0)
    at = [int((i + 0.5) * maps.shape[1] / 6) for i in range(6)]
    units = maps[:, at][:, :, at].reshape(-1, maps.shape[-1])
    assert np.allclose(found[layer].deviation, units.std(0), rtol=1e-3)
    assert np.allclose(
        found[layer].deviation, maps.std((0, 1, 2), dtype=np.float64), rtol=0.1, atol=0.02
    )  # an estimate
    correlation = np.corrcoef(units.T)
    np.fill_diagonal(correlation, -2)
    for f, row in enumerate(correlation):
        assert found[layer].neighbour[f].tolist() == [*np.argsort(-row)[:5].tolist(), -1]
        assert np.allclose(found[layer].correlation[f, :5], np.sort(row)[::-1][:5], atol=1e-4)


def test_the_same_bytes_for_any_batch_any_choice_of_layers_and_any_names(network, corpus, found, folder, tmp_path):
    layers = [network.weights.layer(name) for name in ("block1_conv2", "block3_conv2")]
    for n, path in enumerate(sorted(folder.iterdir())):
        (tmp_path / f"{n % 5}").mkdir(exist_ok=True)
        (tmp_path / f"{n % 5}" / f"{-n}.png").write_bytes(path.read_bytes())
    renamed = from_folder(tmp_path, FileCache(tmp_path / "memo.json"))
    for other in (
        scan.respond(network, corpus, layers, batch=1),
        scan.respond(network, corpus, layers, batch=7),
        scan.respond(network, renamed, layers),
    ):
        for name, responses in other.items():
            assert responses.to_npz() == found[name].to_npz()


@pytest.fixture
def small_parts(monkeypatch):
    """Three parts of two shards each, the last of half a shard."""
    monkeypatch.setattr(accumulators, "PART", 32)
    monkeypatch.setattr(scan, "SHARD", 16)


def test_parts_made_apart_and_merged_in_order_give_the_same_bytes(network, corpus, small_parts, tmp_path):
    layers = [network.weights.layer(name) for name in ("block1_conv2", "block3_conv2")]
    corpus = replace(corpus, photographs=corpus.photographs[:72])
    parts = accumulators.parts(len(corpus.photographs))
    assert [len(part) for part in parts] == [32, 32, 8]
    apart = {part: scan.respond_in_part(network, corpus, layers, part) for part in reversed(parts)}
    whole = scan.respond(network, corpus, layers)
    checkpoint = tmp_path / "pass.npz"
    steps: list[int] = []
    for stop in (3, 2):  # with the first part whole, then in the middle of the second
        with pytest.raises(KeyboardInterrupt):
            scan.respond(network, corpus, layers, checkpoint=checkpoint, every=0, progress=interrupt_after(stop, steps))
    resumed = scan.respond(network, corpus, layers, checkpoint=checkpoint)
    assert steps == [16, 32, 48, 48, 64]
    for layer in layers:
        merged = accumulators.empty(layer.filters)
        for part in parts:
            merged.merge(apart[part][layer.name])
        found = conclude(merged, corpus.digest, corpus.signatures).to_npz()
        assert found == whole[layer.name].to_npz() == resumed[layer.name].to_npz()


def test_parts_rank_and_count_as_one_pass_does(network, corpus, found, monkeypatch):
    """All but the last bits of sums."""
    monkeypatch.setattr(accumulators, "PART", 32)
    layer = network.weights.layer("block3_conv2")
    whole = found[layer.name]
    for name, value in vars(scan.respond(network, corpus, [layer])[layer.name]).items():
        close = np.allclose(value, vars(whole)[name], rtol=1e-5) if value.dtype.kind == "f" else False
        assert close or np.array_equal(value, vars(whole)[name]), name


def test_an_interrupted_pass_goes_on_to_the_same_bytes(network, corpus, found, tmp_path):
    layers = [network.weights.layer("block2_conv1")]
    checkpoint = tmp_path / "new folder" / "pass.npz"
    with pytest.raises(KeyboardInterrupt):
        scan.respond(network, corpus, layers, checkpoint=checkpoint, every=0, progress=interrupt_after(2, []))
    assert checkpoint.exists()
    steps = []
    again = scan.respond(network, corpus, layers, checkpoint=checkpoint, progress=lambda *step: steps.append(step))
    assert [done for done, _ in steps] == [128, 192, COUNT + 2]  # the first shard is kept
    assert again["block2_conv1"].to_npz() == found["block2_conv1"].to_npz()


def interrupt_after(number, calls):
    """Ctrl-C at the step of that number; `calls` gets what was done by then."""
    steps = iter(range(1, number + 1))

    def step(done, total):
        calls.append(done)
        if next(steps) == number:
            raise KeyboardInterrupt

    return step


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_checkpoint_is_begun_anew(damage, network, corpus, found, tmp_path):
    layers = [network.weights.layer("block2_conv1")]
    checkpoint = tmp_path / "pass.npz"
    saved = accumulators.save({"block2_conv1": accumulators.empty(6)})
    checkpoint.write_bytes(saved[: len(saved) // 2] if damage is None else damage)
    again = scan.respond(network, corpus, layers, checkpoint=checkpoint)
    assert again["block2_conv1"].to_npz() == found["block2_conv1"].to_npz()


def test_a_plain_photograph_excites_all_units_alike(network, corpus, pictures):
    """There is no border that could stand out: each layer's map of a single colour is flat."""
    plain = next(i for i, p in enumerate(corpus.photographs) if p.name == "plain.png")
    for layer in LAYERS:
        maps = network.maps(pictures[plain : plain + 1], layer).numpy()
        assert np.ptp(maps, axis=(1, 2)).max() <= 1e-4 * max(np.abs(maps).max(), 1)


def test_responses_survive_the_file(found):
    for responses in found.values():
        again = Responses.from_npz(responses.to_npz())
        assert all(np.array_equal(value, vars(again)[name]) for name, value in vars(responses).items())
    with pytest.raises(ValueError, match="not the responses"):
        Responses.from_npz(b"nothing")


def test_near_duplicates_take_one_place(narrow, folder, tmp_path):
    layers = narrow.layers[:3]
    for path in folder.iterdir():
        image = Image.open(path)
        file = io.BytesIO()
        image.save(file, "JPEG", quality=60)
        (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / f"{path.stem}.jpg").write_bytes(file.getvalue())
    twice = from_folder(tmp_path, FileCache(tmp_path / "memo.json"))
    names = [p.name.split(".")[0] for p in twice.photographs]
    for responses in scan.respond(Network(narrow), twice, layers).values():
        for photos in (*responses.photo, *responses.leaders, *responses.mean_photo):
            shown = [names[p] for p in photos if p >= 0 and names[p] != "plain"]  # one colour resembles nothing
            assert len(shown) == len(set(shown))


def test_silent_filters_and_small_corpora(tmp_path):
    random = np.random.default_rng(8)
    for n in range(3):
        picture(random).save(tmp_path / f"{n}.png")
    pairs = random_pairs((4,))
    pairs["block1_conv1"][1][2] = -1e6  # never above zero
    pairs["block1_conv1"][0][..., 3] = 0
    pairs["block1_conv1"][1][3] = 5  # always the same
    network = Network(Weights.from_arrays(pairs, "a silent filter"))
    result = scan.respond(network, from_folder(tmp_path, FileCache(tmp_path / "m.json")), network.weights.layers)
    responses = result["block1_conv1"]
    assert responses.photo[2].tolist() == [-1] * 9
    assert responses.mean_photo[2].tolist() == [-1] * 4
    assert (responses.active[2], responses.maximum[2], responses.mean[2], responses.quantiles()[2].max()) == (
        0,
        0,
        0,
        0,
    )
    assert responses.example_photo[2].tolist() == [-1] * 4
    assert responses.neighbour[2].tolist() == [-1] * 6
    assert responses.photo[3].tolist()[:3] == [0, 1, 2]  # of equals, the first photograph, its topmost, leftmost unit
    assert responses.row[3].tolist() == responses.column[3].tolist() == [0] * 9


@pytest.mark.parametrize("real", ["oxford", "vgg19"])
def test_no_pixel_outside_the_window_matters_and_some_on_its_rim_does(real, request, photographs):
    """By perturbation, on the real layers: units at the corners of the photograph and one within."""
    network = Network(request.getfixturevalue(real))
    image = Image.open(photographs / "scikit-image" / "chelsea.png").convert("RGB").resize((128, 128))
    pixels = np.asarray(image)
    noise = np.random.default_rng(2).integers(0, 255, pixels.shape).astype(np.uint8)
    for layer in network.weights.layers:
        last = layer.units(128) - 1
        before = network.maps(pixels[None], layer.name).numpy()
        assert before.shape[1:] == (last + 1, last + 1, layer.filters)
        for row, column in ((0, 0), (last, last), (last // 2, last // 3)):
            seen = window(layer, row, column)
            outside, inside = noise.copy(), pixels.copy()
            part = slice(seen.top, seen.bottom), slice(seen.left, seen.right)
            outside[part] = pixels[part]
            inside[part] = 255 - pixels[part]
            inside[seen.top + 1 : seen.bottom - 1, seen.left + 1 : seen.right - 1] = pixels[
                seen.top + 1 : seen.bottom - 1, seen.left + 1 : seen.right - 1
            ]
            apart, rim = network.maps(np.stack([outside, inside]), layer.name).numpy()[:, row, column]
            scale = np.abs(before).max()
            assert np.abs(apart - before[0, row, column]).max() <= 1e-5 * scale
            assert np.abs(rim - before[0, row, column]).max() > 1e-4 * scale
