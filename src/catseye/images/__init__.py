"""One picture: from a file to pixels (`decode`), from pixels to a tensor (`preprocess`), varied (`augment`)."""
