"""Speed and size, always as a ratio to a floor that is measured in the same run."""

import sys
from pathlib import Path

# What is deployed from functions/ is imported there as `payments`; so it is here.
sys.path.insert(0, str(Path(__file__).parents[1] / "functions"))
