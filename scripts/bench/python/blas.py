"""How many threads the matrix products have."""
import os


def threads():
    try:
        from threadpoolctl import threadpool_info
    except ImportError:  # it comes with scikit-learn
        return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count())
    counts = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return max(counts, default=1)
