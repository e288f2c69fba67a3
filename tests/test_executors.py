import pytest

from generator.executors import InProcess


def test_runs_at_once_and_keeps_the_result():
    with InProcess() as executor:
        assert executor.submit(divmod, 7, 2).result() == (3, 1)
        assert list(executor.map(abs, [-1, 2])) == [1, 2]


def test_what_is_raised_stops_the_caller():
    def interrupted():
        raise KeyboardInterrupt

    with InProcess() as executor, pytest.raises(KeyboardInterrupt):
        executor.submit(interrupted)
