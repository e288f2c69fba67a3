import numpy as np
import pytest

from generator.bench import cells, rows
from generator.bench.cells import Cell, Cells
from generator.bench.rows import Row, row_of


def cell(*activations, natural=None, filters=None):
    """A cell of these activations; `natural`: the best natural one of each filter."""
    filters = tuple(range(len(activations))) if filters is None else filters
    numbers = [{"activation": a, "rank": float(i)} for i, a in enumerate(activations)]
    if natural is not None:
        numbers = [own | {"ratio": own["activation"] / natural, "path": 0.5} for own in numbers]
    pictures = [np.full((4, 4, 3), i, np.uint8) for i in range(len(activations))]
    return Cell(filters, pictures, 0.5, 0.25, 7, tuple(numbers))


def test_a_row_has_medians_and_shares():
    row = row_of("block3_conv1", "neuron", "fourier", cell(10.0, 20.0, 60.0, natural=20.0), None)
    assert (row.activation, row.against_natural, row.path) == (20, 1, 0.5)
    assert row.at_natural == pytest.approx(2 / 3)
    assert row.first == pytest.approx(1 / 3)
    assert (row.filters, row.cpu, row.wall, row.steps) == (3, 0.5, 0.25, 7)
    assert row.against_classic is row.contrast is row.classic_silent is None


def test_a_silent_classic_picture_gives_no_ratio():
    """2,193,337 times as high as nothing is said of none: not in the row, not in its line, not in a figure."""
    ours = cell(10.0, 20.0, 30.0, 40.0, natural=10.0)
    some = row_of("a", "channel", "fourier", ours, cell(5.0, 0.0, 10.0, 10.0, natural=10.0))
    assert (some.against_classic, some.classic_silent, some.above_classic) == (3.5, 1, 1)
    most = row_of("a", "channel", "fourier", ours, cell(5.0, 0.0, 1e-5, 0.05, natural=10.0))
    assert (most.against_classic, most.classic_silent) == (None, 3)  # 0.05 is half a hundredth of a photograph's
    assert rows.line(most).endswith("  silent in 3 of 4")
    assert rows.line(some).endswith("  3.50")
    classic = row_of("a", "channel", "classic", cell(0.0, 0.0), cell(0.0, 0.0))
    assert rows.line(classic).endswith("  silent in 2 of 2")


def test_a_negative_unit_is_silent_too():
    row = row_of("a", "neuron", "fourier", cell(-1.0, 5.0), cell(-40.0, -3.0, natural=10.0))
    assert (row.against_classic, row.classic_silent) == (None, 2)


def test_the_precisions_are_compared_filter_by_filter():
    assert rows.against_float32(cell(9.9, 40.0, 11.0), cell(10.0, 20.0, 11.0)) == 1
    assert rows.against_float32(cell(0.0), cell(0.0)) is None
    silent = cell(9.9, 20.0, 5.0), cell(10.0, 10.0, 1e-5)
    assert rows.against_float32(*silent) == pytest.approx(1.495)  # of the two others


def test_few_filters_are_compared_with_the_same_of_classics():
    row = row_of("a", "channel", "MACO, full", cell(30.0, filters=(2,)), cell(1.0, 2.0, 3.0))
    assert row.against_classic == 10


def test_a_line_fits_under_its_head():
    row = Row(
        "block5_conv1", "channel", "tf-keras-vis", True, 48, 100.25, 3, 512, 123456.7, *(0.5,) * 10, None, 0.5, 30
    )
    assert rows.line(row).index("silent in 30") == rows.HEAD.index("x classic")
    assert len(rows.HEAD) < 180
    assert "random weights" in rows.line(Row("block5_conv1", "channel", "classic", False, 4, 1, 1))


def test_a_cell_is_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return cell(1.0, 2.0)

    folder = Cells(tmp_path)
    first, again = (folder.get({"layer": "a"}, make) for _ in range(2))
    assert len(made) == 1
    assert again.numbers == first.numbers
    assert (again.filters, again.cpu, again.steps) == (first.filters, first.cpu, first.steps)
    np.testing.assert_array_equal(again.pictures, first.pictures)
    folder.get({"layer": "b"}, make)
    assert len(made) == 2


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda _: b"", lambda b: b.replace(b"facts", b"facto")])
def test_a_damaged_cell_is_made_anew(tmp_path, damage):
    folder = Cells(tmp_path)
    folder.get({}, lambda: cell(1.0))
    (path,) = (tmp_path / cells.FOLDER).iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert folder.get({}, lambda: cell(3.0)).values("activation") == [3]
    assert folder.get({}, lambda: cell(4.0)).values("activation") == [3]


def test_a_cell_without_pictures_is_one(tmp_path):
    """No photograph excites any of the filters."""
    folder = Cells(tmp_path)
    folder.get({}, cell)
    again = folder.get({}, lambda: cell(1.0))
    assert again.pictures == []
    assert row_of("a", "neuron", "photographs", again, None).activation is None


def test_other_inputs_are_another_cell():
    assert cells.name({"layer": "a"}) == cells.name({"layer": "a"}) != cells.name({"layer": "b"})
