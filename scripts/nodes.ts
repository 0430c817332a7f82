// The newer Nodes that a test runs handgrad on, into the user's cache.
//   npm run nodes

import { fetchNodes, NodesError } from './nodes/nodes.js';

try {
  await fetchNodes((line) => console.error(line));
} catch (error) {
  if (!(error instanceof NodesError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
