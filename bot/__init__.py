"""help-clip: settle a muddled word without passing recordings around."""

import os

# The matrices here are small. OpenBLAS's other threads would only wait for them,
# spinning: five times the CPU for one snippet. It reads this once, when numpy is first
# imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
