"""Labels on parts of a map."""

import numpy as np

from generator.site.maps import regions
from generator.site.maps.regions import Region

GRID = np.arange(64).reshape(8, 8)


def test_parts_have_the_most_frequent_label_and_touching_ones_are_one_region():
    """The left half is of cats, the upper right quarter of dogs and a few owls; the rest has a label each."""

    def labels(row, column):
        if column < 4:
            return ["cat"] * 3
        return ["dog", "dog", "owl"] if row < 4 else [f"{row}{column}{n}" for n in range(3)]

    found = regions.find(GRID, [labels(*divmod(own, 8)) for own in range(64)])
    assert found == [Region("cat", 96, 96, 2.0, 2.0), Region("dog", 32, 48, 6.0, 2.0)]


def test_a_label_that_is_everywhere_says_nothing_of_a_part():
    assert regions.find(GRID, [["cat", "dog"]] * 64) == []


def test_rare_labels_of_few_patches_are_no_region():
    assert regions.find(GRID, [["cat"] * (own < regions.LEAST - 1) + [f"{own}"] for own in range(64)]) == []


def test_empty_cells_and_filters_without_patches_are_left_out():
    grid = np.full((8, 8), -1)
    grid[:2, :2] = np.arange(4).reshape(2, 2)
    grid[6, :2] = (4, 5)
    found = regions.find(grid, [["a"] * 9, [], ["a"] * 8 + ["b"], [], ["b"] * 9, ["b"] * 9])
    assert found == [Region("b", 18, 18, 2.0, 6.0), Region("a", 17, 18, 2.0, 2.0)]
    assert regions.find(grid, [[]] * 6) == []
