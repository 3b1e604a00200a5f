import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseGradients, PasteError } from '../../Sources/GradientService/Page/paste.js';

const dW1 = [[0.1, -0.2], [0.3, 4e-5]];
const db1 = [[1], [2]];

const forms = {
  'a NumPy print': 'dW1 = [[ 1.e-01 -2.e-01]\n [ 3.e-01  4.e-05]]\ndb1 = [[1.]\n [2.]]',
  'a name on the line before': 'dW1:\n[[0.1 -0.2]\n [0.3 4e-05]]\n\ndb1:\n[[1.]\n [2.]]',
  'the course\'s dictionary': "{'dW1': array([[ 0.1, -0.2],\n       [ 0.3,  4e-05]]), 'db1': array([[1.],\n       [2.]])}",
  'assignments to a dictionary': 'grads["dW1"] = [[0.1, -0.2], [0.3, 0.00004]]\ngrads[\'db1\'] = [[1], [2]]',
  'JSON': '{"dW1": [[0.1, -0.2], [0.3, 4E-5]], "db1": [[1], [2]]}',
  'an answer of /backward': '{"cost": 0.5, "layers": [{"dW": [[0.1, -0.2], [0.3, 4e-5]], "db": [[1], [2]]}], "meaning": {"convention": "loss", "examples": 5, "dW": {"of": "J", "times": {"loss": 1.0, "sum": 5.0}}}}',
  'arrays of PyTorch': 'dW1 = tensor([[0.1, -0.2], [0.3, 4e-5]], dtype=torch.float64, grad_fn=<DivBackward0>)\ndb1 = tensor([[1.], [2.]], device=\'cuda:0\')',
  'calls of NumPy': 'dW1 = np.array([[.1, -.2], [.3, 4e-5]], dtype=np.float32)\ndb1 = np.array([[1], [2]])',
  'scalars of NumPy 2': 'dW1 = [[np.float64(0.1), np.float64(-0.2)], [np.float64(0.3), np.float64(4e-05)]]; db1 = [[1], [2]]',
  'other spellings': 'dw_1 = [[0.1 -0.2] [0.3 4e-5]]\nDB1 = [[1] [2]]',
  'one layer without numbers': 'dW = [[0.1, -0.2], [0.3, 4e-5]]\ndb = [[1], [2]]',
  'a session of Python': '>>> print("dW1 = " + str(grads["dW1"]))\ndW1 = [[0.1 -0.2]\n [0.3 4e-5]] # as in the notes\n>>> db1\ndb1 = array([[1.], [2.]])',
};

test('a number that is too large is not taken for another', () => {
  assert.throws(() => parseGradients('dW1 = [[1, -1e309]]'), (error) => error instanceof PasteError && /“-1e309” is too large/.test(error.message) && error.column === 12);
});

for (const [form, text] of Object.entries(forms)) {
  test(`${form} is read`, () => {
    const { layers, submitted } = parseGradients(text);
    assert.deepEqual(layers, [{ dW: dW1, db: db1 }]);
    assert.deepEqual(submitted.dW1, dW1);
    assert.deepEqual(submitted.db1, db1);
  });
}

test('layers are counted by the numbers, and what is missing is left empty', () => {
  const { layers, submitted } = parseGradients('dW3 = [[1]]\ndZ1 = [[2]]\ndA0 = [[5]]\ncost = 0.25');
  assert.deepEqual(layers, [{ dZ: [[2]] }, {}, { dW: [[1]] }]);
  assert.deepEqual(submitted, { dW3: [[1]], dZ1: [[2]], dA0: [[5]], cost: 0.25 });
});

test('a list of dictionaries has a layer in each', () => {
  const { layers } = parseGradients("[{'dW': array([[1., 2.]]), 'db': array([[3.]])}, {'dW': array([[4.]])}]");
  assert.deepEqual(layers, [{ dW: [[1, 2]], db: [[3]] }, { dW: [[4]] }]);
});

