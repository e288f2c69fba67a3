import dataclasses
import json

import pytest

from generator.measures import record
from generator.measures.record import Measures

PLAIN = Measures(activation=2.0, rank=0, robustness=0.9, unneeded=0.0, slope=-2.0, saturated=0.0)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"activation": 0.0}, ("dead",)),
        ({"activation": -1.0, "ratio": -0.1}, ("below natural",)),
        ({"ratio": 0.8}, ("below natural",)),
        ({"ratio": 0.9999}, ()),
        ({"ratio": 3.0, "robustness": 0.2}, ("fragile",)),
        ({"ratio": 3.0, "path": 0.49}, ("off the natural path",)),
        ({"ratio": 0.8, "path": 0.5}, ("below natural",)),
        ({"ratio": 0.8, "robustness": 0.1, "path": 0.2}, ("below natural", "fragile", "off the natural path")),
        ({"activation": 0.0, "path": 0.0}, ("dead",)),
        ({}, ()),  # silent on the photographs, but not dead: here is its picture
    ],
)
def test_flags_say_what_holds(numbers, said):
    assert dataclasses.replace(PLAIN, **numbers).flags == said


def test_what_is_stored_has_six_digits_and_leaves_out_what_makes_no_sense():
    own = dataclasses.replace(PLAIN, activation=1234567.0, rank=3, ratio=0.1234567, robustness=0.2)
    payload = record.to_json({"channel": own})
    assert json.loads(payload)["channel"] == {
        "activation": 1234570.0,
        "ratio": 0.123457,
        "rank": 3.0,
        "robustness": 0.2,
        "unneeded": 0.0,
        "slope": -2.0,
        "saturated": 0.0,
        "flags": ["below natural", "fragile"],
    }
    assert record.from_json(payload) == {"channel": own.rounded()}
    assert type(record.from_json(payload)["channel"].rank) is int


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b'{"channel": {}}', record.to_json({"channel": PLAIN}).replace(b"0.9", b'"x"')]
)
def test_what_are_no_measures_is_refused(payload):
    with pytest.raises(ValueError, match=r"\w"):
        record.from_json(payload)


def test_every_number_says_what_it_means_and_pages_show_all_but_the_reference():
    names = {field.name for field in dataclasses.fields(Measures)}
    assert names - set(record.shown()) == {"path_natural", "flags"}
    assert all(meaning and shown.note.endswith(".") for shown, meaning in record.shown().values())
