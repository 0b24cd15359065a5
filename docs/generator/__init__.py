"""The reference: what the code knows better than a person, written by `make docs`."""
