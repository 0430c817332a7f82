import '../shared/site.css';
import './classify.css';
import * as tf from '@tensorflow/tfjs-core';
import { forward } from '../../src/core/network.js';
import { encodePng } from '../../src/data/encodePng.js';
import { greyOf, type Picture, pictureToColumn } from '../../src/data/pictures.js';
import {
  type ClassProbability,
  type PictureInput,
  pictureAs,
  present,
  probabilities,
} from '../../src/export/pictureModel.js';
import { startBackend } from '../shared/backend.js';
import { byId, element, say } from '../shared/dom.js';
import { answerView, type SeenPicture, spoken, waitingView } from './answer.js';
import { acceptShots, closeCamera } from './camera.js';
import { offerModels } from './chooser.js';
import { examples } from './examples.js';
import { acceptChoices, acceptDrops, acceptPastes, type Intake } from './intake.js';
import { type LoadedModel, sentence } from './models.js';
import { Reader } from './reader.js';
import { showPart, showPicture } from './stage.js';

const [answer, status, trouble] = [byId('answer'), byId('status'), byId('trouble')];
const reader = new Reader();

let model: LoadedModel | undefined;
let file: File | undefined;
let reads = 0; // only the last picture that was asked for is shown

/** Reads the picture for the model and shows it, then the answer; without a model the picture alone. */
async function classify(): Promise<void> {
  if (!file) return;
  const mine = ++reads;
  const { name } = file;
  say(trouble);
  showPart('reading');
  status.textContent = `Reading ${name} …`;
  try {
    const input = model?.input ?? { height: 64, width: 64 };
    const { seen, shown, width, height } = await reader.read(file, name, input);
    if (mine !== reads) return shown.close();
    showPicture(shown, `${name}, ${width} by ${height} pixels`);
    if (!model) return;
    const classes = await ask(model, seen);
    const found = present(classes, model.network);
    answer.replaceChildren(answerView(classes, found, asSeen(seen, model.input), model.card));
    status.textContent = spoken(found, model.name);
    bringIntoView(answer.firstElementChild!);
  } catch (error) {
    if (mine !== reads) return;
    file = undefined;
    showPart('invitation');
    invite();
    status.textContent = '';
    say(trouble, `${sentence(error)} Or choose another picture.`);
  }
}

/** p of each class: forward over one column. */
async function ask(
  { network, params, input, card, name }: LoadedModel,
  seen: Picture,
): Promise<ClassProbability[]> {
  const X = await pictureToColumn(seen, input); // (n_x, 1)
  try {
    const AL = tf.tidy(() => forward(network, params, pictureAs(X, network)).AL.dataSync()); // (n_y, 1)
    return probabilities(AL, network, card, name);
  } finally {
    X.dispose();
  }
}

function invite(): void {
  if (!model) return;
  answer.replaceChildren(waitingView(model.card?.classNames ?? ['0', '1'], model.input));
}

/** The picture in grey, where the network knows no colours. */
function asSeen(seen: Picture, { channels }: PictureInput): SeenPicture {
  if (channels !== 1) return { ...seen, numbers: seen.data.length };
  const grey = greyOf(seen.data);
  const data = Uint8Array.from(seen.data, (_, i) => grey[Math.floor(i / 3)]);
  return { ...seen, data, numbers: grey.length };
}

/** On a telephone the answer is below the picture. */
function bringIntoView(part: Element): void {
  const { matches: still } = matchMedia('(prefers-reduced-motion: reduce)');
  part.scrollIntoView({ block: 'nearest', behavior: still ? 'instant' : 'smooth' });
}

const intake: Intake = {
  take: (next) => {
    closeCamera();
    file = next;
    void classify();
  },
  refuse: (error) => say(trouble, sentence(error)),
};
acceptChoices(intake);
acceptDrops(intake);
acceptPastes(intake);
acceptShots(intake);

/** One after the other, so that the page answers meanwhile. */
async function offerExamples(): Promise<void> {
  for (const { name, draw } of examples) {
    await new Promise((later) => setTimeout(later));
    const drawn = new File([encodePng(draw())], name, { type: 'image/png' });
    const picture = element('img', { src: URL.createObjectURL(drawn), alt: '' });
    const caption = element('span', { class: 'caption' }, name);
    const button = element('button', { type: 'button' }, picture, caption);
    button.addEventListener('click', () => intake.take(drawn));
    byId('examples').append(element('li', {}, button));
  }
}
void offerExamples();

try {
  await startBackend(['cpu']); // one column: any other takes longer to start
  await offerModels({
    ready: (loaded) => {
      model = loaded;
      // They are of cats, and of what is none: to a network of one's own they are noise.
      byId('drawings').hidden = !(loaded.card?.classNames ?? ['cat']).includes('cat');
      if (file) void classify();
      else invite();
    },
    gone: () => {
      model = undefined;
    },
    failed: (name) => {
      const text = `The network ${name} cannot be read; further down it says why. Choose another one.`;
      answer.replaceChildren(element('p', { class: 'quiet' }, text));
    },
  });
} catch (error) {
  say(byId('model-trouble'), sentence(error));
}
