"""Data as scripts."""

import json

import pytest

from generator.site.pages.scripts import script


def test_a_script_is_ascii_that_ends_neither_string_nor_script_early():
    value = {"</script>": ["\u2028ü'\"\\", 1.5]}
    text = script("found", value)
    assert text.isascii()
    assert "</" not in text
    assert json.loads(text.removeprefix("var found = ").removesuffix(";\n")) == value


def test_what_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        script("found", float("nan"))
