import type { NdArray } from '../../../float64/array.js';
import type { Operation, Value } from '../../recording.js';
import type { Lookup } from '../../source.js';
import { reachOf } from './program.js';
import { reverse } from './reverse.js';
import { scalesOf } from './scales.js';
import { type Group, groupsOf, type Scene } from './scene.js';
import { directionOf, sequencesOf } from './sequences.js';
import { derivativeOf, type Span, spansOf } from './spans.js';

/** A scene with what is looked up in it again and again. */
export class Stage {
  readonly forwardGroups: readonly Group[];
  readonly backwardGroups: readonly Group[];
  /** Values by where they occur: in a loop one for each iteration. */
  readonly sequences: ReadonlyMap<string, readonly Value[]>;
  readonly reach: readonly ReadonlySet<string>[];
  private derivatives = new Map<string, NdArray | undefined>();
  private truth: ReadonlyMap<Value, NdArray> | undefined;

  constructor(
    readonly scene: Scene,
    readonly lookup: Lookup = () => undefined,
  ) {
    this.forwardGroups = groupsOf(scene.forward);
    this.backwardGroups = groupsOf(scene.backward);
    this.reach = reachOf(scene);
    this.sequences = sequencesOf(this);
  }

  /** Whether the loops of the backward pass go through those of the forward pass from their ends. */
  isReversed(): boolean {
    this.direction ??= directionOf(this);
    return this.direction < 0;
  }
  private direction: number | undefined;

  /** The group of a key; its part that has to do with wrong gradients alone, where that is asked for. */
  groupOf(key: string, part = false): Group | undefined {
    this.byKey ??= new Map(this.backwardGroups.map((group) => [group.key, group]));
    const group = this.byKey.get(key);
    if (!group || !part) return group;
    return { key, at: group.at.filter((i) => this.scene.wrongOnly?.[i]) };
  }
  private byKey: ReadonlyMap<string, Group> | undefined;

  /** dJ of every value of the forward pass. */
  gradients(): ReadonlyMap<Value, NdArray> {
    this.truth ??= reverse(this.scene.forward, this.scene.cost);
    return this.truth;
  }

  /** The spans of the forward pass by name: those that start at one operation and end at another. */
  spans(): ReadonlyMap<string, readonly Span[]> {
    this.ownSpans ??= spansOf(this);
    return this.ownSpans;
  }
  private ownSpans: ReadonlyMap<string, readonly Span[]> | undefined;

  /** The element-wise derivative of a span. */
  derivative(key: string, index: number): NdArray | undefined {
    const name = `${key}#${index}`;
    if (!this.derivatives.has(name)) {
      const span = this.spans().get(key)?.[index];
      this.derivatives.set(name, span && derivativeOf(this.scene.forward, span));
    }
    return this.derivatives.get(name);
  }

  /** Factors by which values of the backward pass are off the gradients of the forward pass, as of a mean that comes later. */
  scales(): readonly number[] {
    this.ownScales ??= scalesOf(this.scene.backward, this.gradients());
    return this.ownScales;
  }
  private ownScales: readonly number[] | undefined;

  /** Which operation of the backward pass made a value. */
  indexOf(value: NdArray): number | undefined {
    this.indices ??= new Map(
      this.scene.backward.flatMap(({ outputs }, i) =>
        outputs.map((output) => [output, i] as const),
      ),
    );
    return this.indices.get(value);
  }
  private indices: ReadonlyMap<NdArray, number> | undefined;

  makerOf(value: Value): Operation | undefined {
    this.makers ??= new Map(
      [...this.scene.forward, ...this.scene.backward].flatMap((operation) =>
        operation.outputs.map((output) => [output, operation] as const),
      ),
    );
    return this.makers.get(value);
  }
  private makers: ReadonlyMap<Value, Operation> | undefined;
}
