export const courseActivations = [
  ...(['sigmoid', 'tanh', 'relu', 'leakyRelu', 'linear', 'softmax'] as const),
];
export const courseLosses = [
  ...(['binaryCrossEntropy', 'categoricalCrossEntropy', 'meanSquaredError'] as const),
];
