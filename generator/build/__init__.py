"""A build: the plan of what is wanted and not stored, the tasks, and who carries them out, here or on a cluster.

May import every room that computes, and `site` to render what there is.
"""
