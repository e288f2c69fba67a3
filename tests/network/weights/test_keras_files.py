"""Files that Keras itself has written, held against what Keras computes with them."""

import json
import zipfile

import h5py
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.keras import layers as kl

from generator.errors import InputError
from tests.network.weights import keras_models as models
from tests.network.weights.keras_models import opened, same_as, stack, taught, up_to

LAST = "block3_conv3"
pytestmark = pytest.mark.filterwarnings("ignore")  # Keras warns of its own old format


def functional(front=lambda x: x, **options):
    pixels = kl.Input((models.SIZE, models.SIZE, 3))
    return taught(tf.keras.Model(pixels, stack(front(pixels), **options)))


def rescaled(x):
    return kl.Rescaling(1 / 127.5, offset=-1)(kl.RandomFlip()(x))


def normalization(x):
    layer = kl.Normalization()
    layer.adapt(np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3)).astype(np.float32))
    return layer(x)


def fixed_normalization(x):
    return kl.Normalization(mean=[120.0, 110.0, 100.0], variance=[3000.0, 2500.0, 2000.0])(x)


def batch_normalization(x):
    return kl.BatchNormalization()(x)


def by_hand(x):
    return 1.0 - x[..., ::-1] / 255.0 * np.array([1.0, 2.0, 3.0], np.float32)


FRONTS = {
    "rescaled": (rescaled, "(tf)"),
    "rescaled and normalized": (lambda x: fixed_normalization(kl.Rescaling(2.0)(x)), "channels"),
    "normalization": (normalization, "channels"),
    "fixed normalization": (fixed_normalization, "channels"),
    "batch normalization": (batch_normalization, "channels"),
    "caffe": (tf.keras.applications.vgg16.preprocess_input, "(caffe)"),
    "tf": (tf.keras.applications.mobilenet.preprocess_input, "(tf)"),
    "torch": (tf.keras.applications.densenet.preprocess_input, "(torch)"),
    "by hand": (by_hand, "channels"),
}


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("front", FRONTS)
def test_what_a_model_does_to_pixels_is_read_from_it(tmp_path, front, suffix):
    how, words = FRONTS[front]
    model = functional(how)
    model.save(tmp_path / f"m{suffix}")
    weights = opened(tmp_path / f"m{suffix}")
    assert words in weights.expects
    assert "read from the file" in weights.expects
    assert weights.notes == ()
    assert weights.unsure is None
    assert same_as(weights, up_to(model, LAST), LAST)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_nested_model_behind_its_preprocessing(tmp_path, suffix):
    inner = functional()
    pixels = kl.Input((models.SIZE, models.SIZE, 3))
    model = tf.keras.Model(pixels, kl.Flatten()(inner(kl.Rescaling(1 / 255)(pixels))))
    model.save(tmp_path / f"m{suffix}")
    weights = opened(tmp_path / f"m{suffix}")
    assert "(unit)" in weights.expects
    assert same_as(weights, up_to(inner, LAST), LAST, lambda pixels: pixels / 255)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_sequential_model_of_models(tmp_path, suffix):
    inner = functional()
    model = tf.keras.Sequential([kl.Input((models.SIZE, models.SIZE, 3)), kl.Rescaling(1 / 255), inner, kl.Flatten()])
    model.save(tmp_path / f"m{suffix}")
    assert "(unit)" in opened(tmp_path / f"m{suffix}").expects


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_lambda_is_told_on_every_page_and_can_be_set(tmp_path, suffix):
    model = functional(kl.Lambda(lambda t: t / 255.0, name="scaled"))
    path = tmp_path / f"m{suffix}"
    model.save(path)
    weights = opened(path)
    assert "Lambda scaled" in weights.unsure
    assert "PREPROCESSING" in weights.unsure
    assert "assumed" in weights.expects
    told = opened(path, preprocessing="unit")
    assert told.unsure is None
    assert told.expects.endswith("as set")
    assert told.digest("block1_conv1") != weights.digest("block1_conv1")
    assert same_as(told, up_to(functional(), LAST), LAST, lambda pixels: pixels / 255)


