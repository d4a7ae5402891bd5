"""The networks of the lessons, as stacks of named layers."""
