"""The tests of everything.

Several processes of tests share the cores: the threads that OpenBLAS starts in each for matrices as small as ours only wait
for one another, for a third of the time that a build takes. Set here, before anything imports NumPy.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
