"""The parts of the READMEs that the code knows better than a person: `make docs`."""
