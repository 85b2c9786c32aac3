"""help-clip: settle a muddled word without passing recordings around."""

import os

# The matrices here are small. Further OpenBLAS threads would only spin while they wait
# and cost five times the CPU for one snippet. OpenBLAS reads this variable once, when
# numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
