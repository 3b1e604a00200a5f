// Reads arrays as people have them on their screens: nested lists of JSON or Python, and what NumPy,
// PyTorch and JAX print.

const DEPTH = 8;

/** What is wrong with a text, and where: `line` and `column` count from 1. */
export class PasteError extends Error {
  constructor(message, { line = 1, column = 1, hint = null } = {}) {
    super(message);
    this.name = 'PasteError';
    this.line = line;
    this.column = column;
    this.hint = hint;
  }
}

/** A place in a text that moves on as it is read. */
export class TextReader {
  at = 0;

  constructor(text) {
    this.text = text;
  }

  get next() {
    return this.text[this.at];
  }

  get isAtEnd() {
    return this.at >= this.text.length;
  }

  /** What a sticky pattern matches here, which is passed; null if it does not. */
  take(pattern) {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  /** Passes white space, and comments of Python. */
  skipSpace() {
    this.take(/(?:\s|#[^\n]*)*/y);
  }

  error(message, at = this.at, hint = null) {
    const before = this.text.slice(0, at).split('\n');
    return new PasteError(message, { line: before.length, column: before.at(-1).length + 1, hint });
  }
}

const call = /(?:[A-Za-z_]\w*\.)*(?:array|asarray|tensor|Tensor|Array|Parameter|matrix|ndarray|float64|float32|int64|int32)\s*\(/y;
const number = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const notFinite = /[+-]?(?:nan|inf(?:inity)?|null|None)\b/iy;

/** Whether an array, or a number, begins here. */
export function beginsArray(reader) {
  if (reader.next === '[') return true;
  return [call, number, notFinite].some((pattern) => {
    pattern.lastIndex = reader.at;
    return pattern.test(reader.text);
  });
}

/** The array, or the number, that begins here: nested lists that are all of one length. */
export function readArray(reader, depth = 0) {
  reader.skipSpace();
  const start = reader.at;
  if (reader.take(call)) {
    const value = readArray(reader, depth);
    skipArguments(reader, start);
    return value;
  }
  if (reader.next !== '[') return readNumber(reader);
  if (depth === DEPTH) throw reader.error(`Lists nest more than ${DEPTH} deep here`);
  reader.at += 1;
  return readElements(reader, start, depth);
}

function readElements(reader, start, depth) {
  const elements = [];
  let shape = null;
  for (;;) {
    reader.skipSpace();
    if (reader.isAtEnd) throw reader.error('This list has no end: a ] is missing', start);
    if (reader.next === ']') {
      reader.at += 1;
      return elements;
    }
    const place = reader.at;
    const element = readArray(reader, depth + 1);
    shape ??= shapeOf(element);
    const own = shapeOf(element);
    if (own.join() !== shape.join()) {
      const said = (shape) => shape.length ? `a list of ${shape[0]}` : 'a number';
      throw reader.error(`This is ${said(own)}, and the one before it ${said(shape)}`, place);
    }
    elements.push(element);
    reader.skipSpace();
    if (reader.next === ',') reader.at += 1;
  }
}

function readNumber(reader) {
  const start = reader.at;
  const match = reader.take(number);
  if (match) {
    const value = Number(match[0]);
    if (!Number.isFinite(value)) throw reader.error(`“${match[0]}” is too large for a number of 64 bits`, start);
    return value;
  }
  if (reader.take(/\.\.\.|…/y)) {
    throw reader.error(
      'The array is not whole: NumPy has printed “...” in place of its middle', start,
      'Print it again after np.set_printoptions(threshold=np.inf), or print array.tolist()');
  }
  const missing = reader.take(notFinite);
  if (missing) throw reader.error(`“${missing[0]}” is no finite number`, start);
  const found = reader.take(/[^\s,\[\]()]{1,20}/y)?.[0] ?? reader.next;
  throw reader.error(found === undefined ? 'The text ends where a number should be' : `“${found}” is no number`, start);
}

/** Passes the other arguments of a call, such as dtype=float32, and its end. */
function skipArguments(reader, start) {
  let open = 1;
  while (!reader.isAtEnd) {
    const passed = reader.take(/'[^'\n]*'|"[^"\n]*"|<[^>\n]*>|[^()]/y) ?? reader.take(/[()]/y);
    if (passed[0] === '(') open += 1;
    if (passed[0] === ')') open -= 1;
    if (open === 0) return;
  }
  throw reader.error('A ) is missing after this', start);
}

/** [rows, columns, …]; of a number nothing. */
export function shapeOf(value) {
  const shape = [];
  for (let part = value; Array.isArray(part); part = part[0]) shape.push(part.length);
  return shape;
}
