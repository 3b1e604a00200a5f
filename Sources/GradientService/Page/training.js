// The view of a training: its cost, its gradients and its decision boundary while it learns.

import { h, select, uniqueID } from './dom.js';
import { chart } from './chart.js';
import { faultText, faultsAtFields, placeOfPointer } from './faults.js';
import { say } from './live.js';
import { format } from './number.js';
import { createLoop, speeds } from './training-loop.js';
import { trainingPlanes } from './training-planes.js';
import { trainingSettings } from './training-settings.js';
import { remark, shortNames } from './training-words.js';

const kinds = ['one', 'other'];

export function mountTraining(element, store, service) {
  const loop = createLoop(store, service, render);
  const settings = trainingSettings(store, takeWeights);
  const cost = chart('Cost J');
  const norms = kinds.map(() => chart('Size of the gradients, ‖dW‖', { height: 200 }));
  const normNames = norms.map(({ element }) => element.querySelector('.chart-title'));
  const planes = trainingPlanes(service);
  const status = h('p', { class: 'training-status' });
  const words = h('p', { class: 'remark' });
  const faults = h('div', { 'aria-live': 'assertive' });
  const play = h('button', { class: 'button first', type: 'button', 'data-key': 'play', onclick: () => (loop.get().playing ? loop.pause() : start()) });
  const step = h('button', { class: 'button', type: 'button', onclick: () => loop.step() }, 'One epoch');
  const anew = h('button', { class: 'button', type: 'button', onclick: () => loop.reset() }, 'Start anew');
  const speedID = uniqueID('speed');
  const speed = select(speeds, '40', { id: speedID, onchange: () => { loop.speed = speed.value; } });
  const logID = uniqueID('log');
  const log = h('input', { type: 'checkbox', id: logID, onchange: () => render(loop.get()) });
  const pictures = h('div', { class: 'training-pictures' },
    h('section', { class: 'card cost' }, cost.element, h('p', { class: 'row small', 'data-undrawn': '' }, log, h('label', { for: logID }, 'By powers of ten'))),
    h('section', { class: 'card' }, planes.element),
    h('section', { class: 'card norms' }, norms.map((chart) => chart.element)));
  let wasPlaying = false;

  element.replaceChildren(h('div', { class: 'stack training' },
    h('div', { class: 'card' }, h('h2', {}, 'Watch it learn'), settings.element),
    h('div', { class: 'row controls', role: 'group', 'aria-label': 'Control of the training' },
      play, step, anew, h('div', { class: 'row', 'data-undrawn': '' }, h('label', { class: 'unseen', for: speedID }, 'Speed'), speed), status),
    faults, words, pictures));

  function start() {
    const { runs } = loop.get();
    const isDone = runs.length > 0 && runs.every((run) => run.isOver || run.epoch >= store.get().training.epochs);
    return (isDone ? loop.reset() : Promise.resolve()).then(() => loop.start());
  }

  async function takeWeights(index) {
    const run = loop.get().runs[index];
    const { epoch } = run;
    const parameters = await run.parametersAt(epoch);
    store.update({ network: { parameters } });
    say(`The other views have the weights of epoch ${epoch} now. A training begins with them.`);
  }

  function render(now) {
    const state = store.get();
    settings.update(state);
    const { runs, playing } = now;
    const epoch = runs.reduce((most, run) => Math.max(most, run.rows.at(-1)?.epoch ?? 0), 0);
    const end = Math.max(state.training.epochs, epoch);
    play.textContent = playing ? 'Pause' : epoch === 0 ? 'Start' : epoch >= state.training.epochs ? 'Again' : 'Go on';
    step.disabled = playing;
    status.textContent = `Epoch ${epoch} of ${end}`;
    words.textContent = remark(state.training, now.problem?.batch.X[0].length ?? 0) ?? '';
    words.hidden = words.textContent === '';
    const names = shortNames(runs.map((run) => run.settings));
    pictures.classList.toggle('side-by-side', runs.length > 1);
    runs.forEach((run, index) => tellOf(run, settings.runs[index]));
    drawCurves(runs, names, end);
    planes.update(now, names);
    showFault(now.fault);
    if (wasPlaying && !playing) say(`${status.textContent}. ${runs.map((run, index) => `${names[index]}: ${stateOf(run)}`).join('. ')}`);
    wasPlaying = playing;
  }

  function stateOf(run) {
    if (run.outcome === 'diverged') return `stopped: ${run.detail}`;
    const row = run.rows.at(-1);
    if (!row) return 'not begun';
    return `cost ${format(row.cost)}${row.accuracy === null ? '' : `, ${Math.round(row.accuracy * 100)} % right`}`;
  }

  function tellOf(run, place) {
    place.state.textContent = stateOf(run);
    place.sentence.textContent = run.fault?.sentence ?? '';
    place.take.hidden = run.epoch === 0 || Boolean(run.settings.fault);
  }

  function drawCurves(runs, names, epochs) {
    cost.update({
      epochs, log: log.checked,
      series: runs.map((run, index) => ({ name: runs.length > 1 ? names[index] : 'J', kind: kinds[index], dash: index, points: run.rows.map((row) => [row.epoch, row.cost]) })),
    });
    const values = runs.flatMap((run) => run.rows.flatMap((row) => row.norms)).filter((value) => value > 0);
    const bounds = values.length ? { low: values.reduce((a, b) => Math.min(a, b)), high: values.reduce((a, b) => Math.max(a, b)) } : {};
    norms.forEach((chart, index) => {
      const run = runs[index];
      chart.element.hidden = !run;
      if (!run) return;
      normNames[index].textContent = runs.length > 1 ? `Size of the gradients, ‖dW‖: ${names[index]}` : 'Size of the gradients, ‖dW‖';
      chart.update({
        epochs, log: true, ...bounds,
        series: run.settings && (run.rows[0]?.norms ?? []).map((_, layer) => ({
          name: `dW${layer + 1}`, kind: kinds[index], dash: layer, points: run.rows.map((row) => [row.epoch, row.norms[layer]]),
        })),
      });
    });
  }

  function showFault(fault) {
    const errors = fault?.error.errors ?? [];
    const own = settings.runs.map(({ element }, index) => faultsAtFields(element, fault?.index === index ? errors : []));
    const rest = faultsAtFields(settings.shared, fault ? own[fault.index ?? 0] : []);
    const text = !fault ? '' : errors.length === 0 ? fault.error.message
      : rest.map((error) => `${placeOfPointer(error.pointer ?? '')}: ${faultText(error)}`).join('. ');
    if (faults.textContent !== text) faults.replaceChildren(...(text ? [h('p', { class: 'notice' }, text)] : []));
  }

  document.addEventListener('viewchange', ({ detail }) => { if (detail !== 'training') loop.pause(); });
  render(loop.get());
}
