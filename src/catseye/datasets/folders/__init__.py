"""Folders of photographs: listed, inspected once, and split."""
