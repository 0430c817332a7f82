/** The cost on all samples, before the first iteration and after some of them. */
export type Course = readonly number[];

/** Of the cost: float32 sums of hundreds of samples in another order. */
const ofCost = 1e-3;
/** Of the way the cost went, where a wrong gradient or another learning rate shows. */
const ofChange = 0.02;
const rounding = 2e-6;
/** Where each draws its own dropout. */
const byChance = 0.2;

/**
 * Whether contestants do the same mathematics: from the same weights the same cost, and after the same
 * iterations again the same. Gives a sentence about one that does not do what the first one does.
 */
export function disagreement(
  courses: Readonly<Record<string, Course>>,
  { isRandom = false } = {},
): string | undefined {
  const [[first, expected]] = Object.entries(courses);
  const [start] = expected;
  const agrees = (course: Course) =>
    course.length === expected.length &&
    course.every((J, i) => {
      const change = Math.abs(expected[i] - start);
      const bound =
        i === 0 ? ofCost * start : (isRandom ? byChance : ofChange) * change + rounding * start;
      return Math.abs(J - expected[i]) <= Math.min(bound, isRandom ? bound : ofCost * expected[i]);
    });
  const other = Object.entries(courses).find(([, course]) => !agrees(course));
  if (!other) return undefined;
  const [name, course] = other;
  return `${name} takes the cost from ${course.join(' to ')}, ${first} from ${expected.join(' to ')}: they do not do the same mathematics.`;
}