test('an array without a name is taken for the one that was asked for', () => {
  assert.deepEqual(parseGradients('[[1 2]]', { name: 'dW2' }).submitted, { dW2: [[1, 2]] });
});

test('what is no gradient is passed over, and told', () => {
  const { submitted, notes } = parseGradients('W1 = [[9]]\ndW1 = [[1]]\nA2 = [[3]]');
  assert.deepEqual(submitted, { dW1: [[1]] });
  assert.deepEqual(notes, ['Passed over: W1, A2.']);
});

test('another spelling is told', () => {
  assert.deepEqual(parseGradients('dw1 = [[1]]').notes, ['dw1 is taken for dW1.']);
});

const refusals = [
  ['', 'There are no numbers in it', 1, 1],
  ['hello world', 'There are no numbers in it', 1, 1],
  ['W1 = [[1]]', 'None of W1 is a gradient', 1, 1],
  ['[[1 2]]', 'There is no name before this array', 1, 1],
  ['dW1 = [[1 2]\n [3]]', 'This is a list of 1, and the one before it a list of 2', 2, 2],
  ['dW1 = [[1 2]\n 3]', 'This is a number, and the one before it a list of 2', 2, 2],
  ['dW1 = [[1, 2', 'This list has no end: a ] is missing', 1, 8],
  ['dW1 = array([[1, 2]]', 'A ) is missing after this', 1, 7],
  ['dW1 = [[1 two]]', '“two” is no number', 1, 11],
  ['dW1 = [[1 2]]\ndb1 = [[nan]]', '“nan” is no finite number', 2, 9],
  ['dW1 = [[1, -inf]]', '“-inf” is no finite number', 1, 12],
  ['dW1 = [[1]]\ndW1 = [[1]]', 'dW1 is there twice', 2, 7],
  ['dW1 = [[[1]]]', 'dW1 has 3 axes, at most 2 are taken', 1, 7],
  ['dW1 = [[1+2j]]', '“1+2j” is no number', 1, 9],
  [`dW1 = ${'['.repeat(100000)}`, 'Lists nest more than 8 deep here', 1, 15],
];

for (const [text, message, line, column] of refusals) {
  test(`refused: ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.throws(() => parseGradients(text), (error) => {
      assert.ok(error instanceof PasteError);
      assert.deepEqual([error.message, error.line, error.column], [message, line, column]);
      return true;
    });
  });
}

test('an array that NumPy has shortened is refused, with how to print it whole', () => {
  assert.throws(() => parseGradients('dW1 = [[1. 2. ... 3.]\n [4. 5. ... 6.]]'), (error) => {
    assert.match(error.message, /not whole/);
    assert.match(error.hint, /threshold=np\.inf/);
    return error.line === 1 && error.column === 15;
  });
});

test('a long array is read', () => {
  const rows = Array.from({ length: 500 }, (_, i) => Array.from({ length: 400 }, (_, j) => (i * j) / 7));
  const text = `dW1 = [${rows.map((row) => `[${row.join(' ')}]`).join('\n ')}]`;
  assert.deepEqual(parseGradients(text).submitted.dW1, rows);
});

test('no text takes it off its feet', () => {
  const pieces = ['[', ']', '{', '}', '(', ')', ',', ':', '=', "'", '"', 'dW1', 'array(', '1', '-', '.', '...', 'e5', '\n', ' ', '#', 'é', '0x1', 'db'];
  let seed = 1;
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let i = 0; i < 20000; i += 1) {
    const text = Array.from({ length: 1 + next(30) }, () => pieces[next(pieces.length)]).join('');
    try {
      parseGradients(text);
    } catch (error) {
      assert.ok(error instanceof PasteError, `${JSON.stringify(text)}: ${error.stack}`);
      assert.ok(error.line >= 1 && error.column >= 1);
    }
  }
});
