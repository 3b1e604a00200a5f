import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseData, PasteError } from '../../Sources/GradientService/Page/paste.js';

const X = [[1, 2, 3], [4, 5, 6]];
const Y = [[0, 1, 0]];

const forms = {
  'assignments': 'X = [[1, 2, 3], [4, 5, 6]]\nY = [[0, 1, 0]]',
  'JSON': '{"X": [[1, 2, 3], [4, 5, 6]], "Y": [[0, 1, 0]]}',
  'a request': '{"network": {"layers": [{"units": 1}]}, "batch": {"X": [[1, 2, 3], [4, 5, 6]], "Y": [[0, 1, 0]]}, "loss": "binary_crossentropy"}',
  'NumPy prints': 'X = \n[[1. 2. 3.]\n [4. 5. 6.]]\nY = \n[0 1 0]',
  'arrays without names': '[[1. 2. 3.]\n [4. 5. 6.]]\n[0 1 0]',
  'calls of NumPy': 'array([[1., 2., 3.], [4., 5., 6.]]), array([[0, 1, 0]])',
  'a tuple': '(array([[1., 2., 3.], [4., 5., 6.]]), array([[0, 1, 0]]))',
  'other names': 'x_train = [[1, 2, 3], [4, 5, 6]]\ny_train = [0, 1, 0]',
  'Y with a row an example': 'X = [[1, 2, 3], [4, 5, 6]]\nY = [[0], [1], [0]]',
};

for (const [form, text] of Object.entries(forms)) {
  test(`arrays: ${form}`, () => {
    const data = parseData(text);
    assert.deepEqual([data.X, data.Y], [X, Y]);
  });
}

test('arrays with a row for each example are turned where that is said', () => {
  const data = parseData('X = [[1, 4], [2, 5], [3, 6]]\nY = [[0], [1], [0]]', { examples: 'rows' });
  assert.deepEqual([data.X, data.Y], [X, Y]);
});

test('X alone has no Y', () => {
  assert.deepEqual(parseData('[[1, 2, 3], [4, 5, 6]]'), { X, notes: [] });
});

const tables = {
  'commas with a header and words': 'a,b,kind\n1,4,no\n2,5,yes\n3,6,no\n',
  'tabs without a header': '1\t4\tno\n2\t5\tyes\n3\t6\tno',
  'semicolons and decimal commas': 'a;b;kind\n1,0;4,0;no\n2,0;5,0;yes\n3,0;6,0;no',
  'spaces': '1 4 no\n2 5 yes\n3  6 no',
  'a label column by its name': 'label,a,b\n0,1,4\n1,2,5\n0,3,6',
  'quotes': '"a","b, or c","kind"\n1,4,"no"\n2,5,"ye""s"\n3,6,"no"',
  'lines of Windows, empty ones and comments': '# made by hand\r\na,b,y\r\n1,4,0\r\n\r\n2,5,1\r\n3,6,0\r\n',
};

for (const [form, text] of Object.entries(tables)) {
  test(`a table: ${form}`, () => {
    const data = parseData(text);
    assert.deepEqual([data.X, data.Y], [X, Y]);
  });
}

test('a header names the inputs', () => {
  assert.deepEqual(parseData('a,b,kind\n1,4,no\n2,5,yes').names, ['a', 'b']);
});

test('more than two classes have a row each, in order', () => {
  const { Y, classes } = parseData('a,species\n1,c\n2,a\n3,b\n4,a');
  assert.deepEqual(classes, ['a', 'b', 'c']);
  assert.deepEqual(Y, [[0, 1, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0]]);
});

test('classes that are numbers are in the order of numbers', () => {
  assert.deepEqual(parseData('a,label\n1,10\n2,9\n3,2').classes, ['2', '9', '10']);
});

test('a last column of few whole numbers is taken for labels, and that is told', () => {
  const { Y, notes } = parseData('1.5,0\n2.5,1\n3.5,0\n4.5,1');
  assert.deepEqual(Y, [[0, 1, 0, 1]]);
  assert.match(notes[0], /^The last column is taken for the labels/);
});

test('a column that was named is the labels, also where it is of numbers to be met', () => {
  assert.deepEqual(parseData('a,price\n1,0.5\n2,1.5', { labels: 'price' }).Y, [[0.5, 1.5]]);
  assert.deepEqual(parseData('0.5,1\n1.5,2', { labels: 1 }).Y, [[0.5, 1.5]]);
});

test('a table of measurements has no labels', () => {
  assert.equal(parseData('1.5,2.5\n3.5,4.25').Y, undefined);
});

const refusals = [
  ['', 'There is nothing to read', 1, 1],
  ['1,2\n3', 'This row has 1 cell, the first one 2', 2, 1],
  ['a,b\n1,2\n3,', 'This cell is empty', 3, 3],
  ['a,b,c\n1,x,u\n2,3,v', '“x” is no finite number', 2, 3],
  ['a\nx\ny', 'There is only one column, and it has the labels', 1, 1],
  ['a,kind\n1,x\n2,x', 'All labels are “x”: there is nothing to tell apart', 1, 1],
  ['a,b\n1,"2', 'This " has no end', 2, 3],
  ['Y = [[1]]', 'There is no X in it', 1, 1],
  ['X = [[1, 2], [3, 4]]\nY = [[0, 1, 1]]', 'Y has 3 examples, X 2', 2, 5],
  ['X = []', 'X has no examples', 1, 5],
  ['X = [[[1]]]', 'X has 3 axes, at most 2 are taken', 1, 5],
  ['[[1, 2]]\n[[0, 1]]\n[[1]]', 'Something stands after X and Y', 3, 1],
  ['[[1, 2], [3]]', 'This is a list of 1, and the one before it a list of 2', 1, 10],
];

for (const [text, message, line, column] of refusals) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseData(text), (error) => {
      assert.ok(error instanceof PasteError, error.stack);
      assert.deepEqual([error.message, error.line, error.column], [message, line, column]);
      return true;
    });
  });
}

test('no text takes it off its feet', () => {
  const pieces = ['[', ']', '{', '}', '(', ')', ',', ';', '\t', ':', '=', "'", '"', 'X', 'Y', 'array(', '1', '-2.5', '...', '\n', ' ', '#', 'é', 'label'];
  let seed = 1;
  const next = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let i = 0; i < 20000; i += 1) {
    const text = Array.from({ length: 1 + next(30) }, () => pieces[next(pieces.length)]).join('');
    try {
      const { X } = parseData(text);
      assert.ok(X.flat().every(Number.isFinite) && new Set(X.map((row) => row.length)).size === 1, JSON.stringify(text));
    } catch (error) {
      assert.ok(error instanceof PasteError, `${JSON.stringify(text)}: ${error.stack}`);
    }
  }
});

test('who has a row for each example is told what to do', () => {
  assert.throws(() => parseData('X = [[1, 2], [3, 4], [5, 6]]\nY = [[0], [1], [1]]'), (error) =>
    error.message === 'Y has 1 example, X 2' && /tick the box/.test(error.hint));
});
