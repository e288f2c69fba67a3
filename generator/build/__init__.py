"""A build: the plan of missing artifacts, the tasks that make them, and executors in this process or on a cluster.

May import every package that computes, and `site` for rendering.
"""
