"""The domain: states, deadlines, money and refusals. Pure: no clock, no randomness, no I/O, standard library only."""
