/** A cost and the iteration that it belongs to. */
export type Mark = readonly [iteration: number, cost: number];

/**
 * The costs of a run, thinned so that they stay few: after `max` of them every second one goes, and
 * from then on they are kept half as often. The latest is always there.
 */
export class CostHistory {
  private kept: Mark[] = [];
  private latest?: Mark;
  private gap = 0;

  constructor(private readonly max = 600) {}

  add(iteration: number, cost: number): void {
    this.latest = [iteration, cost];
    const before = this.kept.at(-1);
    if (before && iteration < before[0] + this.gap) return;
    this.kept.push(this.latest);
    if (this.kept.length < this.max) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 0);
    this.gap = (this.kept.at(-1)![0] - this.kept[0][0]) / (this.kept.length - 1);
  }

  get marks(): readonly Mark[] {
    const { kept, latest } = this;
    return latest && kept.at(-1) !== latest ? [...kept, latest] : kept;
  }
}
