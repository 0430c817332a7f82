/*
 * Expected results of the experiments: the numbers printed in the notes, or where there are none, those
 * of numpy in double precision. A test compares them with the reference files.
 */

/** A cat model: costs by iteration, accuracy in percent, and the misclassified test pictures. */
export interface PublishedCatModel {
  readonly costs: Readonly<Record<number, number>>;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly mislabelled: readonly number[];
}

/** Note 003 on the cat set: logistic regression, 2,000 iterations, learning rate 0.005. */
export const logisticCats: PublishedCatModel = {
  costs: {
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: log 2 as it is printed
    0: 0.693147,
    100: 0.584508,
    200: 0.466949,
    300: 0.376007,
    400: 0.331463,
    500: 0.303273,
    600: 0.27988,
    700: 0.260042,
    800: 0.242941,
    900: 0.228004,
    1000: 0.21482,
    1100: 0.203078,
    1200: 0.192544,
    1300: 0.183033,
    1400: 0.174399,
    1500: 0.166521,
    1600: 0.159305,
    1700: 0.152667,
    1800: 0.146542,
    1900: 0.140872,
    1999: 0.135659,
  },
  trainAccuracy: 99.04306220095694,
  testAccuracy: 70.0,
  mislabelled: [5, 6, 10, 11, 13, 18, 19, 28, 29, 30, 33, 34, 41, 44, 46],
};

/** Note 001: 12288-7-1, 2,500 iterations, learning rate 0.0075. */
export const twoLayer: PublishedCatModel = {
  costs: {
    0: 0.69305,
    100: 0.646432,
    200: 0.632514,
    300: 0.601502,
    400: 0.560197,
    500: 0.51583,
    600: 0.47549,
    700: 0.433916,
    800: 0.400798,
    900: 0.358071,
    1000: 0.339428,
    1100: 0.305275,
    1200: 0.274914,
    1300: 0.246818,
    1400: 0.198507,
    1500: 0.174483,
    1600: 0.170808,
    1700: 0.113065,
    1800: 0.096294,
    1900: 0.083426,
    2000: 0.074391,
    2100: 0.066307,
    2200: 0.059193,
    2300: 0.053361,
    2400: 0.048555,
    2499: 0.044215,
  },
  trainAccuracy: 100.0,
  testAccuracy: 72.0,
  mislabelled: [5, 6, 10, 13, 18, 19, 28, 29, 30, 34, 41, 44, 45, 46],
};

/** Notes 001 and 002: 12288-20-7-5-1, 2,500 iterations, learning rate 0.0075; the table of note 002. */
export const lLayer: PublishedCatModel = {
  costs: {
    0: 0.771749,
    100: 0.672053,
    200: 0.648263,
    300: 0.611507,
    400: 0.567047,
    500: 0.540138,
    600: 0.52793,
    700: 0.465477,
    800: 0.369126,
    900: 0.391747,
    1000: 0.315187,
    1100: 0.2727,
    1200: 0.237419,
    1300: 0.199601,
    1400: 0.189263,
    1500: 0.161189,
    1600: 0.148214,
    1700: 0.137775,
    1800: 0.12974,
    1900: 0.121225,
    2000: 0.113821,
    2100: 0.107839,
    2200: 0.102855,
    2300: 0.100897,
    2400: 0.092878,
    2499: 0.08844,
  },
  trainAccuracy: 98.56459330143541,
  testAccuracy: 80.0,
  mislabelled: [5, 11, 13, 19, 28, 29, 34, 38, 44, 45],
};

/** Note 000: the flower, 2-4-1, 10,000 iterations, learning rate 1.2; hidden layer sizes after 5,000. */
export const planar = {
  costs: {
    0: 0.693162,
    1000: 0.258625,
    2000: 0.239334,
    3000: 0.230802,
    4000: 0.225528,
    5000: 0.221845,
    6000: 0.219094,
    7000: 0.220635,
    8000: 0.219402,
    9000: 0.218483,
    9999: 0.217814,
  } as Readonly<Record<number, number>>,
  accuracy: 90.75,
  accuracyByHiddenSize: {
    1: 67.5,
    2: 67.25,
    3: 90.75,
    4: 90.5,
    5: 91.25,
    20: 91.0,
    50: 90.5,
  } as Readonly<Record<number, number>>,
};

/** Logistic regression on two moons of seed 1, tested on those of seed 2: 2,000 iterations at 0.5 in numpy. */
export const moons = {
  costs: {
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: log 2 as it is printed
    0: 0.693147,
    100: 0.317361,
    200: 0.301394,
    300: 0.297487,
    400: 0.296258,
    500: 0.295823,
    600: 0.295659,
    700: 0.295595,
    800: 0.295569,
    900: 0.295559,
    1000: 0.295555,
    1100: 0.295553,
    1200: 0.295552,
    1300: 0.295552,
    1400: 0.295552,
    1500: 0.295552,
    1600: 0.295552,
    1700: 0.295552,
    1800: 0.295552,
    1900: 0.295552,
    1999: 0.295552,
  } as Readonly<Record<number, number>>,
  trainAccuracy: 85.0,
  testAccuracy: 86.0,
};

/** Six blobs, 300 to train and 100 to test, 2,000 iterations at 0.1 in numpy: accuracies of both sets. */
export const sixBlobs = {
  oneVsAll: [82.66666666666667, 83.0],
  softmax: [86.33333333333333, 89.0],
};
