import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type ForwardEngine, type Outputs, type Pass, samplesFrom } from '../pass.js';
import type { NativeBackend } from './backend.js';
import { bodyOf, type Loop, type Port, result } from './body.js';
import { onceGraph } from './loop.js';
import { type Recording, record } from './recording.js';
import { type Loaded, largeConstants, load, port, portOfConstant } from './session.js';
import { simplify } from './simplify.js';

/**
 * A forward pass as a TensorFlow graph. It adds up X too, by SIMD and on the way: JavaScript would take
 * a third of the pass of 10,000 samples to see that they are finite.
 */
export class NativeForward implements ForwardEngine {
  readonly engine = 'native';
  private readonly recording: Recording;
  private readonly constants: readonly Tensor[];
  private readonly graph: Loaded;

  constructor(
    pass: Pass,
    private readonly X: Tensor,
  ) {
    const backend = tf.backend() as NativeBackend;
    this.recording = record(backend, [X], () => ({ AL: pass(X), sum: tf.sum(X) }));
    try {
      const { constants, shapes } = this.recording;
      const { operations, outputs } = simplify(this.recording);
      this.constants = largeConstants(this.recording, { operations, outputs });
      const values = [
        { name: 'AL', dtype: 'float32', next: outputs.AL },
        { name: 'sum', dtype: X.dtype as Port['dtype'], next: outputs.sum },
      ] as const;
      const loop: Loop = {
        constants,
        operations,
        values: values.map((value) => ({ ...value, dataId: {}, shape: shapes.get(value.next)! })),
        fed: [port('X', X), ...this.constants.map(portOfConstant)],
      };
      this.graph = load(
        backend,
        onceGraph(loop, bodyOf(loop, backend.binding)),
        loop.fed.map(({ name }) => name),
        values.map(({ name }) => result(name)),
      );
    } catch (error) {
      this.recording.release();
      throw error;
    }
  }

  run(x: Float32Array): Outputs {
    const X = samplesFrom(x, this.X);
    const [AL, sum] = this.graph.run([X, ...this.constants]);
    const outputs = { AL: AL.dataSync<'float32'>(), sum: sum.dataSync()[0] };
    tf.dispose([X, AL, sum]);
    return outputs;
  }

  dispose(): void {
    this.graph.dispose();
    this.recording.release();
  }
}
