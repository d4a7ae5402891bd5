"""The catalogue: data sets that are known by name, one file each."""
