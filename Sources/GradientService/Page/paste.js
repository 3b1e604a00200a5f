import { PasteError, TextReader, shapeOf } from './paste-arrays.js';
import { readNamedArrays } from './paste-named.js';
import { parseTable } from './paste-table.js';

export { PasteError };

const LAYERS = 100;
const letters = { w: 'W', b: 'b', z: 'Z', a: 'A' };

/**
 * Gradients that somebody pasted: of NumPy, PyTorch or JAX as printed, as lists, as the course's
 * dictionary, or an answer of /backward. An array without a name is taken for `name`, if that is given.
 *
 * Answers {layers: [{dW, db, dZ, dA}], submitted, notes}: `submitted` is what /check takes, and `notes`
 * are sentences about what was taken for what.
 */
export function parseGradients(text, { name = null } = {}) {
  const reader = new TextReader(text);
  const found = readNamedArrays(reader);
  const layers = [];
  const submitted = {};
  const notes = [];
  const places = {};
  const passed = [];
  for (const { name: own, value, at } of found) {
    const gradient = gradientNamed(own ?? name);
    if (gradient === null) {
      // A number without a name may be anything; an array was meant to be something.
      if (own !== null) passed.push(own);
      else if (Array.isArray(value)) {
        throw reader.error('There is no name before this array', at, 'Write, for example, dW1 = before it');
      }
      continue;
    }
    const { key, letter, layer } = gradient;
    if (key in places) throw reader.error(`${key} is there twice`, at);
    if (shapeOf(value).length > 2) throw reader.error(`${key} has ${shapeOf(value).length} axes, at most 2 are taken`, at);
    places[key] = at;
    submitted[key] = value;
    if (layer > 0) {
      while (layers.length < layer) layers.push({});
      layers[layer - 1][`d${letter}`] = value;
    }
    if (own !== null && own !== key) notes.push(`${own} is taken for ${key}.`);
  }
  if (Object.keys(submitted).length === 0) {
    const hint = 'Paste dW1, db1 and so on with their names: dW1 = [[0.1, 0.2]], or the dictionary that holds them';
    throw new PasteError(passed.length ? `None of ${passed.slice(0, 5).join(', ')} is a gradient` : 'There are no numbers in it', { line: 1, column: 1, hint });
  }
  if (passed.length) notes.push(`Passed over: ${[...new Set(passed)].slice(0, 10).join(', ')}.`);
  return { layers, submitted, notes };
}

/** What a name means: `dW1`, `dw_1`, `dW` of the first layer, `dA0`, `cost`; null if it is no gradient. */
function gradientNamed(name) {
  if (name === null) return null;
  if (/^(cost|J)$/i.test(name)) return { key: 'cost', letter: null, layer: 0 };
  if (/^dX$/i.test(name)) return { key: 'dX', letter: null, layer: 0 };
  const match = /^(?:grad_?)?d([wbza])_?(\d{1,4})?$/i.exec(name);
  if (!match) return null;
  const letter = letters[match[1].toLowerCase()];
  const layer = Number(match[2] ?? 1);
  if (layer > LAYERS || (layer === 0 && letter !== 'A')) return null;
  return { key: `d${letter}${layer}`, letter, layer };
}

/**
 * Examples that somebody pasted: `X = …` and `Y = …`, JSON with both, one array alone, or a table with a
 * row for each example; {X, Y?, classes?, names?, notes} in the course's layout. Arrays are taken to be
 * in that layout (features × examples), unless `examples` says 'rows'. `labels` names a table's column.
 */
export function parseData(text, { labels = null, examples = 'columns' } = {}) {
  if (text.trim() === '') throw new PasteError('There is nothing to read', { line: 1, column: 1 });
  const reader = new TextReader(text);
  reader.skipSpace();
  if (reader.next !== '[' && reader.next !== '{' && !/[A-Za-z_"'\])]\s*(?:=|:)/.test(text)) {
    if (!/\(\s*\[/.test(text)) return parseTable(text, { labels });
  }
  const notes = [];
  const named = withNames(readNamedArrays(reader), reader);
  const array = (pattern) => {
    const matches = named.filter(({ name }) => name !== null && pattern.test(name));
    if (matches.length > 1) throw reader.error(`${matches[1].name} is there twice`, matches[1].at);
    return matches[0];
  };
  const inputs = array(/^x(_?(train|data))?$/i);
  if (!inputs) {
    throw new PasteError('There is no X in it', { line: 1, column: 1, hint: 'Write X = before the inputs, and Y = before the targets' });
  }
  const targets = array(/^(y|targets?|labels?)(_?(train|data))?$/i);
  const X = asMatrix(reader, inputs, examples);
  const data = { X, notes };
  if (targets) data.Y = asTargets(reader, targets, X, examples, notes);
  return data;
}

/** Of arrays without any name the first is X, and a second one Y. */
function withNames(arrays, reader) {
  if (arrays.some(({ name }) => name !== null)) return arrays;
  if (arrays.length > 2) throw reader.error('Something stands after X and Y', arrays[2].at);
  return arrays.map((array, index) => ({ ...array, name: ['X', 'Y'][index] }));
}

function transposed(rows) {
  return rows[0].map((_, j) => rows.map((row) => row[j]));
}

function asMatrix(reader, { name, value, at }, examples) {
  const shape = shapeOf(value);
  if (shape.includes(0) || shape.length === 0) throw reader.error(`${name} has no examples`, at);
  if (shape.length > 2) throw reader.error(`${name} has ${shape.length} axes, at most 2 are taken`, at);
  if (shape.length === 1) return [value];
  return examples === 'rows' ? transposed(value) : value;
}

function asTargets(reader, named, X, examples, notes) {
  const [rows, m] = [X.length, X[0].length];
  let Y = asMatrix(reader, named, examples);
  if (Y[0].length !== m && Y.length === m) {
    Y = transposed(Y);
    notes.push('Y is turned: it had a row for each example.');
  }
  if (Y[0].length !== m) {
    throw reader.error(`Y has ${Y[0].length} ${Y[0].length === 1 ? 'example' : 'examples'}, X ${m}`, named.at,
      examples === 'columns' && Y.length === rows ? 'If X and Y have a row for each example, tick the box below' : null);
  }
  return Y;
}
