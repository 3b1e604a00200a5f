import { PasteError } from './paste-arrays.js';

const labelNames = /^(label|labels|class|classes|target|y|species|category|kind|outcome)$/i;

/**
 * A table with commas, semicolons, tabs or spaces between its cells: {columns, rows, isText}, rows of
 * cells with their places.
 */
function readTable(text) {
  const lines = text.split(/\r\n|\r|\n/).map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' && !line.trim().startsWith('#'));
  if (lines.length === 0) throw new PasteError('There is nothing to read');
  const separator = ['\t', ';', ','].find((mark) => lines[0].line.includes(mark)) ?? ' ';
  const rows = lines.map(({ line, number }) => ({ number, cells: cellsOf(line, number, separator) }));
  const width = rows[0].cells.length;
  for (const { number, cells } of rows) {
    if (cells.length !== width) {
      throw new PasteError(`This row has ${counted(cells.length)}, the first one ${width}`, { line: number, column: 1 });
    }
  }
  return { rows, separator, width };
}

function counted(cells) {
  return `${cells} ${cells === 1 ? 'cell' : 'cells'}`;
}

function cellsOf(line, number, separator) {
  if (separator === ' ') {
    return [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
  }
  const cells = [];
  let start = 0;
  while (start <= line.length) {
    const opening = /^\s*"/.exec(line.slice(start));
    if (opening) {
      const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(line.slice(start));
      const after = quoted && line[start + quoted[0].length];
      if (!quoted || (after !== undefined && after !== separator)) {
        throw new PasteError('This " has no end', { line: number, column: start + opening[0].length });
      }
      cells.push({ text: quoted[1].replaceAll('""', '"'), column: start + 1 });
      start += quoted[0].length + 1;
      continue;
    }
    const end = line.indexOf(separator, start);
    const text = line.slice(start, end < 0 ? line.length : end);
    cells.push({ text: text.trim(), column: start + 1 + (text.length - text.trimStart().length) });
    if (end < 0) break;
    start = end + 1;
  }
  return cells;
}

/** The number that a cell has; NaN for another text. With a decimal comma where commas do not separate. */
function numberOf(text, separator) {
  const plain = separator !== ',' && /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/.test(text) ? text.replace(',', '.') : text;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : NaN;
}

/**
 * Examples of a table, a row each: {X, Y?, classes?, names?, notes} in the course's layout. The labels
 * are the column of that name, or number from 1; unless told, one that is named or looks like labels.
 */
export function parseTable(text, { labels = null } = {}) {
  const { rows, separator, width } = readTable(text);
  const isText = (cell) => Number.isNaN(numberOf(cell.text, separator));
  const body = rows.slice(1);
  const hasHeader = body.length > 0 && rows[0].cells.every(isText)
    || body.length > 0 && rows[0].cells.some((cell, j) => isText(cell) && !body.some((row) => isText(row.cells[j])));
  const examples = hasHeader ? body : rows;
  const names = hasHeader ? rows[0].cells.map((cell) => cell.text) : null;
  const notes = [];
  const column = labelColumn({ examples, names, width, labels, isText, separator, notes });
  const features = Array.from({ length: width }, (_, j) => j).filter((j) => j !== column);
  if (features.length === 0) throw new PasteError('There is only one column, and it has the labels');
  const value = (cell, line) => {
    const number = numberOf(cell.text, separator);
    if (Number.isFinite(number)) return number;
    const what = cell.text === '' ? 'This cell is empty' : `“${cell.text.slice(0, 40)}” is no finite number`;
    throw new PasteError(what, { line, column: cell.column });
  };
  const X = features.map((j) => examples.map((row) => value(row.cells[j], row.number)));
  const table = { X, notes, ...(names && { names: features.map((j) => names[j]) }) };
  if (column === null) return table;
  return { ...table, ...targetsOf(examples.map((row) => row.cells[column]), separator, notes) };
}

function labelColumn({ examples, names, width, labels, isText, separator, notes }) {
  if (labels !== null) {
    const named = names?.indexOf(String(labels)) ?? -1;
    const column = named >= 0 ? named : Number(labels) - 1;
    if (!(column >= 0 && column < width)) throw new PasteError(`There is no column “${labels}”`);
    return column;
  }
  const texts = Array.from({ length: width }, (_, j) => j).filter((j) => examples.some((row) => isText(row.cells[j]) && row.cells[j].text !== ''));
  if (texts.length === 1) return texts[0];
  const named = names?.findIndex((name) => labelNames.test(name)) ?? -1;
  if (named >= 0) return named;
  if (width < 2) return null;
  const last = examples.map((row) => numberOf(row.cells[width - 1].text, separator));
  const few = new Set(last).size;
  if (!last.every((x) => Number.isInteger(x) && x >= 0) || few < 2 || few > Math.min(10, examples.length / 2)) return null;
  notes.push(`The last column is taken for the labels: it has ${few} whole numbers only.`);
  return width - 1;
}

/** Of two classes one row of 0 and 1, of more a row for each; numbers that are no classes as they are. */
function targetsOf(cells, separator, notes) {
  const numbers = cells.map((cell) => numberOf(cell.text, separator));
  if (numbers.every(Number.isFinite) && !numbers.every(Number.isInteger)) return { Y: [numbers] };
  const classes = [...new Set(cells.map((cell) => cell.text))];
  classes.sort(numbers.every(Number.isFinite) ? (a, b) => Number(a) - Number(b) : undefined);
  if (classes.length > 100) throw new PasteError(`The labels are of ${classes.length} classes; at most 100 are taken`);
  if (classes.length < 2) throw new PasteError(`All labels are “${classes[0]}”: there is nothing to tell apart`);
  if (classes.length === 2) {
    notes.push(`“${classes[0]}” is 0, “${classes[1]}” is 1.`);
    return { Y: [cells.map((cell) => classes.indexOf(cell.text))], classes };
  }
  return { Y: classes.map((name) => cells.map((cell) => Number(cell.text === name))), classes };
}
