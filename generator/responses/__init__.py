"""What photographs do to the filters: one pass over them, and all that follows from it.

The scan with its accumulators and shards, the statistics of each layer, patches, projections, evidence, and what
natural pictures leave in the layers below. May import `corpus`, `ascent`, `network` and what these may import.
"""