def test_pixels_from_0_to_1_in_front_of_the_model_are_suspected(tmp_path):
    model = functional(kl.Normalization(mean=0.45, variance=0.06))
    model.save(tmp_path / "m.keras")
    assert "from 0 to 1" in opened(tmp_path / "m.keras").notes[0]


def test_a_model_that_says_nothing_is_told_to_be_assumed(tmp_path):
    model = functional()
    model.save(tmp_path / "m.keras")
    weights = opened(tmp_path / "m.keras")
    assert "set preprocessing" in weights.notes[0]
    assert "assumed" in weights.expects
    assert weights.unsure is None
    caffe = tf.keras.applications.vgg16.preprocess_input
    assert same_as(weights, up_to(model, LAST), LAST, lambda pixels: caffe(pixels.copy()))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
@pytest.mark.parametrize("layer", [models.normalized, models.normalized_behind])
def test_batch_normalizations_are_folded(tmp_path, layer, suffix):
    model = functional(kl.Rescaling(1 / 255), layer=layer)
    model.save(tmp_path / f"m{suffix}")
    weights = opened(tmp_path / f"m{suffix}")
    end = model.get_layer(LAST)
    if layer is models.normalized:
        end = next(
            each
            for each in model.layers
            if each.name == "activation" or each.name.startswith("activation_")
            if each.output is model.layers[-2].output
        )
    assert same_as(weights, tf.keras.Model(model.inputs, end.output), LAST)


def test_a_normalization_that_turns_signs_in_front_of_a_pooling(tmp_path):
    """It cannot be folded into the next convolution, for the least of some numbers is not their greatest."""
    model = functional(kl.Rescaling(1 / 255), layer=models.normalized_behind)
    turned = [each for each in model.layers if isinstance(each, kl.BatchNormalization)][1]
    gamma, *rest = turned.get_weights()
    turned.set_weights([-gamma, *rest])
    model.save(tmp_path / "m.keras")
    weights = opened(tmp_path / "m.keras")
    assert [layer.name for layer in weights.layers][-1] == LAST
    assert [one.kind for one in weights.layer("block2_conv1").below] == ["relu", "affine", "max"]
    assert same_as(weights, up_to(model, LAST), LAST)


def test_batch_normalizations_without_an_architecture(tmp_path):
    named = functional(layer=models.normalized)
    named.save_weights(tmp_path / "named.weights.h5")
    named.save(tmp_path / "named.keras")
    bare, whole = opened(tmp_path / "named.weights.h5"), opened(tmp_path / "named.keras")
    assert bare.digest(LAST) == whole.digest(LAST)
    functional(layer=models.normalized_behind).save_weights(tmp_path / "unplaced.weights.h5")
    assert "nothing places" in opened(tmp_path / "unplaced.weights.h5").notes[0]


def test_a_network_of_other_names_is_known_by_its_architecture(tmp_path):
    model = functional(kl.Rescaling(1 / 255), named=False)
    for suffix in (".keras", ".h5"):
        model.save(tmp_path / f"m{suffix}")
        weights = opened(tmp_path / f"m{suffix}")
        assert [layer.filters for layer in weights.layers] == [4, 4, 6, 6, 8, 8, 8]
        own = [layer.name for layer in model.layers if isinstance(layer, kl.Conv2D)]
        assert [layer.name for layer in weights.layers] == own  # it is like VGG16's beginning, and still is not VGG16
        assert weights.network == "m"
        assert same_as(weights, tf.keras.Model(model.inputs, model.layers[-2].output), own[-1])
    model.save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(InputError, match="does not tell its architecture"):
        opened(tmp_path / "m.weights.h5")


