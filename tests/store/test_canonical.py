import pytest

from generator.store.canonical import canonical, key, seed


def test_order_and_spaces_do_not_matter():
    assert canonical({"b": 1, "a": [1.5, "é"]}) == '{"a":[1.5,"é"],"b":1}'
    assert key({"b": 1, "a": 2}) == key({"a": 2, "b": 1})


def test_known_key():
    # sha256 of {"a":1}: a change of the canonical form would orphan every store
    assert key({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"


def test_no_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_seed_fits_tensorflow_and_differs():
    assert all(0 <= number < 2**31 for number in seed("f" * 64))
    assert seed(key({"a": 1})) != seed(key({"a": 2}))
