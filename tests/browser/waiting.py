"""Waiting for a page: Playwright's own `wait_for_function` evaluates text within it, which its policy forbids."""

import time


def until(page, expression, arg=None, seconds=30):
    """Wait until an expression is true in the page; a function of `arg` if one is given."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"never came true: {expression}"
        page.wait_for_timeout(20)