def own_cnn(widths=(32, 64, 128)):
    found = [kl.Input((64, 64, 3))]
    for width in widths:
        found += [kl.Conv2D(width, 3, activation="relu"), kl.MaxPooling2D()]
    return tf.keras.Sequential([*found, kl.Flatten(), kl.Dense(2)])


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".weights.h5"])
def test_a_network_of_ones_own_is_no_vgg16(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    model = own_cnn()
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    if suffix == ".weights.h5":
        with pytest.raises(InputError, match=r"\(3, 3, 3, 32\).*does not tell its architecture"):
            opened(path)
        return
    with pytest.raises(InputError, match=r"does not tell what its network expects of pixels.*caffe, torch"):
        opened(path)
    weights = opened(path, preprocessing="unit")
    assert [(layer.filters, layer.stride, layer.field) for layer in weights.layers] == [
        (32, 1, 3),
        (64, 2, 8),
        (128, 4, 18),
    ]
    assert weights.side == 64
    assert "(Flatten)" in weights.notes[0]
    assert not weights.verified


def test_an_architecture_beside_weights(tmp_path):
    model = own_cnn((4, 6))
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json(), encoding="utf-8")
    weights = opened(tmp_path / "m.weights.h5", preprocessing="unit")
    model.save(tmp_path / "whole.keras")
    whole = opened(tmp_path / "whole.keras", preprocessing="unit")
    assert weights.layers == whole.layers
    assert weights.digest(weights.layers[-1].name) == whole.digest(weights.layers[-1].name)


def changed(**options):
    def layer(x, name, filters):
        return kl.Conv2D(filters, 3, activation="relu", name=name, **(options if "block2_conv2" in str(name) else {}))(
            x
        )

    return layer


@pytest.mark.parametrize("option", [{"dilation_rate": 2}, {"groups": 2}])
@pytest.mark.parametrize("named", [True, False])
def test_what_vgg16_would_compute_otherwise_is_not_taken(tmp_path, option, named):
    model = functional(layer=changed(**option), blocks=(2, 2))
    if not named:
        config = json.loads(model.to_json().replace("block", "mine"))
        model = tf.keras.Model.from_config(config["config"])
    model.save(tmp_path / "m.keras")
    weights = opened(tmp_path / "m.keras", preprocessing="unit")
    assert len(weights.layers) == 3
    assert "2_conv2" in weights.notes[0]


def elu(x, name, filters):
    return kl.Conv2D(filters, 3, activation="elu", name=name)(x)


def linear(x, name, filters):
    return kl.Conv2D(filters, 3, name=name)(x)


@pytest.mark.parametrize("layer", [elu, linear])
def test_other_activations(tmp_path, layer):
    model = functional(kl.Rescaling(1 / 255), layer=layer)
    model.save(tmp_path / "m.keras")
    weights = opened(tmp_path / "m.keras")
    assert weights.network == "m"
    assert same_as(weights, tf.keras.Model(model.inputs, kl.ReLU()(model.get_layer(LAST).output)), LAST)


def test_average_poolings(tmp_path):
    x = pixels = kl.Input((models.SIZE, models.SIZE, 3))
    x = models.plain(models.plain(kl.Rescaling(1 / 255)(x), "block1_conv1", 4), "block1_conv2", 4)
    model = tf.keras.Model(pixels, models.plain(kl.AveragePooling2D(2)(x), "block2_conv1", 4))
    model.save(tmp_path / "m.keras")
    weights = opened(tmp_path / "m.keras")
    assert weights.network == "m"
    assert same_as(weights, model, "block2_conv1")


