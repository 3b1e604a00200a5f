import { beginsArray, readArray } from './paste-arrays.js';

const identifier = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const quoted = /'([^'\n]*)'|"([^"\n]*)"/y;
const subscript = /\s*\[\s*(?:'([^'\n]*)'|"([^"\n]*)"|(\d{1,4}))\s*\]/y;

/**
 * The arrays of a text, each with the name before it: `dW1 = …`, `grads['dW1'] = …`, `'dW1': …`,
 * `dW[1]: …`, or on the line before. Of a list of dictionaries each name gets the place in the list,
 * from 1. Whatever else stands between them is passed over.
 *
 * Answers [{name, value, at}], name null where there is none.
 */
export function readNamedArrays(reader) {
  const found = [];
  const open = []; // the lists of dictionaries, and the dictionaries, that have no end yet
  let name = null;
  for (;;) {
    reader.skipSpace();
    if (reader.isAtEnd) return found;
    const at = reader.at;
    if (reader.take(/\[(?=\s*\{)/y)) {
      open.push({ end: ']', count: 0 });
      continue;
    }
    if (beginsArray(reader)) {
      found.push({ name: name && numbered(name, open), value: readArray(reader), at });
      name = null;
      continue;
    }
    const text = reader.take(quoted);
    if (text) {
      name = text[1] ?? text[2];
      continue;
    }
    const word = reader.take(identifier);
    if (word) {
      const index = reader.take(subscript);
      const last = word[0].split('.').at(-1);
      name = index ? index[1] ?? index[2] ?? last + index[3] : last;
      continue;
    }
    bracket(reader.next, open);
    reader.at += 1;
  }
}

function bracket(mark, open) {
  const last = open.at(-1);
  if (mark === '{') {
    if (last?.end === ']') last.count += 1;
    open.push({ end: '}' });
  } else if (mark === last?.end) {
    open.pop();
  }
}

function numbered(name, open) {
  const list = open.findLast(({ end }) => end === ']');
  return list && /^d[A-Za-z]+$/.test(name) ? `${name}${list.count}` : name;
}
