// The decision boundary of each training, asked for anew as it goes, a few times a second.

import { h } from './dom.js';
import { boundary, planeOf } from './boundary.js';

const least = 150; // milliseconds from one to the next

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** The output from which on an example counts as of the upper class, and how far outputs lie to either side. */
function scaleOf(problem, outputs) {
  const last = problem.network.layers.at(-1).activation;
  if (last === 'sigmoid' || outputs.length > 1) return { threshold: 0.5, span: 0.5 };
  const Y = problem.batch.Y[0];
  const threshold = last === 'tanh' ? 0 : (Y.reduce((a, b) => Math.min(a, b)) + Y.reduce((a, b) => Math.max(a, b))) / 2;
  return { threshold, span: outputs[0].reduce((most, value) => Math.max(most, Math.abs(value - threshold)), 1e-9) };
}

/** `update(now, names)` with what the loop tells, and what the trainings are called. */
export function trainingPlanes(service) {
  const places = [0, 1].map(() => ({ picture: boundary(), asked: null, busy: false, timer: null, next: 0 }));
  const none = h('p', { class: 'soft' });
  const element = h('div', { class: 'planes' }, none, places.map(({ picture }) => picture.element));
  let titles = [];
  let plane = null;
  let problem = null;

  function update(now, names) {
    titles = names;
    const hasPlane = now.problem?.batch.X.length === 2;
    none.hidden = hasPlane || !now.problem;
    none.textContent = `A decision boundary can be drawn where there are two inputs, as the planar flower has. Here there are ${now.problem?.batch.X.length}.`;
    if (now.problem !== problem) {
      problem = now.problem;
      plane = hasPlane ? planeOf(problem.batch.X) : null;
    }
    places.forEach((place, index) => {
      const run = now.runs[index];
      place.picture.element.hidden = !run || !hasPlane;
      if (run && hasPlane) show(place, run, index);
    });
  }

  function show(place, run, index) {
    const key = `${run.epoch} ${run.outcome}`;
    if (place.busy || (place.run === run && place.asked === key)) return;
    const wait = place.next - performance.now();
    if (wait > 0) {
      place.timer ??= setTimeout(() => {
        place.timer = null;
        show(place, run, index);
      }, wait);
      return;
    }
    ask(place, run, index, key);
  }

  async function ask(place, run, index, key) {
    const start = performance.now();
    Object.assign(place, { busy: true, run, asked: key });
    const [mine, grid, { epoch }] = [problem, plane, run];
    try {
      const parameters = await run.parametersAt(epoch);
      const layers = mine.network.layers.map((layer, i) => ({ ...parameters?.[i], activation: layer.activation }));
      const { outputs } = await service.ask('/forward', { network: parameters ? { layers } : mine.network, batch: { X: grid.X } });
      const finite = outputs.map((row) => row.map((value) => value ?? 0));
      if (mine === problem && place.run === run) {
        place.picture.update({ plane: grid, outputs: finite, X: mine.batch.X, Y: mine.batch.Y, title: `${capital(titles[index])}, epoch ${epoch}`, ...scaleOf(mine, finite) });
      }
    } catch {
      // The training itself tells what is wrong; a picture that is missing says nothing new.
    }
    place.busy = false;
    // One that takes long is asked for less often, so that the training itself goes on.
    place.next = performance.now() + Math.max(least, 2 * (performance.now() - start));
    if (`${run.epoch} ${run.outcome}` !== key && place.run === run) show(place, run, index);
  }

  return { element, update };
}