def two(nested):
    pixels = kl.Input((models.SIZE, models.SIZE, 3))
    if nested:
        ends = [
            tf.keras.Model(inner, stack(inner), name=name)(pixels)
            for name in ("vgg_left", "vgg_right")
            for inner in [kl.Input((models.SIZE, models.SIZE, 3))]
        ]
    else:
        ends = [stack(pixels, before="left_"), stack(pixels, before="right_")]
    return taught(tf.keras.Model(pixels, kl.Add()(ends)))


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".weights.h5"])
@pytest.mark.parametrize("nested", [True, False])
def test_two_networks_in_a_file_are_told_apart(tmp_path, nested, suffix):
    path = tmp_path / f"m{suffix}"
    model = two(nested)
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    left, right = ("vgg_left", "vgg_right") if nested else ("left", "right")
    with pytest.raises(InputError) as error:
        opened(path)
    assert f"2 networks: {left}, {right}" in str(error.value)
    assert f"#{left}" in str(error.value)
    inside = model.get_layer(right) if nested else up_to(model, f"right_{LAST}")
    weights = opened(path, right, preprocessing="raw")
    assert same_as(weights, up_to(inside, LAST) if nested else inside, LAST)
    assert right in weights.origin
    assert opened(path, left).digest(LAST) != opened(path, right).digest(LAST)
    with pytest.raises(InputError, match="no branch 'top'"):
        opened(path, "top")


def test_a_suffix_tells_networks_apart_too(tmp_path):
    pixels = kl.Input((models.SIZE, models.SIZE, 3))
    model = tf.keras.Model(pixels, kl.Add()([stack(pixels), stack(pixels, after="_2")]))
    model.save(tmp_path / "m.keras")
    with pytest.raises(InputError, match="2 networks: 2, main"):
        opened(tmp_path / "m.keras")
    assert len(opened(tmp_path / "m.keras", "main").layers) == 7


