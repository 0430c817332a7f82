import type * as tf from '@tensorflow/tfjs-core';
import { CheckError } from '../../core/errors.js';
import { counting } from '../../float64/count.js';
import { remembering } from '../../float64/memo.js';
import { nudging } from '../../float64/nudge.js';
import { tensor64 } from '../../float64/tensor64.js';
import type { Exports } from '../forms/form.js';
import { subjectOfExports } from '../forms/index.js';
import { type FlatSubject, flatSubject } from '../nested.js';
import { drawPoint } from '../probes.js';
import { runBackward, runForward } from '../run.js';
import { assertKinds } from '../samples.js';
import { scratch } from '../scratch.js';
import type { Point, Subject, Tensors } from '../subject.js';
import { pointOf, readValues } from '../values.js';
import {
  base64Of,
  doublesOf,
  type Move,
  pointFromWire,
  type Wired,
  type WiredPoint,
} from './judge/wire.js';

/*
 * A submission in its own process: it is given points, and gives numbers. Nothing here judges, and no
 * gradient of TensorFlow.js is registered while it runs.
 */

/** Larger dimensions than those of the check, where the shapes have names. */
const larger = 4;

export class Served {
  readonly subject: Subject;
  readonly #flat: FlatSubject;
  #point: Point | undefined;

  /** @throws CheckError where the exports are no forward and backward pass. */
  constructor(exports: Exports, module: string) {
    this.subject = subjectOfExports(exports, module);
    assertKinds(this.subject);
    this.#flat = flatSubject(this.subject);
  }

  /** What it is to be called with. @throws CheckError */
  loaded() {
    const flat = this.#flat;
    const isLayer = flat.draw !== undefined;
    const values = readValues(flat);
    return scratch(() => ({
      template: wired(pointOf(flat, values)),
      isLayer,
      isDrawn: values === undefined && !isLayer,
      ...(!values && !isLayer && flat.shapes
        ? { larger: wired(drawPoint(flat.shapes, flat.labels, 1, larger, flat.samples)) }
        : {}),
    }));
  }

  /** A forward and a backward pass at a point, and what each has the backend do. @throws CheckError */
  gradients(given: WiredPoint) {
    const point = tensorsAt(given);
    for (const T of tensorsOf(this.#point)) T.dispose();
    this.#point = point;
    return scratch(() => {
      const forward = counting(() => runForward(this.#flat, point));
      const [cost] = forward.result.cost.dataSync();
      const backward = counting(() => runBackward(this.#flat, point, forward.result.cache));
      return {
        cost,
        gradients: Object.fromEntries(
          Object.entries(backward.result).map(([name, T]) => [name, wiredTensor(T)]),
        ),
        work: [forward.work, backward.work],
      };
    });
  }

  /** The costs around the last point. @throws CheckError */
  costs(moves: readonly Move[]) {
    const point = this.#point;
    if (point === undefined) throw new CheckError('There is no point yet.');
    const all: number[] = [];
    remembering(() => {
      for (const { of, along, steps } of moves) {
        const P = point.params[of] ?? point.X;
        const direction =
          typeof along === 'number' ? unit(P.size, along) : doublesOf(along, 'a direction');
        const move = nudging(P);
        for (const t of steps) {
          scratch(() => {
            const moved = movedTo(point, of, move(direction, t));
            all.push(runForward(this.#flat, moved).cost.dataSync()[0]);
          });
        }
      }
    });
    return { costs: base64Of(Float64Array.from(all)) };
  }
}

const movedTo = (point: Point, of: string, moved: tf.Tensor): Point =>
  of in point.params
    ? { ...point, params: { ...point.params, [of]: moved } }
    : { ...point, X: moved };

function tensorsAt(given: WiredPoint): Point {
  const { params, X, Y, samples } = pointFromWire(given);
  const tensor = ({ values, shape }: { values: Float64Array; shape: readonly number[] }) =>
    tensor64(values, [...shape]);
  const tensors: Tensors = Object.fromEntries([...params].map(([name, P]) => [name, tensor(P)]));
  return { params: tensors, X: tensor(X), Y: tensor(Y), ...(samples && { samples }) };
}

const tensorsOf = (point: Point | undefined): tf.Tensor[] =>
  point ? [...Object.values(point.params), point.X, point.Y] : [];

const wired = ({ params, X, Y, samples }: Point): WiredPoint => ({
  params: Object.fromEntries(Object.entries(params).map(([name, P]) => [name, wiredTensor(P)])),
  X: wiredTensor(X),
  Y: wiredTensor(Y),
  ...(samples && { samples }),
});

const wiredTensor = (T: tf.Tensor): Wired => ({
  shape: T.shape,
  data: base64Of(Float64Array.from(T.dataSync())),
});

function unit(size: number, element: number): Float64Array {
  const vector = new Float64Array(size);
  vector[element] = 1;
  return vector;
}
