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
  let name = null;
  let element = 0; // of a list of dictionaries; 0 outside
  for (;;) {
    reader.skipSpace();
    if (reader.isAtEnd) return found;
    const at = reader.at;
    const isListOfDictionaries = reader.take(/\[(?=\s*\{)/y);
    if (isListOfDictionaries) {
      if (element === 0) name = null;
      continue;
    }
    if (beginsArray(reader)) {
      found.push({ name: name && numbered(name, element), value: readArray(reader), at });
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
    if (reader.next === '{' && isInList(reader)) element += 1;
    reader.at += 1;
  }
}

/** Whether a dictionary that begins here is one of a list. */
function isInList(reader) {
  return /(?:\[|\},?)\s*$/.test(reader.text.slice(Math.max(0, reader.at - 200), reader.at));
}

function numbered(name, element) {
  return element > 0 && !/\d$/.test(name) ? `${name}${element}` : name;
}
