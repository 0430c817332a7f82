import { type Settings, toQuery, usual } from './settings.js';

interface Try {
  readonly title: string;
  /** What there is to see. */
  readonly shows: string;
  readonly settings: Partial<Settings>;
}

const layersOf = (units: readonly number[], activation: string) =>
  units.map((each) => ({ units: each, activation }));

/** Settings that teach something, as links. */
export const tries: readonly Try[] = [
  {
    title: 'The course’s flower',
    shows: 'four units reach 90 %, and the cost is the course’s: 0.2586 after 1,000 iterations.',
    settings: {},
  },
  {
    title: 'One hidden unit',
    shows: 'it has only one line to draw, and ends at two points in three.',
    settings: { hidden: layersOf([1], 'tanh') },
  },
  {
    title: 'All weights start at zero',
    shows: 'look at dW of the first layer. It never moves.',
    settings: { start: 'zeros' },
  },
  {
    title: 'Exclusive or without a hidden layer',
    shows: 'no line parts it. Add a layer.',
    settings: { set: 'xor', points: 200, hidden: [] },
  },
  {
    title: 'Six clouds',
    shows: 'six outputs, a softmax, and still dZ = A − Y.',
    settings: {
      set: 'clouds',
      points: 200,
      noise: 1,
      hidden: layersOf([8], 'tanh'),
      start: 'course',
      rate: 0.3,
    },
  },
  {
    title: 'Four layers that start small',
    shows:
      'follow dW from the last layer to the first, and see it vanish. Then let the weights start as randn / √n.',
    settings: { hidden: layersOf([4, 4, 4, 4], 'tanh') },
  },
  {
    title: 'A learning rate of 50',
    shows: 'a step too long to go down.',
    settings: {
      set: 'moons',
      points: 200,
      noise: 0.2,
      hidden: layersOf([8, 8], 'relu'),
      start: 'he',
      rate: 50,
    },
  },
];

export function showTries(list: HTMLElement): void {
  list.replaceChildren(
    ...tries.map(({ title, shows, settings }) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = toQuery({ ...usual, ...settings });
      link.textContent = title;
      item.append(link, `: ${shows}`);
      return item;
    }),
  );
}
