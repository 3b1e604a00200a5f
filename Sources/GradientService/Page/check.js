// Is mine right? What somebody computed, held against what the service computes.

import { h, uniqueID } from './dom.js';
import { choice, conventionWords } from './conventions.js';
import { copyButton } from './clipboard.js';
import { faultText, placeOfPointer } from './faults.js';
import { mistakes, startOf, submissionWith } from './exercise.js';
import { parseGradients } from './paste.js';
import { pasteFault } from './dataset.js';
import { problemOf, tracedRequest } from './request.js';
import { say } from './live.js';
import { tensorsOf } from './tensors.js';
import { verdicts } from './verdicts.js';

const placeholder = `dZ2 = [[ 0.12 -0.51  0.33]]
dW2 = [[-0.13  0.11 -0.16  0.16]]
db2 = [[-0.16]]`;

export function mountCheck(element, store, service, lesson) {
  const id = uniqueID('submission');
  let result = null;
  let running = null;
  let numbers = false;

  const area = h('textarea', {
    id, rows: 14, spellcheck: 'false', placeholder, value: store.get().check.text, 'aria-describedby': `${id}-help`,
    oninput: () => store.update({ check: { text: area.value } }),
    onkeydown(event) { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) check(); },
  });
  const fault = h('div', { role: 'alert' });
  const notes = h('p', { class: 'small soft' });
  const button = h('button', { class: 'button first', type: 'button', onclick: () => check() }, 'Check mine');
  const output = h('div', { class: 'stack results' });
  const switches = [
    choice('I derived in', Object.keys(conventionWords), store.get().convention,
      (convention) => store.update({ convention })),
    choice('My arrays are', ['course', 'pytorch', 'keras'], store.get().layout, (layout) => store.update({ layout })),
  ];
  const examples = h('p', { class: 'examples' }, 'Or see what it says of ', mistakes.map((mistake, index) => [
    index > 0 && (index === mistakes.length - 1 ? ' or ' : ', '),
    h('button', {
      class: 'link', type: 'button',
      onclick() {
        const now = lesson.get();
        if (!now.tensors) return showFaults([now.error?.message ?? 'The numbers are not here yet.']);
        area.value = submissionWith(mistake, now);
        store.update({ check: { text: area.value } });
        check();
      },
    }, mistake.label)]), '.');

  element.append(h('div', { class: 'check-main' },
    h('div', { class: 'card paste-card' },
      h('h2', {}, 'What did you compute?'),
      h('p', { class: 'soft', id: `${id}-help` },
        'Paste any of dZ, dW, db, dA with their names: as NumPy prints them, as lists, or the dictionary of the course. They are compared with the network and the data of this page.'),
      h('div', { class: 'row fields' }, switches),
      h('div', { class: 'field' }, h('label', { for: id }, 'Your derivatives'), area),
      fault, notes,
      h('div', { class: 'row' }, button, copyButton('Copy the problem as NumPy',
        () => (lesson.get().tensors ? startOf(lesson.get()) : ''))),
      examples),
    output));

  function showFaults(sentences) {
    fault.replaceChildren(...sentences.map((sentence) => h('p', { class: 'fault' }, sentence)));
    if (sentences.length) area.setAttribute('aria-invalid', true);
    else area.removeAttribute('aria-invalid');
  }

  function show() {
    if (!result) {
      output.replaceChildren(h('div', { class: 'card empty' },
        h('h2', {}, 'Each step is judged by itself'),
        h('p', {}, 'One mistake costs one step: what follows rightly from your own numbers counts as right. What is right in another convention is called right, and the convention is named.'),
        h('p', {}, 'A cost that falls proves nothing: it falls with many wrong derivatives, too.')));
      return;
    }
    const toggle = h('button', {
      class: 'button small', type: 'button', 'aria-pressed': numbers,
      onclick() {
        numbers = !numbers;
        show();
        output.querySelector('.toggle button').focus();
      },
    }, numbers ? 'Show pictures' : 'Show numbers');
    output.replaceChildren(...verdicts(result, numbers), h('div', { class: 'toggle' }, toggle));
  }

  /** Our derivatives as the submission has them: in its convention and layout, where those are not the page's. */
  async function comparable(state, answer, now, signal) {
    const convention = answer.conventions?.includes(state.convention) ? state.convention : answer.conventions?.[0] ?? state.convention;
    const layout = answer.layout ?? state.layout;
    if (convention === state.convention && layout === state.layout && now.state === state) return { tensors: now.tensors, layout };
    const problem = await problemOf({ ...state, convention, layout });
    return { tensors: tensorsOf(await service.ask('/backward', tracedRequest(problem), { signal }), problem), layout };
  }

  async function check() {
    running?.abort();
    const mine = running = new AbortController();
    showFaults([]);
    notes.textContent = '';
    let found;
    try {
      found = parseGradients(area.value);
    } catch (error) {
      result = null;
      show();
      button.disabled = false;
      return showFaults([pasteFault(error)]);
    }
    notes.textContent = found.notes.join(' ');
    button.disabled = true;
    try {
      const state = store.get();
      const answer = await service.ask('/check', { ...await problemOf(state), submitted: found.submitted },
        { signal: mine.signal });
      if (mine !== running) return;
      const now = lesson.get();
      const ours = await comparable(state, answer, now, mine.signal);
      if (mine !== running) return;
      result = { answer, submitted: found.submitted, lesson: now, ours };
      show();
      say(answer.summary);
    } catch (error) {
      if (error.name === 'AbortError') return;
      result = null;
      show();
      showFaults(error.errors?.length ? error.errors.map((one) => `${placeOfPointer(one.pointer)}: ${faultText(one)}`) : [error.message]);
    } finally {
      if (mine === running) button.disabled = false;
    }
  }

  store.subscribe((state) => {
    switches[0].querySelector(`input[value="${state.convention}"]`).checked = true;
    switches[1].querySelector(`input[value="${state.layout}"]`).checked = true;
    if (document.activeElement !== area && area.value !== state.check.text) area.value = state.check.text;
  });
  // Another network or convention: what was judged is judged anew, once its own numbers are here.
  let seen = lesson.get().answer;
  lesson.subscribe((now) => {
    if (now.busy || now.error || now.answer === seen) return;
    seen = now.answer;
    if (area.value.trim() && !element.hidden) check();
  });
  document.addEventListener('viewchange', () => {
    if (!element.hidden && area.value.trim() && seen && result?.lesson.answer !== seen) check();
  });
  document.addEventListener('themechange', show);
  show();
  if (area.value.trim() && seen) check();
}
