// Values as the source text of JSON or Python, laid out to be read.

const WIDTH = 96;
const json = { true: 'true', false: 'false', null: 'null' };
const python = { true: 'True', false: 'False', null: 'None' };

export const asJSONText = (value) => written(value, json, 0);
export const asPythonText = (value, indent = 0) => written(value, python, indent);

function written(value, words, indent) {
  const line = inOneLine(value, words);
  if (indent + line.length <= WIDTH || isPlain(value)) return line;
  const inner = ' '.repeat(indent + 2);
  const [open, close, parts] = Array.isArray(value)
    ? ['[', ']', value.map((element) => written(element, words, indent + 2))]
    : ['{', '}', Object.entries(value).map(([name, element]) => `${JSON.stringify(name)}: ${written(element, words, indent + 2)}`)];
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${' '.repeat(indent)}${close}`;
}

/** Whether it has nothing in it that could stand on lines of its own: a row of numbers stays whole. */
function isPlain(value) {
  return Array.isArray(value) ? value.every((element) => typeof element !== 'object' || element === null) : typeof value !== 'object' || value === null;
}

function inOneLine(value, words) {
  if (Array.isArray(value)) return `[${value.map((element) => inOneLine(element, words)).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value).map(([name, element]) => `${JSON.stringify(name)}: ${inOneLine(element, words)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : words[String(value)] ?? String(value);
}
