import { type Finding, tolerance, type Verified } from './verify.js';

/** A line for each format and tool, and one for each finding that is wrong. */
export function summary({ versions, findings }: Verified): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.format, finding.tool]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const rows = [...groups.values()].map((group) => {
    const { format, tool } = group[0];
    const name = versions[tool] ? `${tool} ${versions[tool]}` : tool;
    const wrong = group.filter(({ wrong }) => wrong !== undefined).length;
    const verdict = wrong === 0 ? 'right' : `${wrong} WRONG`;
    return [format, name, `${group.length} networks`, farthest(group), verdict];
  });
  const head = ['format', 'tool', '', `largest difference (${tolerance} allowed)`, ''];
  const sentences = findings.flatMap((finding) =>
    finding.wrong === undefined
      ? []
      : [`${finding.format} of ${finding.case}, ${finding.tool}: ${finding.wrong}`],
  );
  return [aligned([head, ...rows]), ...sentences].join('\n');
}

function farthest(group: readonly Finding[]): string {
  const differences = group.flatMap(({ difference }) => difference ?? []);
  return differences.length === 0 ? 'bit for bit' : Math.max(...differences).toExponential(1);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
