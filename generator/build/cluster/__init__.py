"""The same tasks on many machines: a Dask cluster's driver and its workers."""
