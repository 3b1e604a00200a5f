// The service's formulas: MathML as it stands, and the plain one in pieces for pictures.

/** The formula as MathML of this document, with its 1/m marked. */
export function formulaElement(step) {
  const parsed = new DOMParser().parseFromString(step.mathml, 'application/xml');
  const math = document.importNode(parsed.documentElement, true);
  math.setAttribute('display', 'block');
  for (const fraction of math.querySelectorAll('mfrac')) {
    const [over, under] = [...fraction.children].map((part) => part.textContent.trim());
    if (over === '1' && under === 'm') fraction.setAttribute('class', 'over-m');
  }
  // dW is one letter to the service's formula and two here: italic, as the other names are.
  for (const letters of math.querySelectorAll('mi')) {
    if (!/^d[A-Zb]$/.test(letters.textContent)) continue;
    const pair = [...letters.textContent].map((letter) => {
      const mi = document.createElementNS(math.namespaceURI, 'mi');
      mi.textContent = letter;
      return mi;
    });
    const row = document.createElementNS(math.namespaceURI, 'mrow');
    row.append(...pair);
    letters.replaceWith(row);
  }
  for (const bracket of math.querySelectorAll('msup mo, msubsup mo')) {
    if (!/^[[\]()]$/.test(bracket.textContent)) continue;
    for (const [name, value] of [['lspace', '0'], ['rspace', '0'], ['stretchy', 'false']]) bracket.setAttribute(name, value);
  }
  return math;
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Formulas that cannot be laid out with a picture in the place of each operand. */
const intricate = /where|,|e\^|\/\(|\)\/|Σⱼ|Σₖ|Σ W|ₖ|²\)? ?\+|−Y\//;

/**
 * `[{text} | {name, transposed}, …]`: the right side of the plain formula, where each operand stands once, so that pictures
 * can take its place; null where they had better stand beside it.
 */
export function piecesOf(step) {
  const at = step.formula.indexOf(' = ');
  const right = step.formula.slice(at + 3);
  if (at < 0 || intricate.test(right) || step.name === 'activation_forward' || step.name === 'loss') return null;
  const names = step.operands.map((operand) => operand.name).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![A-Za-z])(${names.map(escaped).join('|')})(ᵀ?)ᵢ?(?![A-Za-z0-9_])`, 'g');
  const pieces = [];
  let end = 0;
  for (const match of right.matchAll(pattern)) {
    if (match.index > end) pieces.push({ text: right.slice(end, match.index) });
    pieces.push({ name: match[1], transposed: match[2] === 'ᵀ' });
    end = match.index + match[0].length;
  }
  if (end < right.length) pieces.push({ text: right.slice(end) });
  const found = pieces.filter((piece) => piece.name).map((piece) => piece.name);
  return found.length === names.length && new Set(found).size === names.length ? pieces : null;
}

const operations = {
  loss: 'loss', output_gradient: 'slope of the loss', penalty: 'penalty',
};

/** What stands at the arrow from the operands to the result. */
export function operationName(step, activation) {
  if (step.name === 'activation_forward') return activation ?? 'activation';
  if (/activation_backward/.test(step.name)) return `slope of ${activation ?? 'the activation'}`;
  return operations[step.name] ?? step.name.replaceAll('_', ' ');
}
