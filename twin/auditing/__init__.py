"""Hidden settings of a module and a model, read from the live objects."""
