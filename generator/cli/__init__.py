"""The command line: the commands, their flags, and the messages of failures.

May import everything. Only `site.pages.reference`, which documents the commands, imports it.
"""
