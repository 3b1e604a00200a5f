// From the state to what the service is asked.

import { load } from './data.js';

export const activations = [
  'linear', 'relu', 'leaky_relu', 'sigmoid', 'tanh', 'softmax', 'softplus', 'elu', 'silu', 'gelu', 'selu', 'softsign',
];
export const losses = [
  'binary_crossentropy', 'categorical_crossentropy', 'mean_squared_error', 'half_squared_error',
  'mean_absolute_error', 'huber', 'log_cosh',
];
export const initializers = [
  'glorot_uniform', 'glorot_normal', 'he_normal', 'he_uniform', 'lecun_normal', 'random_normal', 'zeros',
];

/** The arrays of the state's data, features × examples. */
export async function dataOf(state) {
  const { set, examples, own } = state.data;
  if (set !== 'own') return load(set, examples);
  if (!own) throw new Error('Paste data of your own first.');
  const keep = Math.max(1, Math.min(examples, own.X[0].length));
  const cut = (rows) => rows.map((row) => row.slice(0, keep));
  return { X: cut(own.X), Y: cut(own.Y), inputs: own.X.length, outputs: own.Y.length, available: own.X[0].length };
}

export const transposed = (rows) => rows[0].map((_, column) => rows.map((row) => row[column]));

/** The network in course layout: its arrays where it has them, else its sizes. */
function networkOf({ layers, seed, initializer, parameters }) {
  const network = {
    layers: layers.map(({ units, activation }, index) => (parameters
      ? { ...parameters[index], activation }
      : { units, activation })),
  };
  if (parameters) return network;
  if (initializer) network.initializer = initializer;
  return { ...network, seed };
}

/** What /backward, /check and /train have in common, always in course layout. */
export async function courseProblemOf(state, data = null) {
  const { X, Y } = data ?? await dataOf(state);
  const problem = { network: networkOf(state.network), batch: { X, Y }, loss: state.loss };
  if (state.penalty) problem.penalty = state.penalty;
  return problem;
}

/** The same in the layout and convention of the state. What is the service's default is left out. */
export async function problemOf(state, data = null) {
  const problem = await courseProblemOf(state, data);
  if (state.convention !== 'loss') problem.convention = state.convention;
  if (state.layout === 'course') return problem;
  const { X, Y } = problem.batch;
  const layers = problem.network.layers.map((layer) => (layer.W
    ? { ...layer, W: state.layout === 'keras' ? transposed(layer.W) : layer.W, b: layer.b.flat() }
    : layer));
  return {
    ...problem, layout: state.layout, network: { ...problem.network, layers },
    batch: { X: transposed(X), Y: transposed(Y) },
  };
}

/** What the service is asked to show every step. */
export const tracedRequest = (problem) => ({
  ...problem, trace: true, encoding: 'base64',
  include: ['W', 'b', 'Z', 'A', 'losses', 'dW', 'db', 'dZ', 'dA', 'dX'],
});
