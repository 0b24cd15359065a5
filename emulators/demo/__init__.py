"""The story of a paid chat, told by a real client against the local stack: `python -m emulators.demo`."""
