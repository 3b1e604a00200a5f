// The sets of examples that one can choose, in the course's layout: a column an example.

export const sets = [
  {
    name: 'flower', title: 'Planar flower', maximum: 400, standard: 40,
    note: "Two inputs, two classes: the points of the course's exercise, as they are.",
  },
  {
    name: 'iris', title: 'Irises', maximum: 150, standard: 30,
    note: 'Four lengths of three kinds of iris, each standardised over all 150: mean 0, variance 1.',
  },
  {
    name: 'digits', title: 'Handwritten digits', maximum: 100, standard: 20,
    note: '8 × 8 pixels of the digits 0 to 9, divided by 16, so that they lie between 0 and 1.',
  },
];

const sources = {
  async flower() {
    const { flower } = await import('./flower.js');
    return {
      ...flower, names: ['x₁', 'x₂'],
      loss: 'binary_crossentropy', activation: 'sigmoid',
      hidden: { type: 'dense', units: 4, activation: 'tanh' },
    };
  },
  async iris() {
    const { irises } = await import('./iris.js');
    return {
      ...irises, rows: standardised(irises.rows),
      names: ['sepal length', 'sepal width', 'petal length', 'petal width'],
      loss: 'categorical_crossentropy', activation: 'softmax',
      hidden: { type: 'dense', units: 5, activation: 'tanh' },
    };
  },
  async digits() {
    const { digits } = await import('./digits.js');
    return {
      ...digits,
      names: digits.rows[0].map((_, i) => `row ${Math.floor(i / 8) + 1}, column ${(i % 8) + 1}`),
      loss: 'categorical_crossentropy', activation: 'softmax',
      hidden: { type: 'dense', units: 16, activation: 'relu' },
    };
  },
};

/**
 * The first `examples` of a set, spread over it where it has an order, with the network and the loss
 * that suit it. Numbers have four decimals, so that they can be read, and copied in a request.
 */
export async function load(name, examples) {
  const set = sets.find((set) => set.name === name);
  if (!set) throw new RangeError(`There is no set ${name}: ${sets.map((set) => set.name).join(', ')}`);
  const count = Math.min(Math.max(Math.round(Number(examples)) || set.standard, 1), set.maximum);
  const { rows, labels, classes, names, loss, activation, hidden } = await sources[name]();
  const chosen = name === 'flower' ? spread(rows.length, count) : rows.slice(0, count).map((_, i) => i);
  const X = names.map((_, feature) => chosen.map((i) => rounded(rows[i][feature])));
  const Y = activation === 'sigmoid'
    ? [chosen.map((i) => labels[i])]
    : classes.map((_, label) => chosen.map((i) => Number(labels[i] === label)));
  return {
    X, Y, inputs: X.length, outputs: Y.length, loss, activation, classes, names,
    labels: chosen.map((i) => labels[i]),
    suggestedLayers: [{ ...hidden }, { type: 'dense', units: Y.length, activation }],
    title: set.title, note: set.note, available: set.maximum,
  };
}

/** Pairs, one of each class, at even distances over the set. */
function spread(length, count) {
  const pairs = Math.ceil(count / 2);
  const first = (pair) => 2 * Math.floor((pair * length) / 2 / pairs);
  return Array.from({ length: pairs }, (_, pair) => [first(pair), first(pair) + 1]).flat().slice(0, count);
}

function standardised(rows) {
  const m = rows.length;
  const means = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / m);
  const deviations = means.map((mean, j) => Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / m));
  return rows.map((row) => row.map((x, j) => (x - means[j]) / deviations[j]));
}

function rounded(x) {
  return Math.round(x * 1e4) / 1e4 + 0; // + 0 makes 0 of −0.
}
