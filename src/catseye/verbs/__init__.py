"""What `import catseye` offers: the verbs of the command line as functions that return answers."""
