// The state as the fragment of a link, and back. A link is somebody else's text: nothing in it is taken on trust.

import { initialState } from './state.js';
import { activations, losses, initializers } from './request.js';
import { largestUnits, mostInputs, mostLayers } from './actions.js';

/** A link that cannot be read. */
export class LinkError extends Error {}

/** Mail and chat programs cut longer ones. */
export const longestLink = 16000;

const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const through = async (bytes, stream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** What of `state` differs from `initial`, two levels deep. */
function difference(state, initial) {
  const changed = {};
  for (const [name, value] of Object.entries(state)) {
    if (JSON.stringify(value) !== JSON.stringify(initial[name])) changed[name] = value;
  }
  return changed;
}

/** The fragment, without `#`; empty for the state that the page starts with. */
export async function encode(state) {
  const changed = difference(state, initialState);
  if (!Object.keys(changed).length) return '';
  const plain = new TextEncoder().encode(JSON.stringify(changed));
  const packed = typeof CompressionStream === 'undefined' || plain.length < 120
    ? plain : await through(plain, new CompressionStream('deflate-raw'));
  const fragment = `${packed === plain ? 'j' : 'z'}=${toText(packed)}`;
  if (fragment.length > longestLink) {
    throw new LinkError('The numbers of this state are too many for a link. Take fewer examples, or copy the request as JSON.');
  }
  return fragment;
}

const check = (holds) => {
  if (!holds) throw new LinkError('This link does not hold a state of this page. The page starts anew.');
};
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const known = (value, names) => check(isObject(value) && Object.keys(value).every((name) => names.includes(name)));
const isCount = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
const isText = (value, longest) => typeof value === 'string' && value.length <= longest;
const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

function checkMatrix(rows) {
  check(Array.isArray(rows) && isCount(rows.length, 1, mostInputs) && Array.isArray(rows[0]) && rows[0].length > 0);
  check(rows.every((row) => Array.isArray(row) && row.length === rows[0].length && row.every(isNumber)));
}

const checks = {
  network(network) {
    known(network, ['layers', 'seed', 'initializer', 'parameters']);
    const { layers, seed, initializer, parameters } = network;
    check(Array.isArray(layers) && isCount(layers.length, 1, mostLayers));
    for (const layer of layers) {
      known(layer, ['type', 'units', 'activation']);
      check(layer.type === 'dense' && isCount(layer.units, 1, largestUnits) && activations.includes(layer.activation));
    }
    check(isCount(seed, 0, 4294967295) && (initializer === null || initializers.includes(initializer)));
    if (parameters === null) return;
    check(Array.isArray(parameters) && parameters.length === layers.length);
    parameters.forEach((values, index) => {
      known(values, ['W', 'b']);
      checkMatrix(values.W);
      checkMatrix(values.b);
      const units = layers[index].units;
      check(values.W.length === units && values.b.length === units && values.b[0].length === 1);
      check(index === 0 || values.W[0].length === layers[index - 1].units);
    });
  },
  data({ set, examples, own, ...rest }) {
    known(rest, []);
    check(['flower', 'iris', 'digits', 'own'].includes(set) && isCount(examples, 1, 100000));
    check((own === null) === (set !== 'own'));
    if (own === null) return;
    known(own, ['X', 'Y']);
    checkMatrix(own.X);
    checkMatrix(own.Y);
    check(own.X[0].length === own.Y[0].length);
  },
  loss: (loss) => check(losses.includes(loss)),
  penalty(penalty) {
    if (penalty === null) return;
    known(penalty, ['l1', 'l2', 'scale']);
    check(['lambda/2m', 'lambda/2', 'lambda'].includes(penalty.scale));
    check([penalty.l1 ?? 0, penalty.l2 ?? 0].every((value) => isNumber(value) && value >= 0));
  },
  convention: (name) => check(['loss', 'cost', 'sum'].includes(name)),
  layout: (name) => check(['course', 'pytorch', 'keras'].includes(name)),
  view: (name) => check(['network', 'steps', 'check', 'training'].includes(name)),
  step: (step) => check(isCount(step, 0, 1000)),
  check({ text, ...rest }) {
    known(rest, []);
    check(isText(text, 200000));
  },
  training({ compare, ...settings }, whole = true) {
    known(settings, ['optimizer', 'learning_rate', 'epochs', 'batch_size', 'fault']);
    const { optimizer, learning_rate: rate, epochs, batch_size: size, fault } = settings;
    check(isText(optimizer, 40) && isNumber(rate) && rate >= 0 && (fault === null || isText(fault, 60)));
    check(!whole || (isCount(epochs, 1, 100000) && (size === null || isCount(size, 1, 100000))));
    if (compare === null || compare === undefined) return;
    check(whole && isObject(compare));
    checks.training(compare, false);
  },
};

/** The state of a fragment; throws a `LinkError` with a sentence for people. */
export async function decode(fragment) {
  if (!fragment) return initialState;
  const [, kind, text] = /^([jz])=([\w-]+)$/.exec(fragment) ?? [];
  check(kind && fragment.length <= longestLink);
  let changed;
  try {
    const bytes = toBytes(text);
    const plain = kind === 'z' ? await through(bytes, new DecompressionStream('deflate-raw')) : bytes;
    changed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
  } catch {
    check(false);
  }
  known(changed, Object.keys(initialState));
  const state = { ...initialState };
  for (const [name, value] of Object.entries(changed)) {
    const nested = isObject(initialState[name]);
    check(!nested || isObject(value));
    state[name] = nested ? { ...initialState[name], ...value } : value;
    checks[name](state[name]);
  }
  return state;
}
