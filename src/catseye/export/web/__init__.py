"""A classifier as a page: a folder for any static host, which classifies pictures in the browser alone."""
