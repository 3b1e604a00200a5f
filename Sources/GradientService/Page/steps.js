// Forward and back, step by step.

import { h } from './dom.js';
import { conventionSwitch } from './conventions.js';
import { changeLine, changes } from './changes.js';
import { spanOf } from './equation.js';
import { faultsOf } from './faults.js';
import { say } from './live.js';
import { mostOf, networkGraph } from './graph.js';
import { passMap } from './passmap.js';
import { readerOf } from './tensors.js';
import { axesOf, spoken } from './names.js';
import { stage, stepTitle } from './stage.js';

/** Which part of the network a step is at, and which numbers it shows there. */
function placeOf(step) {
  const layer = step.layer === undefined ? null : step.layer + 1;
  const [, stem, index] = /^(d?[A-Z]|db)(\d+)?/.exec(step.result.name) ?? [];
  const at = Number(index);
  const place = { pass: step.pass, edges: null, units: [], cost: false, stem, bias: null };
  if (layer === null) return { ...place, cost: true };
  if (stem === 'dW' || stem === 'db') return { ...place, edges: layer, bias: stem === 'db', units: [layer], stem };
  if (step.name === 'linear_forward') return { ...place, edges: layer, units: [layer] };
  if (step.name === 'linear_backward') return { ...place, edges: layer, units: [at] };
  return { ...place, units: [at], cost: step.name === 'output_gradient' };
}

