// How numbers are written for people.

const superscript = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** `value` to `digits` significant digits: 0.0417, −12.5, 3.1 × 10⁻⁷. */
export function format(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return 'no number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  let text;
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = size.toExponential(Math.max(0, digits - 2)).split('e');
    const raised = [...String(Number(exponent))].map((sign) => superscript[sign]).join('');
    text = `${mantissa} × 10${raised}`;
  } else {
    text = String(Number(size.toPrecision(digits)));
  }
  return value < 0 ? `−${text}` : text;
}

/** So short that it fits into a cell of a picture. */
export function brief(value) {
  if (value === null || !Number.isFinite(value)) return '?';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === 0) return '0';
  if (size < 9.5e-10) return '≈0';
  if (size < 0.0005) return `${sign}${size.toExponential(0).replace('-', '−')}`;
  if (size < 0.0995) return sign + size.toFixed(3).slice(1);
  if (size < 0.995) return sign + size.toFixed(2).slice(1);
  if (size < 9.95) return sign + size.toFixed(1);
  if (size < 1000) return sign + size.toFixed(0);
  return `${sign}${size.toExponential(0).replace('+', '')}`;
}

/** [4, 40] as 4 × 40. */
export const shapeText = (shape) => (shape.length ? shape.join(' × ') : 'a number');

/** Counts a noun: 1 example, 2 examples. */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
