"""What a person looks at: figures, the report of a run, grids of pictures."""
