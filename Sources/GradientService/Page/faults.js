// Refusals of the service, in words, and where they belong.

import { h } from './dom.js';

const places = [
  [/^\/network\/layers\/(\d+)\/units/, (i) => `Units of layer ${Number(i) + 1}`],
  [/^\/network\/layers\/(\d+)\/activation/, (i) => `Activation of layer ${Number(i) + 1}`],
  [/^\/network\/layers\/(\d+)\/([Wb])/, (i, array) => `${array} of layer ${Number(i) + 1}`],
  [/^\/network\/layers\/(\d+)/, (i) => `Layer ${Number(i) + 1}`],
  [/^\/network\/seed/, () => 'Seed'],
  [/^\/batch\/X/, () => 'Inputs X'],
  [/^\/batch\/Y/, () => 'Targets Y'],
  [/^\/loss/, () => 'Loss'],
  [/^\/penalty/, () => 'Penalty'],
  [/^\/submitted\/?(\w*)/, (name) => `Your ${name || 'derivatives'}`],
];

/** What a pointer points to, as it is called on the page. */
export function placeOfPointer(pointer) {
  for (const [pattern, words] of places) {
    const match = pattern.exec(pointer);
    if (match) return words(...match.slice(1));
  }
  return pointer;
}

/** One fault: what was found and expected, and the hint. */
export const faultText = ({ detail, hint }) => (hint ? `${detail}: ${hint}` : detail);

/** An error as elements to show where no field is nearer; `again` asks once more. */
export function faultsOf(error, again = null) {
  if (!error) return [];
  const errors = error.errors ?? [];
  return [h('div', { class: 'notice', role: 'alert' }, h('div', {},
    h('p', {}, errors.length ? 'The service does not take this:' : error.message),
    errors.length > 0 && h('ul', {}, errors.map((fault) => h('li', {}, h('strong', {}, placeOfPointer(fault.pointer)),
      ` ${faultText(fault)}`)))),
    again && h('button', { class: 'button small', type: 'button', onclick: again }, 'Try again'))];
}

/** Shows each fault at the field with its pointer in `data-pointer`; answers those that have no field. */
export function faultsAtFields(element, errors) {
  for (const old of element.querySelectorAll('.fault')) old.remove();
  for (const field of element.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    field.removeAttribute('aria-describedby');
  }
  return errors.filter((fault, index) => {
    const field = [...element.querySelectorAll('[data-pointer]')].find(({ dataset }) => fault.pointer.startsWith(dataset.pointer));
    if (!field) return true;
    const id = `fault-${index}`;
    field.setAttribute('aria-invalid', true);
    field.setAttribute('aria-describedby', id);
    (field.closest('.field, .layer-row') ?? field.parentElement).append(h('p', { class: 'fault', id },
      faultText(fault)));
    return false;
  });
}
