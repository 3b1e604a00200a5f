// What events change: each takes the state and answers what is different after.

export const largestUnits = 512;
export const mostInputs = 4096;
export const mostLayers = 8;

const within = (value, low, high) => Math.min(high, Math.max(low, Math.round(value) || low));

/** The layers are changed, so numbers that were given for the old ones are not theirs any more. */
const withLayers = (state, layers) => ({ network: { ...state.network, layers, parameters: null }, step: 0 });

export function withUnits(state, index, units) {
  return withLayers(state, state.network.layers.map((layer, i) =>
    (i === index ? { ...layer, units: within(units, 1, largestUnits) } : layer)));
}

/** Another activation leaves the numbers as they are. */
export function withActivation(state, index, activation) {
  const layers = state.network.layers.map((layer, i) => (i === index ? { ...layer, activation } : layer));
  return { network: { ...state.network, layers } };
}

/** A hidden layer before the last. */
export function withLayerAdded(state) {
  const { layers } = state.network;
  if (layers.length >= mostLayers) return {};
  const before = layers[layers.length - 2];
  const added = { type: 'dense', units: before?.units ?? 4, activation: before?.activation ?? 'tanh' };
  return withLayers(state, [...layers.slice(0, -1), added, layers[layers.length - 1]]);
}

export function withLayerRemoved(state, index) {
  const { layers } = state.network;
  if (layers.length === 1 || index === layers.length - 1) return {};
  return withLayers(state, layers.filter((_, i) => i !== index));
}

export const withSeed = (state, seed) => ({
  network: { ...state.network, seed: within(seed, 0, 4294967295), parameters: null },
});

export const withInitializer = (state, initializer) => ({
  network: { ...state.network, initializer: initializer || null, parameters: null },
});

export const withParameters = (state, parameters) => ({ network: { ...state.network, parameters } });

/** Softmax goes with categorical cross-entropy, sigmoid with binary; the last layer follows the loss. */
const natural = { binary_crossentropy: 'sigmoid', categorical_crossentropy: 'softmax' };

export function withLoss(state, loss) {
  const { layers } = state.network;
  const last = layers[layers.length - 1];
  const fitting = natural[loss] ?? (Object.values(natural).includes(last.activation) ? 'linear' : last.activation);
  const next = loss === state.loss ? last.activation : fitting;
  return { loss, ...withActivation(state, layers.length - 1, next) };
}

/** Another data set, with the layers and the loss that suit it. */
export function withData(state, set, data) {
  return {
    ...withLayers(state, data.suggestedLayers.map((layer) => ({ type: 'dense', ...layer }))),
    data: { set, examples: data.X[0].length, own: null },
    loss: data.loss,
  };
}

/** The kind of problem that targets look like. */
export function lossFor(Y) {
  const flat = Y.flat();
  if (!flat.every((y) => y === 0 || y === 1)) return ['half_squared_error', 'linear'];
  const oneHot = Y.length > 1 && Y[0].every((_, i) => Y.reduce((sum, row) => sum + row[i], 0) === 1);
  return oneHot ? ['categorical_crossentropy', 'softmax'] : ['binary_crossentropy', 'sigmoid'];
}

/** Pasted data; the hidden layers stay. */
export function withOwnData(state, X, Y) {
  const [loss, activation] = lossFor(Y);
  const hidden = state.network.layers.slice(0, -1);
  return {
    ...withLayers(state, [...hidden, { type: 'dense', units: Y.length, activation }]),
    data: { set: 'own', examples: Math.min(X[0].length, 64), own: { X, Y } },
    loss,
  };
}

export const withExamples = (state, examples, available) => ({
  data: { ...state.data, examples: within(examples, 1, available) },
});
