"""Labels that are not folders: in a CSV, TSV or JSON-lines file, or in the names of the pictures."""
