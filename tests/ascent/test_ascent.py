import numpy as np
import pytest
import tensorflow as tf

from generator.ascent import (
    budget,
    contrast,
    frequency_bands,
    image,
    objectives,
    optimize,
    prune,
    solid_colour,
    stable_sums,
    transforms,
)
from generator.ascent.recipes import recipe_for
from generator.config import AscentSettings
from generator.network.forward import Network
from generator.network.geometry import LAYERS
from generator.store import canonical

FOURIER, CLASSIC = AscentSettings(), AscentSettings(recipe="classic")


def jobs(layer, filters):
    return [(f, canonical.key({"layer": layer, "filter": f})) for f in filters]


def short(weights, layer, objective, settings=FOURIER, **changes):
    recipe = recipe_for(weights.layer(layer), objective, settings)
    canvas = min(recipe.canvas, 32) if objective == "channel" and recipe.torus else recipe.canvas
    return recipe.but(
        **({"steps": 6, "canvas": canvas, "starts": min(recipe.attempts.starts, 2), "tried": 2} | changes)
    )


def same(one, other):
    return one.pixels.tobytes() == other.pixels.tobytes() and one.facts == other.facts


def check_independence(weights, layer, recipe, filters):
    """The same bytes in a full batch, alone, at another place, and beside other neighbours."""
    check_independence_in(Network(weights), layer, recipe, filters)


