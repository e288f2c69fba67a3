"""Runs tasks on many machines: the driver and the workers of a Dask cluster."""
