"""The package's tests use the fixtures that it offers."""

pytest_plugins = ["stripe_emulator.pytest_plugin"]