def check_independence_in(network, layer, recipe, filters):
    wanted = jobs(layer, filters)
    together = optimize.ascend(network, layer, recipe, wanted)
    backwards = optimize.ascend(network, layer, recipe, wanted[::-1])[::-1]
    assert all(map(same, together, backwards))
    for i in (0, len(filters) // 2, len(filters) - 1):
        assert same(optimize.ascend(network, layer, recipe, wanted[i : i + 1])[0], together[i])
    others = optimize.ascend(network, layer, recipe, [*jobs(layer, [1, 1, 1]), *wanted[2:5]])
    assert all(map(same, others[3:], together[2:5]))


@pytest.mark.parametrize("settings", [FOURIER, CLASSIC], ids=["fourier", "classic"])
@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block1_conv1", "block2_conv1"])
def test_no_picture_depends_on_its_batch(narrow, layer, objective, settings):
    filters = [f % narrow.layer(layer).filters for f in range(19)]
    check_independence(narrow, layer, short(narrow, layer, objective, settings), filters)


@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block1_conv1", "block2_conv2", "block3_conv1"])
def test_no_picture_of_the_true_layers_depends_on_its_batch(oxford, layer, objective):
    check_independence(oxford, layer, short(oxford, layer, objective, restarts=1, steps=4), list(range(3, 22)))


@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block3_conv1", "block4_conv1", "block5_conv1"])
def test_no_picture_with_a_budget_depends_on_its_batch(narrow, layer, objective):
    recipe = short(narrow, layer, objective, starts=1, retries=0)
    assert recipe.spectrum.budget
    check_independence(narrow, layer, recipe, [f % narrow.layer(layer).filters for f in range(19)])


def test_one_picture_alone_can_be_a_batch(narrow):
    """What is left where memory has run out; parts are taken out of it too."""
    recipe = short(narrow, "block4_conv1", "neuron", retries=0, steps=6).but(batch=1)
    assert recipe.pruning.idle
    network, job = Network(narrow), jobs("block4_conv1", [1])
    alone, among = (optimize.ascend(network, "block4_conv1", recipe.but(batch=n), job)[0] for n in (1, 16))
    assert np.array_equal(alone.pixels, among.pixels)


@pytest.mark.parametrize("settings", [FOURIER, CLASSIC], ids=["fourier", "classic"])
@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_a_climb_rises(narrow, objective, settings):
    layer = "block2_conv2"
    network = Network(narrow)
    recipe = short(narrow, layer, objective, settings, steps=20, retries=0, restarts=1)
    start = optimize.ascend(network, layer, recipe.but(rate=1e-9), jobs(layer, range(6)))
    end = optimize.ascend(network, layer, recipe, jobs(layer, range(6)))
    gains = [b.facts["activation"] - a.facts["activation"] for a, b in zip(start, end, strict=True)]
    assert np.median(gains) > 0
    if settings is FOURIER:
        assert min(gains) > 0


def test_the_stated_activation_is_that_of_the_saved_picture(narrow):
    layer, network = "block2_conv1", Network(narrow)
    for objective, torus in (("channel", True), ("neuron", False)):
        for found, f in zip(
            optimize.ascend(network, layer, short(narrow, layer, objective), jobs(layer, [0, 4])), [0, 4], strict=True
        ):
            maps = network.maps(found.pixels[None], layer, torus).numpy()[0, :, :, f]
            expected = np.maximum(maps, 0).mean() if objective == "channel" else maps[0, 0]
            assert maps.shape == ((1, 1) if objective == "neuron" else (16, 16))
            assert found.facts["activation"] == pytest.approx(expected, rel=1e-4, abs=1e-5)
            assert found.facts["saturated"] == np.mean((found.pixels == 0) | (found.pixels == 255))


def test_the_first_layers_neuron_reaches_its_closed_form(oxford):
    """A linear unit is largest where each pixel stands at the end of its range that its weight asks for."""
    layer = "block1_conv1"
    kernel = oxford.kernel(layer)[:, :, ::-1]  # RGB
    found = optimize.ascend(
        Network(oxford), layer, recipe_for(oxford.layer(layer), "neuron", FOURIER), jobs(layer, range(64))
    )
    for f, picture in enumerate(found):
        best = np.where(kernel[..., f] > 0, 255, 0).astype(np.float32)
        offset = np.tensordot(kernel[..., f].sum((0, 1)), [123.68, 116.779, 103.939], 1)
        optimum = np.sum(best * kernel[..., f]) - offset + oxford.bias(layer)[f]
        assert picture.facts["activation"] == pytest.approx(optimum, rel=0.01, abs=0.5)


@pytest.mark.parametrize("objective", ["channel", "neuron"])
@pytest.mark.parametrize("layer", ["block1_conv2", "block3_conv1"])
def test_one_trace_for_all_batches(narrow, layer, objective):
    """One of each function for a layer and shape: full and padded batches, first attempts and further ones."""
    network = Network(narrow)
    recipe = short(narrow, layer, objective, steps=4, retries=1)
    for first in range(3):
        optimize.ascend(network, layer, recipe, jobs(layer, [first] * 20))
    climb = optimize.climb_for(network, layer, recipe)
    assert [traced.experimental_get_tracing_count() for traced in (climb.step, climb.settle, climb.finish)] == [1, 1, 1]
    assert optimize.climb_for(network, layer, recipe.but()) is climb  # an equal recipe is the same climb


class Scripted:
    """A climb whose scores are written down: a row of pictures' activations for each attempt, by the job's key."""

    def __init__(self, *scores):
        self.scores, self.asked, self.recipe = scores, [], None

    def __call__(self, jobs, attempt, longer=1):
        keys = [key for _, key in jobs]
        self.asked.append((list(dict.fromkeys(keys)), len(keys), attempt, longer))
        scores = np.array([self.scores[attempt][key] for key in keys], np.float32)
        return np.full((len(keys), 4, 4, 3), attempt, np.uint8), scores


@pytest.fixture
def scripted(monkeypatch):
    def script(*scores):
        climb = Scripted(*scores)

        def scripted(network, layer, recipe):
            climb.recipe = recipe
            return climb

        monkeypatch.setattr(optimize, "climb_for", scripted)
        return climb

    return script


def found(pictures):
    """(attempt, activation, the picture's own pixels) of each."""
    return [(p.facts["attempt"], p.facts["activation"], int(p.pixels.max())) for p in pictures]


def test_a_silent_filter_gets_more_attempts_and_longer_ones(narrow, scripted):
    """Only those who are silent still, until they are active or the attempts are spent."""
    climb = scripted({"a": 1, "b": 0, "c": -1}, {"b": 2, "c": 0}, {"c": 0})
    recipe = short(narrow, "block2_conv1", "neuron", restarts=1, retries=2, batch=4)
    pictures = optimize.ascend(Network(narrow), "block2_conv1", recipe, [(0, "a"), (1, "b"), (2, "c")])
    assert climb.asked == [(["a", "b", "c"], 4, 0, 1), (["b", "c"], 4, 1, 2), (["c"], 4, 2, 2)]
    assert found(pictures) == [(0, 1, 0), (1, 2, 1), (1, 0, 1)]


def test_nobody_climbs_on_when_all_are_active(narrow, scripted):
    climb = scripted({"a": 1, "b": 3})
    recipe = short(narrow, "block2_conv1", "neuron", restarts=1, retries=2, batch=2)
    optimize.ascend(Network(narrow), "block2_conv1", recipe, [(0, "a"), (1, "b")])
    assert len(climb.asked) == 1


def test_the_best_of_several_restarts_is_kept(narrow, scripted):
    """All restart, active or not, and none takes longer."""
    climb = scripted({"a": 1, "b": 5}, {"a": 3, "b": 2}, {"a": 2, "b": 4})
    recipe = short(narrow, "block2_conv1", "neuron", restarts=3, retries=1, batch=2)
    pictures = optimize.ascend(Network(narrow), "block2_conv1", recipe, [(0, "a"), (1, "b")])
    assert climb.asked == [(["a", "b"], 2, attempt, 1) for attempt in range(3)]
    assert found(pictures) == [(1, 3, 1), (0, 5, 0)]


def test_a_longer_climb_takes_more_of_the_recipes_steps(narrow, monkeypatch):
    """Its schedules are stretched with it."""
    climb = optimize.climb_for(Network(narrow), "block1_conv1", short(narrow, "block1_conv1", "channel", batch=2))
    taken = []

    def rise(recipe, state, _, until):
        taken.append((recipe.steps, until))
        return state, state

    monkeypatch.setattr(climb, "_rise", rise)
    for longer in (1, 2):
        climb(jobs("block1_conv1", [0, 1]), longer=longer)
    assert taken == [(6, 6), (12, 12)]


def test_waves_that_no_unit_can_see_get_no_more_than_those_it_can(narrow):
    recipe = short(narrow, "block1_conv1", "channel", exponent=0.5, longest=8.0)
    rows = np.arange(32)
    waves = [np.ones(32), np.cos(2 * np.pi * rows / 16), np.cos(2 * np.pi * rows / 8), np.cos(2 * np.pi * rows / 2)]
    gains = []
    for wave in waves:
        gradient = np.zeros((1, 3, 32, 32), np.float32)
        gradient[0, 0] = wave[:, None]
        gradient[0, 1, 0, 0] = 1000  # what all are measured against
        uphill = image.of(recipe).uphill(tf.constant(gradient), tf.constant(0.5)).numpy()
        gains.append(np.sum(uphill[0, 0] * wave[:, None]) / np.sum(wave**2) / np.abs(uphill[0, 1]).max())
    np.testing.assert_allclose(gains[:3], gains[2], rtol=1e-3)
    assert gains[2] / gains[3] == pytest.approx(4, rel=1e-2)  # f ** -1 over two octaves
    assert stable_sums.rms(tf.constant(uphill)).numpy() == pytest.approx(1, rel=1e-3)


def test_idle_components_are_found_and_no_others():
    """Of a picture of coarse and fine light and fine colour, seen by a filter that asks for coarse light alone."""
    rows = np.arange(32)
    coarse, fine = np.cos(2 * np.pi * rows / 8)[:, None], np.cos(2 * np.pi * rows / 2)[:, None]
    light, colour = np.array([1, 1, 1]), np.array([1, -2, 1])
    picture, gradient = np.zeros((2, 32, 32, 3), np.float32), np.zeros((2, 32, 32, 3), np.float32)
    picture[:] = 128 + (coarse + fine)[..., None] * light + fine[..., None] * colour
    gradient[:] = coarse[..., None] * light
    waves = np.zeros((2, 3, 32, 32), np.float32)
    waves[:, 0], waves[:, 2] = 5 + coarse + fine, fine
    given = tf.constant(waves), tf.constant(picture), tf.constant(gradient)
    idle = prune.idle(*given, tf.constant([1.0, 1.0])).numpy()
    np.testing.assert_allclose(idle[0, 0], np.broadcast_to(fine, (32, 32)), atol=1e-4)
    np.testing.assert_allclose(idle[0, 2], np.broadcast_to(fine, (32, 32)), atol=1e-4)
    np.testing.assert_allclose(idle[:, 1], 0, atol=1e-5)


@pytest.mark.parametrize("side", [31, 32])
def test_what_a_component_is_worth_is_its_product_with_the_gradient(side):
    """Exactly: a component goes when the least is a little above its product, and stays when it is a little below."""
    drawn = np.random.default_rng(3)
    picture, gradient = (drawn.standard_normal((1, side, side, 3)).astype(np.float32) for _ in range(2))
    waves = drawn.standard_normal((1, 3, side, side)).astype(np.float32)
    light, octave = np.full(3, 3**-0.5), frequency_bands.octave_of(side) == 2
    part = np.fft.irfft2(np.where(octave, np.fft.rfft2(picture[0] @ light), 0), (side, side))
    worth = float(np.sum(part * (gradient[0] @ light)))
    own = np.fft.irfft2(np.where(octave, np.fft.rfft2(waves[0, 0]), 0), (side, side))
    given = tf.constant(waves), tf.constant(picture), tf.constant(gradient)
    for least, held in ((worth + 0.01, 1), (worth - 0.01, 0)):
        gone = prune.idle(*given, tf.constant([least], tf.float32)).numpy()
        found = np.fft.irfft2(np.where(octave, np.fft.rfft2(gone[0, 0]), 0), (side, side))
        np.testing.assert_allclose(found, held * own, atol=1e-4)


def test_what_seems_idle_stays_where_a_filter_loses_by_its_going(narrow, monkeypatch):
    """As if to half of the filters the whole picture seemed idle: theirs are the best before anything was taken out."""
    layer = "block3_conv1"
    wanted = [((2, 3, 6, 5, 2, 7)[at % 6], canonical.key({"at": at})) for at in range(16)]  # none silent
    recipe = short(narrow, layer, "channel", steps=16, canvas=24)
    kept = before_settling(Network(narrow), layer, recipe, wanted)
    settled = optimize.ascend(Network(narrow), layer, recipe, wanted)
    odd = tf.reshape(tf.range(16) % 2 == 1, (16, 1, 1, 1))
    found = prune.idle
    monkeypatch.setattr(prune, "idle", lambda state, *others: tf.where(odd, state, found(state, *others)))
    harmed = optimize.ascend(Network(narrow), layer, recipe, wanted)
    assert all(np.array_equal(harmed[at].pixels, kept[at]) for at in range(1, 16, 2))
    assert all(same(harmed[at], settled[at]) for at in range(0, 16, 2))
    assert not any(np.array_equal(settled[at].pixels, kept[at]) for at in range(0, 16, 2))


def test_how_much_may_go_with_what_seems_idle_is_the_recipes(narrow):
    """Of nothing spared all is taken out, and a picture that must lose nothing keeps all."""
    layer, wanted = "block3_conv1", jobs("block3_conv1", [2, 3, 5])
    recipe = short(narrow, layer, "channel", steps=16, canvas=24, idle=0.05, batch=3)
    kept = before_settling(Network(narrow), layer, recipe, wanted)
    none, all_ = (optimize.ascend(Network(narrow), layer, recipe.but(spared=s), wanted) for s in (0.0, 100.0))
    assert all(np.array_equal(own.pixels, other) for own, other in zip(all_, kept, strict=True))
    assert not any(np.array_equal(own.pixels, other) for own, other in zip(none, kept, strict=True))


def before_settling(network, layer, recipe, wanted):
    """The best pictures of the steps before the last ones, in which idle parts are taken out."""
    climb = optimize.Climb(network, layer, recipe)
    filters = tf.constant([f for f, _ in wanted], tf.int32)
    state = climb._begin([key for _, key in wanted], filters, 0)
    steps = range(next(at for at in range(recipe.steps) if optimize.settling(recipe, at)) + 1)
    start = (state, tf.zeros_like(state), state, tf.fill([len(wanted)], -np.inf))
    best = climb._steps(recipe, start, filters, steps).best
    return climb.finish(best, best, filters)[0].numpy()


def test_a_filter_that_likes_a_colour_more_than_any_pattern_gets_the_colour(oxford):
    """block2_conv1/51 wants blue, wherever one looks; its climbs end in white, where the filter gets far less."""
    network, layer = Network(oxford), "block2_conv1"
    recipe = short(oxford, layer, "channel")
    liked, other = optimize.ascend(network, layer, recipe, jobs(layer, [51, 2]))
    assert (liked.pixels == [0, 0, 255]).all()
    maps = network.maps(liked.pixels[None], layer, torus=True).numpy()[0, :, :, 51]
    assert liked.facts["activation"] == pytest.approx(np.maximum(maps, 0).mean(), rel=1e-4)
    assert liked.facts["saturated"] == 1
    assert other.pixels.std() > 20
    colour, activation = solid_colour.best(network, layer, 2)
    assert activation < other.facts["activation"]
    assert len(solid_colour.colours()) == 27
    assert len(colour) == 3


def test_the_best_of_several_starts_is_gone_on_with(narrow):
    """Each picture's own: tries of one start alone end where the climb from the best of them sets out."""
    network, layer = Network(narrow), "block3_conv1"
    recipe = short(narrow, layer, "neuron", starts=3, tried=3, restarts=1, retries=0)
    keys, filters = [key for _, key in jobs(layer, range(16))], tf.range(16) % 8
    climb = optimize.climb_for(network, layer, recipe)
    chosen = climb.finish(*[climb._begin(keys, filters, 0)] * 2, filters)[1].numpy()
    tries = []
    for start in range(3):
        state = tf.constant(image.of(recipe).start(keys, start))
        end, _ = climb._rise(recipe, state, filters, 3)
        tries.append(climb.finish(end, end, filters)[1].numpy())
    np.testing.assert_array_equal(chosen, np.max(tries, axis=0))
    assert len(set(np.argmax(tries, axis=0))) > 1


def test_classic_pictures_are_shown_with_the_scripts_contrast(narrow):
    recipe = short(narrow, "block1_conv1", "channel", CLASSIC)
    shown = image.of(recipe).display(tf.constant(3 * image.of(recipe).start(["0f" * 32]))).numpy()
    assert shown.mean() == pytest.approx(127.5, abs=1)
    assert shown.std() == pytest.approx(25.5, abs=1)


@pytest.mark.parametrize("side", [31, 32])
def test_a_band_above_its_budget_is_brought_down_to_it_and_no_other(side):
    recipe = recipe_for(LAYERS[7], "channel", FOURIER).but(canvas=side, budget=0.5, budget_colour=2.0)
    state = np.random.default_rng(2).standard_normal((2, 3, side, side)).astype(np.float32)
    most = budget.limits(side, recipe.spectrum)
    assert most is not None
    np.testing.assert_allclose(most[:, 1:], contrast.natural(side)[:, 1:] * [[0.5], [2], [2]])
    before, after = bands(state), bands(budget.keep(tf.constant(state), most).numpy())
    np.testing.assert_allclose(after, np.minimum(before, most), rtol=1e-3)
    assert (before > most).any()
    assert (before < most).any()
    assert budget.limits(side, recipe.but(budget=0.0).spectrum) is None


def bands(state):
    """RMS by picture, colour and octave."""
    side, octave = state.shape[-1], frequency_bands.octave_of(state.shape[-1])
    waves = np.fft.rfft2(state)
    parts = [np.fft.irfft2(np.where(octave == o, waves, 0), (side, side)) for o in range(octave.max() + 1)]
    return np.sqrt(np.mean(np.square(parts), axis=(-2, -1))).transpose(1, 2, 0)


@pytest.mark.parametrize("objective", ["channel", "neuron"])
def test_a_saved_picture_is_about_as_loud_as_its_budget_says(narrow, objective):
    layer = "block3_conv1"
    recipe = short(narrow, layer, objective, steps=20, starts=1, retries=0, restarts=1)
    loud = [contrast.loudest(p.pixels) for p in optimize.ascend(Network(narrow), layer, recipe, jobs(layer, range(6)))]
    without = recipe.but(budget=0.0)
    free = [contrast.loudest(p.pixels) for p in optimize.ascend(Network(narrow), layer, without, jobs(layer, range(6)))]
    assert max(loud) < 1.1 * max(recipe.spectrum.budget, recipe.spectrum.budget_colour) < max(free)


def test_moves_are_small_spread_out_and_the_same_for_all_pictures():
    moves = np.array([transforms.move(step) for step in range(64)])
    assert np.abs(moves).max() <= 1
    for axis in range(4):
        assert len(np.unique(np.floor(4 * (moves[:, axis] + 1)).clip(0, 7))) == 8
    np.testing.assert_allclose(moves.mean(axis=0), 0, atol=0.1)


@pytest.mark.parametrize("torus", [False, True])
def test_a_shifted_picture_is_the_picture_elsewhere(torus):
    recipe = recipe_for(LAYERS[4], "neuron", FOURIER).but(torus=torus, jitter=2, turn=0.0, zoom=0.0)
    image_ = np.random.default_rng(4).random((2, 24, 24, 3)).astype(np.float32)
    seen = transforms.moved(tf.constant(image_), recipe.moves, recipe.torus, tf.constant([1.0, -1.0, 0.5, 0.5])).numpy()
    np.testing.assert_array_equal(
        seen[:, 2:-2, 2:-2], np.roll(image_, (-2, 2) if not torus else (2, -2), (1, 2))[:, 2:-2, 2:-2]
    )
    still = recipe.but(jitter=0)
    assert transforms.moved(image_, still.moves, still.torus, tf.zeros([4])) is image_


def test_a_turn_about_the_middle_and_a_zoom():
    recipe = recipe_for(LAYERS[4], "neuron", FOURIER).but(jitter=0, turn=90.0, zoom=0.0)
    picture = np.random.default_rng(5).random((1, 24, 24, 3)).astype(np.float32)
    turned = transforms.moved(
        tf.constant(picture), recipe.moves, recipe.torus, tf.constant([0.0, 0.0, 1.0, 0.0])
    ).numpy()
    assert min(np.abs(turned - np.rot90(picture, by, (1, 2))).max() for by in (1, 3)) < 1e-3
    larger = recipe.but(turn=0.0, zoom=1.0)
    disc = (np.hypot(*(np.indices((24, 24)) - 11.5)) < 4).astype(np.float32)[None, ..., None].repeat(3, -1)
    seen = [
        transforms.moved(disc, larger.moves, larger.torus, tf.constant([0.0, 0.0, 0.0, by])).numpy()
        for by in (-1.0, 1.0)
    ]
    widths = [picture[0, 12, 6:18, 0].sum() if by else picture[0, 12, :, 0].sum() for by, picture in enumerate(seen)]
    assert sorted(widths) == pytest.approx([4, 16], abs=1)  # of 8; within the mirror's reach


def test_a_start_belongs_to_its_key_and_attempt(narrow):
    recipe = short(narrow, "block1_conv1", "channel")
    a, b = image.of(recipe).start(["0f" * 32, "1e" * 32])
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(image.of(recipe).start(["1e" * 32])[0], b)
    assert not np.array_equal(image.of(recipe).start(["1e" * 32], attempt=1)[0], b)


def test_a_leak_lets_a_silent_map_climb():
    maps = tf.constant([[[-1.0, -3.0], [2.0, 0.0]]])
    assert objectives.VARIANTS["channel"].score(maps).numpy() == pytest.approx([0.5])
    assert objectives.VARIANTS["channel"].slope(maps, tf.constant(0.1)).numpy() == pytest.approx([0.4])
    assert objectives.VARIANTS["neuron"].score(maps[:, :1, 1:]).numpy() == pytest.approx([-3.0])


def test_the_schedules_end_where_they_should(narrow):
    recipe = short(narrow, "block1_conv1", "channel", steps=20, rate=1.0, decay=0.5, leak=0.1, leak_until=0.5)
    assert optimize.rate(recipe, 0) == optimize.rate(recipe, 10) == 1.0
    assert optimize.rate(recipe, 19) == pytest.approx(0.1)
    assert optimize.leak(recipe, 0) == 0.1
    assert optimize.leak(recipe, 10) == 0


def test_sums_are_sums():
    x = np.random.default_rng(0).normal(size=(5, 7, 11)).astype(np.float32)
    np.testing.assert_allclose(stable_sums.total(tf.constant(x)), x.sum((1, 2)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(stable_sums.rms(tf.constant(x)), np.sqrt((x**2).mean((1, 2))), rtol=1e-5)


def test_origins_spread_over_the_torus():
    seen = {transforms.origin(step, 64) for step in range(64)}
    assert len({row // 8 for row, _ in seen}) == len({column // 8 for _, column in seen}) == 8
    assert len(seen) == 64
