import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { type ForwardEngine, type Pass, samplesFrom } from '../pass.js';
import type { NativeBackend } from './backend.js';
import { INDEX, inLoop, type Port } from './body.js';
import { attr } from './graph.js';
import { port, type Session, startSession } from './session.js';

/** A forward pass as a TensorFlow graph: the same loop that steps run in, once around. */
export class NativeForward implements ForwardEngine {
  readonly engine = 'native';
  private readonly AL: Tensor;
  private readonly session: Session;

  constructor(
    pass: Pass,
    private readonly X: Tensor,
    shape: readonly number[],
  ) {
    const backend = tf.backend() as NativeBackend;
    this.AL = tf.keep(tf.zeros([...shape]));
    try {
      const step = () => ({ AL: pass(X) });
      // What no step changes goes around without end, so the samples wait for the step index.
      const dtype = attr.dtype(X.dtype as Port['dtype']);
      this.session = startSession(backend, { AL: this.AL }, [X], step, {
        fed: [{ ...port('X', X), dataId: {} }],
        head: [
          { name: 'x', op: 'Identity', inputs: [inLoop('X'), `^${INDEX}`], attrs: { T: dtype } },
        ],
        headNames: new Map([[X.dataId, 'x']]),
      });
    } catch (error) {
      this.AL.dispose();
      throw error;
    }
  }

  run(x: Float32Array): Float32Array {
    const X = samplesFrom(x, this.X);
    const { AL } = this.session.run({ AL: this.AL }, 1, [X]);
    const outputs = AL.dataSync<'float32'>();
    tf.dispose([X, AL]);
    return outputs;
  }

  dispose(): void {
    this.session.dispose();
    this.AL.dispose();
  }
}
