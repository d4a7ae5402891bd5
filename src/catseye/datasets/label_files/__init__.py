"""Labels from a CSV, TSV or JSON-lines file, or from the names of the pictures."""
