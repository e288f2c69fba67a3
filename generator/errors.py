"""Errors that a build reports to the user. They are not bugs."""


class InputError(Exception):
    """Wrong usage or input. The message says what is wrong, where, and what to do, in one or two lines. Exit code 2."""


class BuildError(Exception):
    """The input is right, but this machine cannot do the work (disk full, no permission, ...). Exit code 1."""


class LostError(BuildError):
    """An artifact is gone from the store: deleted, or removed because it was damaged. A new plan makes it again."""