def test_one_network_of_such_names_is_just_that(tmp_path):
    functional(before="left_", after="_2").save(tmp_path / "m.keras")
    assert len(opened(tmp_path / "m.keras").layers) == 7


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".weights.h5"])
def test_the_optimizers_state_counts_for_nothing(tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    model = functional()
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    before = opened(path).digest(LAST)
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    assert opened(path).digest(LAST) == before


STATES = [
    "optimizer_weights/Adam/m/{layer}/{array}:0",  # TensorFlow 2.11 to 2.15
    "optimizer_weights/training/Adam/{layer}/{array}/m:0",
    "optimizer_weights/SGD/{layer}/{array}/momentum:0",
    "my_optimizer/{layer}/{array}:0",
    "AdamW/v/{layer}/{array}:0",
    "OPTIMIZER/{layer}/{array}:0",
]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("within", ["", "model_weights/"])
def test_nothing_under_an_optimizer_counts_whatever_it_is_called(tmp_path, state, within):
    def save(path, *, with_state):
        numbers = np.random.default_rng(0)
        with h5py.File(path, "w") as file:
            inputs = 3
            for layer in ("block1_conv1", "block1_conv2", "block2_conv1"):
                for array, shape in (("kernel", (3, 3, inputs, 4)), ("bias", (4,))):
                    values = numbers.normal(size=shape).astype(np.float32)
                    file[f"{within}{layer}/{layer}/{array}:0"] = values
                    if with_state:
                        file[state.format(layer=layer, array=array)] = values * 0 + 7
                inputs = 4
        return opened(path)

    plain = save(tmp_path / "plain.h5", with_state=False)
    assert save(tmp_path / "state.h5", with_state=True).digest("block2_conv1") == plain.digest("block2_conv1")


def test_a_unet_is_vgg16_below(tmp_path):
    pixels = kl.Input((32, 32, 3))
    x, skips = pixels, []
    for block, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
        for conv in range(1, convolutions + 1):
            x = kl.Conv2D(4, 3, padding="same", activation="relu", name=f"block{block}_conv{conv}")(x)
        skips.append(x)
        x = kl.MaxPooling2D()(x)
    for block, skip in enumerate(reversed(skips), start=6):
        x = kl.Concatenate()([kl.UpSampling2D()(x), skip])
        for conv in (1, 2):
            x = kl.Conv2D(4, 3, padding="same", activation="relu", name=f"block{block}_conv{conv}")(x)
    model = tf.keras.Model(pixels, x)
    for suffix in (".keras", ".h5", ".weights.h5"):
        path = tmp_path / f"m{suffix}"
        (model.save_weights if suffix == ".weights.h5" else model.save)(path)
        weights = opened(path)
        assert len(weights.layers) == 13
        assert any("block6_conv1" in note and "left out" in note for note in weights.notes)


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_resnet_is_told_to_be_another_network(tmp_path, suffix):
    x = pixels = kl.Input((32, 32, 3))
    x = kl.ReLU()(kl.BatchNormalization()(kl.Conv2D(4, 7, strides=2, name="conv1_conv")(x)))
    for block in (1, 2):
        y = kl.ReLU()(kl.Conv2D(4, 3, padding="same", name=f"conv2_block{block}_1_conv")(x))
        x = kl.Add()([x, kl.Conv2D(4, 3, padding="same", name=f"conv2_block{block}_2_conv")(y)])
    tf.keras.Model(pixels, x).save(tmp_path / f"m{suffix}")
    if suffix == ".weights.h5":
        with pytest.raises(InputError, match=r"conv1_conv \(7, 7, 3, 4\)"):
            opened(tmp_path / f"m{suffix}")
        return
    weights = opened(tmp_path / f"m{suffix}", preprocessing="caffe")
    assert [layer.name for layer in weights.layers] == ["conv1_conv"]
    (note,) = weights.notes
    assert "the way parts" in note
    assert "conv2_block1_1_conv read it" in note


def test_xceptions_first_layers_are_no_vgg16s(tmp_path):
    x = pixels = kl.Input((64, 64, 3))
    x = kl.ReLU()(kl.BatchNormalization()(kl.Conv2D(4, 3, strides=2, use_bias=False, name="block1_conv1")(x)))
    x = kl.ReLU()(kl.BatchNormalization()(kl.Conv2D(4, 3, use_bias=False, name="block1_conv2")(x)))
    for number in range(3):
        x = kl.SeparableConv2D(4, 3, name=f"block2_sepconv{number}")(x)
        x = kl.Conv2D(4, 1, name=f"conv2d_{number}")(x)
    model = tf.keras.Model(pixels, x)
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    weights = opened(tmp_path / "m.keras", preprocessing="tf")
    assert [(layer.name, layer.stride, layer.field) for layer in weights.layers] == [
        ("block1_conv1", 2, 3),
        ("block1_conv2", 2, 7),
    ]
    assert "block2_sepconv0 (SeparableConv2D)" in weights.notes[0]
    assert weights.network == "m"
    with pytest.raises(InputError, match="convolutions that VGG16 does not have"):
        opened(tmp_path / "m.weights.h5")


@pytest.mark.parametrize("suffix", [".keras", ".h5", ".weights.h5"])
def test_bfloat16(tmp_path, suffix):
    before = tf.keras.config.dtype_policy()
    tf.keras.config.set_dtype_policy("bfloat16")
    try:
        model = functional()
    finally:
        tf.keras.config.set_dtype_policy(before)
    path = tmp_path / f"m{suffix}"
    (model.save_weights if suffix == ".weights.h5" else model.save)(path)
    weights = opened(path)
    theirs = np.asarray(tf.cast(model.get_layer(LAST).kernel, tf.float32))
    assert np.array_equal(weights.kernel(LAST), theirs)
    assert np.abs(theirs).max() > 0


def test_a_keras_file_of_windows(tmp_path):
    functional().save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (tmp_path / "in.h5").write_bytes(members["model.weights.h5"])
    with h5py.File(tmp_path / "in.h5") as old, h5py.File(tmp_path / "out.h5", "w") as new:

        def copy(name, item):
            if isinstance(item, h5py.Group) and "vars" in name:
                group = new.create_group(name.replace("/", "\\"))
                group.attrs.update(item.attrs)
                for own in item:
                    group[own] = item[own][()]

        old.visititems(copy)
    with zipfile.ZipFile(tmp_path / "windows.keras", "w") as archive:
        for name, payload in members.items():
            archive.writestr(name, (tmp_path / "out.h5").read_bytes() if name.endswith(".h5") else payload)
    assert opened(tmp_path / "windows.keras").digest(LAST) == opened(tmp_path / "m.keras").digest(LAST)


def test_layers_without_a_bias(tmp_path):
    def unbiased(x, name, filters):
        return kl.Conv2D(filters, 3, activation="relu", use_bias=False, name=name)(x)

    functional(layer=unbiased).save_weights(tmp_path / "m.weights.h5")
    weights = opened(tmp_path / "m.weights.h5")
    assert len(weights.layers) == 7
    assert not weights.bias(LAST).any()


def test_the_same_file_opened_otherwise_is_not_remembered_as_the_first(tmp_path):
    functional().save(tmp_path / "m.keras")
    from generator.network.weights import Weights
    from generator.store.file_cache import FileCache

    memo = FileCache(tmp_path / "memo.json")
    first = Weights.open(tmp_path / "m.keras", memo)
    other = Weights.open(tmp_path / "m.keras", memo, "", "torch")
    again = Weights.open(tmp_path / "m.keras", memo)
    assert first.digests == again.digests != other.digests
    assert np.array_equal(again.kernel("block1_conv1"), first.kernel("block1_conv1"))
    assert not np.array_equal(other.kernel("block1_conv1"), first.kernel("block1_conv1"))


# As Keras 2 wrote it (TensorFlow 2.4 to 2.15): operations as layers of their own.
KERAS_2 = [
    {"class_name": "InputLayer", "name": "in", "config": {"name": "in"}, "inbound_nodes": []},
    {
        "class_name": "SlicingOpLambda",
        "name": "get",
        "config": {"name": "get", "function": "__operators__.getitem"},
        "inbound_nodes": [
            ["in", 0, 0, {"slice_spec": [{"class_name": "__ellipsis__"}, {"start": None, "stop": None, "step": -1}]}]
        ],
    },
    {
        "class_name": "TFOpLambda",
        "name": "add",
        "config": {"name": "add", "function": "nn.bias_add"},
        "inbound_nodes": [["get", 0, 0, {"bias": [-103.939, -116.779, -123.68], "data_format": "NHWC"}]],
    },
]


def keras_2(path, front, name):
    layers = [
        *front,
        {
            "class_name": "Conv2D",
            "name": "block1_conv1",
            "config": {"name": "block1_conv1", "activation": "relu", "strides": [1, 1]},
            "inbound_nodes": [[[name, 0, 0, {}]]],
        },
    ]
    config = {
        "class_name": "Functional",
        "config": {"layers": layers, "input_layers": [["in", 0, 0]], "output_layers": [["block1_conv1", 0, 0]]},
    }
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights/block1_conv1/block1_conv1")
        group["kernel:0"] = np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype(np.float32)
        group["bias:0"] = np.zeros(4, np.float32)
    return opened(path)


def test_operations_of_keras_2(tmp_path):
    found = keras_2(tmp_path / "m.h5", KERAS_2, "add")
    assert "(caffe)" in found.expects
    assert "read from the file" in found.expects


@pytest.mark.parametrize(
    ("module", "words"),
    [("keras.applications.vgg16", "(caffe)"), ("tensorflow.keras.applications.mobilenet_v2", "(tf)"), ("mine", None)],
)
def test_a_named_function_of_keras_is_known_and_another_is_not(tmp_path, module, words):
    lambda_ = {
        "class_name": "Lambda",
        "name": "pre",
        "config": {"name": "pre", "function": "preprocess_input", "function_type": "function", "module": module},
        "inbound_nodes": [[["in", 0, 0, {}]]],
    }
    found = keras_2(tmp_path / "m.h5", [KERAS_2[0], lambda_], "pre")
    assert (found.unsure is None) == (words is not None)
    assert (words or "assumed") in found.expects
