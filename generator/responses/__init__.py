"""The responses of filters to photographs: one pass over the photographs, and everything derived from it.

The scan with its accumulators and shards, the statistics of each layer, patches, projections, evidence, and footprints
of natural pictures in the layers below. May import `corpus`, `ascent`, `network` and the packages these may import.
"""
