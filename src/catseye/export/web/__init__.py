"""A classifier as a web page: a folder for any static host, which classifies pictures entirely in the browser."""
