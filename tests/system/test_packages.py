"""The versions of packages."""

import numpy as np

from generator.system.packages import installed


def test_a_package_has_a_version_if_it_is_installed():
    assert installed("numpy") == np.__version__
    assert installed("no-such-package-of-anybody") is None
