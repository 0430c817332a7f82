import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Two matrices of 1,024 x 1,024 in float32, the fastest of twenty products, in GFLOP/s. */
const script = `
import time
import numpy as np
A = np.random.default_rng(1).random((1024, 1024), np.float32)
def seconds():
    start = time.perf_counter()
    A @ A
    return time.perf_counter() - start
print(2 * 1024**3 / min(seconds() for _ in range(20)) / 1e9)
`;

/** How fast this machine multiplies on all its cores: no step of these products is faster. */
export async function productSpeed(python: string): Promise<number> {
  const { stdout } = await promisify(execFile)(python, ['-c', script]);
  return Number(stdout);
}
