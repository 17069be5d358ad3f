"""Named cases, run in order, and what became of each."""

import sys
import traceback


class Cases:
    """Collects cases as they are defined; `run` runs them and says how many held."""

    def __init__(self):
        self.cases = []

    def case(self, check):
        """Its name is a sentence: the function's, with spaces."""
        self.cases.append((check.__name__.replace("_s_", "'s ").replace("_", " "), check))
        return check

    def run(self, *arguments):
        failed = 0
        for name, check in self.cases:
            try:
                check(*arguments)
                print(f"✓ {name}")
            except Exception:  # Whatever a peer throws, the other cases are still run.
                failed += 1
                print(f"✗ {name}")
                traceback.print_exc(file=sys.stdout)
        return len(self.cases) - failed, failed
