"""What the atlas asks of the machine it runs on: files, memory, signals, downloads, progress, devices.

May import `errors` alone. Nothing here knows what an atlas is.
"""
