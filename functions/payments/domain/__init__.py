"""The domain: states, events, deadlines, money and refusals. Pure: no clock, no randomness, no I/O, standard library only."""
