import type { CheckOptions as OracleOptions } from '../../oracle/checkGradients.js';
import { backends } from '../../runtime/backends.js';
import type { CheckOptions } from '../commands/check.js';

/** In double precision, or in float32 on the backend that is asked for. */
export const oracleOptions = ({
  backend,
  seed,
  relative,
  samples,
}: CheckOptions): OracleOptions => ({
  seed,
  ...(relative !== undefined && { relative }),
  ...(samples !== undefined && { samples }),
  ...(backend !== 'auto' && { backend: backends[backend].tfjsName }),
});
