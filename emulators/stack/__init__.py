"""The local stack: the engines, the emulators and the browser, found or built, started together and stopped."""
