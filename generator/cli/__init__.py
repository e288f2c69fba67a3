"""The command line: every command, its flags, and what it says when something fails.

May import everything; nobody imports it but `site.pages.reference`, which documents the commands.
"""
