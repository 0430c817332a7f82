import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
// Registers the gradients of tfjs's operations. Nothing outside the oracle imports it, so that
// nothing else can differentiate.
import '../vendor/gradients.js';
import { mendGradients } from './gradients.js';
import type { Tensors } from './subject.js';

mendGradients();

/** A tensor on the way from the parameters to the cost, and dJ of it. */
export interface Step {
  /** The kernel that made it, such as BatchMatMul. */
  readonly kernel: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

export interface Differentiated<T extends { cost: Tensor }> {
  /** What the function returned; its tensors are kept. */
  readonly result: T;
  /** { dW1, db1, … }; a parameter that the cost does not reach is left out. */
  readonly grads: Tensors;
  /** In the order in which the forward pass made them. */
  readonly steps: readonly Step[];
  /** Frees every tensor in here. */
  dispose(): void;
}

interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly saved?: readonly Tensor[];
}

/**
 * Runs a forward pass with its cost, and differentiates it as `tf.variableGrads` does: by
 * TensorFlow.js's own tape. Besides the gradients of the parameters it keeps those of every tensor
 * on the way, which is what makes a diagnosis possible.
 */
export function differentiate<T extends { cost: Tensor }>(
  forward: (params: Tensors) => T,
  params: Tensors,
): Differentiated<T> {
  const names = Object.keys(params);
  // The engine reads this list after the forward pass: what that makes is put behind the parameters.
  const sources: Tensor[] = names.map((name) => params[name]);
  const kernels: string[] = [];
  const dependent = new Set(sources.map(({ id }) => id));
  let result: T | undefined;
  const kept: Tensor[] = [];

  const run = () => {
    // As they are made: a tf.tidy in the forward pass would free them before its end.
    onTape(({ kernelName, inputs, outputs }) => {
      const depends = Object.values(inputs).some(({ id }) => dependent.has(id));
      for (const output of outputs) {
        kept.push(tf.keep(output));
        // What is no function of the parameters, such as indices, has no gradient to ask for.
        if (!depends || output.dtype !== 'float32') continue;
        dependent.add(output.id);
        sources.push(output);
        kernels.push(kernelName);
      }
    });
    result = forward(params);
    return tf.keep(result.cost);
  };

  try {
    let gradients: (Tensor | undefined)[] = [];
    tf.tidy(() => {
      const { value, grads } = tf.engine().gradients(run, sources, undefined, true);
      kept.push(value);
      gradients = grads;
      for (const grad of grads) if (grad) kept.push(tf.keep(grad));
    });
    const named = names.flatMap((name, i) => {
      const grad = gradients[i];
      return grad ? [[`d${name}`, grad] as const] : [];
    });
    return {
      result: result!,
      grads: Object.fromEntries(named),
      steps: kernels.flatMap((kernel, i) => {
        const value = sources[names.length + i];
        const gradient = gradients[names.length + i];
        return gradient && !value.isDisposed ? [{ kernel, value, gradient }] : [];
      }),
      dispose: () => tf.dispose(kept),
    };
  } catch (error) {
    freeTape();
    tf.dispose(kept);
    throw error;
  }
}

/** Where a differentiated function throws, tfjs leaves the tensors that it saved on the tape. */
export function freeTape(): void {
  for (const { saved } of currentTape()) tf.dispose([...(saved ?? [])]);
  state().activeTape = null;
}

/** Has every node seen that goes onto the tape from now on. */
function onTape(see: (node: TapeNode) => void): void {
  const tape = currentTape();
  const push = tape.push.bind(tape);
  tape.push = (...nodes) => {
    nodes.forEach(see);
    return push(...nodes);
  };
}

const currentTape = () => state().activeTape ?? [];

const state = () => tf.engine().state as unknown as { activeTape: TapeNode[] | null };
