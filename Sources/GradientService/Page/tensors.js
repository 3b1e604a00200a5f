// The arrays of a request and its answer by the names that the trace uses: A0, Z1, dW2.

/** `{name, shape, rows, columns, data}`; an array of one axis is one row. */
export function tensor(name, shape, data) {
  const columns = shape.length ? shape[shape.length - 1] : 1;
  return { name, shape, rows: data.length / Math.max(columns, 1), columns, data };
}

function decoded({ base64 }) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}

/** A tensor of nested lists. */
export function fromLists(name, lists) {
  const shape = [];
  for (let list = lists; Array.isArray(list); list = list[0]) shape.push(list.length);
  return tensor(name, shape, Float64Array.from([lists].flat(Infinity), (value) => value ?? NaN));
}

/** The tensor as nested lists. */
export function toLists({ shape, data }) {
  if (shape.length < 2) return shape.length ? [...data] : data[0];
  const width = shape[1];
  return Array.from({ length: shape[0] }, (_, row) => [...data.slice(row * width, (row + 1) * width)]);
}

/** All arrays, from `X` as `A0` to `dA0`. */
export function tensorsOf(answer, { batch }) {
  const all = new Map();
  const add = (name, array) => array && all.set(name, tensor(name, array.shape, decoded(array)));
  all.set('A0', fromLists('A0', batch.X));
  all.set('Y', fromLists('Y', batch.Y));
  answer.layers.forEach((layer, index) => {
    for (const [array, value] of Object.entries(layer)) {
      const [, stem, part] = /^([A-Za-z]+)(_[a-z]+)?$/.exec(array) ?? [];
      if (stem && value?.base64) add(`${stem}${index + 1}${part ?? ''}`, value);
    }
  });
  add('L', answer.losses);
  add('dA0', answer.dX);
  all.set('J', tensor('J', [], Float64Array.of(answer.cost ?? NaN)));
  if (answer.cost_penalty !== undefined) all.set('R', tensor('R', [], Float64Array.of(answer.cost_penalty ?? NaN)));
  return all;
}

/** The largest size of a finite number in it. */
export function most({ data }) {
  let largest = 0;
  for (const value of data) {
    const size = Math.abs(value);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest;
}

/** dW2 is of the kind dW, dA0 of dX, and what is no derivative of none. */
export function kindOf(name) {
  if (name === 'dA0') return 'dX';
  return /^(d[A-Z]|db)\d+(_[a-z]+)?$/.test(name) ? name.replace(/\d+/, '') : null;
}

/** By what a derivative is multiplied on the way from one convention to another; null where no number does it. */
export function timesBetween(meaning, name, from, to) {
  const times = meaning?.[kindOf(name)]?.times;
  return times ? times[to] / times[from] : null;
}

/** Reads single numbers of the arrays, whatever their layout: a weight, a bias, a unit's number of one example. */
export function readerOf(tensors, layout) {
  const at = (name, index) => tensors.get(name)?.data[index];
  return {
    weight: (stem) => (layer, unit, from) => {
      const name = `${stem}${layer}`;
      const columns = tensors.get(name)?.columns;
      return at(name, layout === 'keras' ? from * columns + unit : unit * columns + from);
    },
    bias: (stem) => (layer, unit) => at(`${stem}${layer}`, unit),
    unit: (stem, example) => (layer, unit) => {
      const name = `${stem}${layer}`;
      const columns = tensors.get(name)?.columns;
      return at(name, layout === 'course' ? unit * columns + example : example * columns + unit);
    },
  };
}
