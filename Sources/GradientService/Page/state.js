// The state of the page: one plain object, which a link can carry.

export const initialState = {
  network: {
    layers: [
      { type: 'dense', units: 4, activation: 'tanh' },
      { type: 'dense', units: 1, activation: 'sigmoid' },
    ],
    seed: 3,
    initializer: null,
    parameters: null,
  },
  data: { set: 'flower', examples: 40, own: null },
  loss: 'binary_crossentropy',
  penalty: null,
  convention: 'loss',
  layout: 'course',
  view: 'network',
  step: 0,
  check: { text: '' },
  training: {
    optimizer: 'sgd', learning_rate: 0.5, epochs: 100, batch_size: null, fault: null, compare: null,
  },
};

const isPlain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** `patch` laid over `state`: objects are merged one level deep, all else takes the place of the old. */
export function merged(state, patch) {
  const next = { ...state };
  for (const [name, value] of Object.entries(patch)) {
    next[name] = isPlain(value) && isPlain(state[name]) ? { ...state[name], ...value } : value;
  }
  return next;
}

/** Holds a state and tells who listens when there is a new one, once for all changes of a turn. */
export function createStore(state = initialState) {
  const listeners = new Set();
  let told = state;
  let waiting = false;

  function tell() {
    waiting = false;
    const before = told;
    told = state;
    if (before !== state) for (const listener of [...listeners]) listener(state, before);
  }

  return {
    get: () => state,
    update(change) {
      state = merged(state, typeof change === 'function' ? change(state) : change);
      if (!waiting) {
        waiting = true;
        queueMicrotask(tell);
      }
    },
    /** Calls `listener(state, before)` after changes; answers what ends that. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
