"""Access to the machine: files, memory, signals, downloads, progress, devices.

This package imports only `errors`. Nothing in it knows what an atlas is.
"""
