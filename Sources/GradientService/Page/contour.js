/**
 * Where values on a grid of `side` × `side` points, row by row, pass `level`: segments [x1, y1, x2, y2] in steps of the
 * grid. Marching squares; at a saddle the two corners above the level are kept apart.
 */
export function contour(values, side, level) {
  const segments = [];
  const crossing = (a, b) => (level - a) / (b - a);
  for (let y = 0; y + 1 < side; y += 1) {
    for (let x = 0; x + 1 < side; x += 1) {
      const [a, b, c, d] = [values[y * side + x], values[y * side + x + 1], values[(y + 1) * side + x + 1], values[(y + 1) * side + x]];
      const points = [];
      if (a > level !== b > level) points.push([x + crossing(a, b), y]);
      if (b > level !== c > level) points.push([x + 1, y + crossing(b, c)]);
      if (d > level !== c > level) points.push([x + crossing(d, c), y + 1]);
      if (a > level !== d > level) points.push([x, y + crossing(a, d)]);
      if (points.length === 2) segments.push([...points[0], ...points[1]]);
      if (points.length === 4) {
        const [bottom, right, top, left] = points;
        const pairs = a > level ? [[bottom, left], [right, top]] : [[bottom, right], [left, top]];
        for (const [from, to] of pairs) segments.push([...from, ...to]);
      }
    }
  }
  return segments;
}
