"""The two ways a build can fail that are not bugs."""


class InputError(Exception):
    """Wrong usage or input: says what is wrong, where, and what to do, in one or two lines. Exit code 2."""


class BuildError(Exception):
    """Right input, but the work cannot be done here (disk full, no permission, ...). Exit code 1."""


class LostError(BuildError):
    """An artifact that was in the store is gone, or damaged and taken out. Planning again makes it anew."""