export function mountSteps(element, store, service, lesson) {
  let now = null;
  let before = null;
  let map = null;
  let graph = null;
  let example = 0;
  let numbers = false;
  let waiting = null;
  let tallest = 0;
  let span = 0;
  const drawn = new Map();

  const switches = conventionSwitch(store);
  const faults = h('div', {});
  const mapBox = h('div', { class: 'map-box' });
  const slider = h('input', {
    type: 'range', min: 0, value: 0, 'aria-label': 'Step', oninput: () => store.update({ step: Number(slider.value) }),
  });
  const move = (by) => () => store.update(({ step }) => ({ step: within(step + by) }));
  const back = h('button', { class: 'button icon', type: 'button', 'aria-label': 'Step before', onclick: move(-1) },
    '‹');
  const ahead = h('button', { class: 'button icon', type: 'button', 'aria-label': 'Next step', onclick: move(1) }, '›');
  const stageBox = h('div', { class: 'card stage' });
  const graphBox = h('div', { class: 'graph-box' });
  const exampleField = h('input', {
    type: 'number', min: 1, value: 1, id: 'example-shown',
    oninput: () => showExample(Number(exampleField.value) || 1),
  });
  /** The network shows the numbers of the example that is clicked in a picture, too. */
  stageBox.addEventListener('pick', ({ detail: { name, row, column } }) => {
    const axis = axesOf(name, now.state.layout).indexOf('example #');
    if (axis < 0) return;
    exampleField.value = [row, column][axis] + 1;
    showExample(Number(exampleField.value));
  });
  const numbersToggle = h('button', {
    class: 'button small', type: 'button', 'aria-pressed': false,
    onclick() {
      numbers = !numbers;
      numbersToggle.setAttribute('aria-pressed', numbers);
      numbersToggle.textContent = numbers ? 'Show pictures' : 'Show numbers';
      forgetDrawn();
      showStep();
    },
  }, 'Show numbers');
  const key = h('p', { class: 'key' });
  const changesBox = h('div', { class: 'card changes-box' });

  element.append(h('div', { class: 'stack steps' },
    switches.element, faults,
    h('div', { class: 'card walk' }, mapBox, h('div', { class: 'walk-line', 'data-undrawn': '' }, back, slider, ahead)),
    h('div', { class: 'steps-main' }, stageBox,
      h('div', { class: 'card side' },
        h('div', { class: 'row spread', 'data-undrawn': '' },
          h('span', { class: 'row' }, h('label', { class: 'small soft', for: 'example-shown' }, 'Units show example'),
            exampleField)),
        graphBox, key)),
    changesBox));

  const within = (step) => Math.min(Math.max(0, step), (now?.answer.trace.length ?? 1) - 1);

  function showStep() {
    if (!now || element.hidden) return;
    const { trace } = now.answer;
    const index = within(store.get().step);
    const step = trace[index];
    slider.max = trace.length - 1;
    slider.value = index;
    slider.setAttribute('aria-valuetext',
      `${index + 1} of ${trace.length}: ${step.pass === 'forward' ? 'forward' : 'back'}, ${spoken(step.result.name)}`);
    back.disabled = index === 0;
    ahead.disabled = index === trace.length - 1;
    map.show(index);
    showInStage(stageOf(index));
    keepHeight();
    showPlace(step);
    drawAhead();
  }

  /** The button stays where it is, so that it keeps the focus. */
  function showInStage(body) {
    if (stageBox.firstChild === body) return;
    if (stageBox.firstChild) stageBox.firstChild.replaceWith(body);
    else stageBox.append(body, numbersToggle);
  }

  /** As tall as the tallest step so far, so that what is below does not jump while one drags; not on a phone. */
  function keepHeight() {
    if (innerWidth <= 900) return;
    tallest = Math.max(tallest, stageBox.offsetHeight);
    stageBox.style.minHeight = `${tallest}px`;
  }

  function forgetDrawn() {
    drawn.clear();
    span = 0;
    tallest = 0;
    stageBox.style.minHeight = '';
  }

  /** The step as drawn, kept until something else than the step changes. */
  function stageOf(index) {
    if (!drawn.has(index)) {
      const { trace, meaning } = now.answer;
      const { layer } = trace[index];
      const activation = layer === undefined ? null : now.state.network.layers[layer].activation;
      span ||= spanOf(trace, now.tensors,
        stageBox.clientWidth - 2 * parseFloat(getComputedStyle(stageBox).paddingLeft));
      const context = { tensors: now.tensors, meaning, layout: now.state.layout, span, activation };
      drawn.set(index, stage(trace, index, context, numbers));
    }
    return drawn.get(index);
  }

  /** Draws the other steps one by one while nothing else is to be done, so that dragging shows them at once. */
  function drawAhead() {
    clearTimeout(waiting);
    const index = now.answer.trace.findIndex((_, other) => !drawn.has(other));
    if (index < 0 || now.answer.trace.length > 100) return;
    waiting = setTimeout(() => {
      if (element.hidden) return;
      stageOf(index);
      drawAhead();
    }, 30);
  }

  function showExample(number) {
    example = Math.min(Math.max(1, number), Number(exampleField.max)) - 1;
    if (now) showPlace(now.answer.trace[within(store.get().step)]);
  }

  function showPlace(step) {
    const { tensors, state } = now;
    const reader = readerOf(tensors, state.layout);
    const place = placeOf(step);
    const stem = ['Z', 'A', 'dZ', 'dA'].includes(place.stem) ? place.stem : step.pass === 'forward' ? 'A' : 'dZ';
    graph.paint({
      weights: reader.weight(place.stem === 'dW' ? 'dW' : 'W'), edgeName: place.stem === 'dW' ? 'dW' : 'W',
      biases: reader.bias(place.stem === 'db' ? 'db' : 'b'), biasName: place.stem === 'db' ? 'db' : 'b',
      units: reader.unit(stem, example), unitName: stem,
      unitMost: mostOf(tensors, stem, state.network.layers.length) || 1,
    });
    graph.show(place);
    const [lines, squares] = [place.stem === 'dW' ? 'dW' : 'W', place.stem === 'db' ? 'db' : 'b'];
    key.replaceChildren(`Lines: ${lines}, `, h('span', { class: 'line negative' }), ' below zero, ',
      h('span', { class: 'line positive' }),
      ` above, the wider the larger. Squares: ${squares}. Circles: ${stem} of example ${example + 1}.`);
  }

  function showLesson() {
    const next = lesson.get();
    faults.replaceChildren(...faultsOf(next.error, lesson.again));
    element.classList.toggle('stale', Boolean(next.error));
    if (!next.answer || next.answer === now?.answer || next.error) return;
    const others = ['network', 'data', 'loss', 'penalty', 'layout'];
    const same = now && others.every((name) => next.state[name] === now.state[name]);
    before = same ? (next.state.convention === now.state.convention ? before : now) : null;
    now = next;
    forgetDrawn();
    const { layers } = now.state.network;
    const sizes = [now.data.X.length, ...layers.map((layer) => layer.units)];
    const reader = readerOf(now.tensors, now.state.layout);
    exampleField.max = now.data.X[0].length;
    example = Math.min(example, now.data.X[0].length - 1);
    exampleField.value = example + 1;
    const activations = layers.map((layer) => layer.activation);
    graph = networkGraph({
      sizes, activations, weight: reader.weight('W'), bias: reader.bias('b'), units: reader.unit('A', example),
      shapeOf: (layer) => now.tensors.get(`W${layer}`).shape, cost: now.answer.cost,
      title: 'The network, with the part marked that the step is at',
    });
    graphBox.replaceChildren(graph.element);
    map = passMap(now.answer.trace, activations, (step) => store.update({ step }));
    mapBox.replaceChildren(map.element);
    showStep();
    changesBox.replaceChildren(...changes(now, before));
    switches.showChange(...before ? changeLine(now, before) : []);
    if (!before) return;
    const [changed, unchanged] = ['.change.changed', '.change.same'].map((kind) => changesBox.querySelectorAll(kind).length);
    say(`Convention ${now.state.convention}: ${changed} derivatives have changed, ${unchanged} have not.`);
  }

  document.addEventListener('keydown', (event) => {
    if (element.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.target.closest('input, select, textarea, dialog, [role="tab"], [role="application"], .numbers-box')) return;
    event.preventDefault();
    move(by)();
  });

  function redraw() {
    forgetDrawn();
    if (!now || element.hidden) return;
    showStep();
    changesBox.replaceChildren(...changes(now, before));
  }
  document.addEventListener('themechange', redraw);
  document.addEventListener('viewchange', () => { if (!element.hidden) redraw(); });
  let width = 0;
  new ResizeObserver(() => {
    if (element.hidden || stageBox.clientWidth === width) return;
    width = stageBox.clientWidth;
    forgetDrawn();
    showStep();
  }).observe(stageBox);

  lesson.subscribe(showLesson);
  store.subscribe((state, old) => {
    switches.show(state);
    if (state.step === old.step || !now) return;
    showStep();
    const step = now.answer.trace[within(state.step)];
    say(`${stepTitle(step)}: ${step.formula}`);
  });
  switches.show(store.get());
  showLesson();
}
