// Reads requests from standard input, a list of {body, path, origin}; prints what can be taken away of each.

import { readFileSync } from 'node:fs';

import { asCurl, asJSON, asNumPy, asPython } from '../../Sources/GradientService/Page/takeaway.js';

const requests = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(requests.map(({ body, ...place }) => ({
  curl: asCurl(body, place), python: asPython(body, place), json: asJSON(body),
  numpy: place.path === '/backward' ? asNumPy(body) : null,
}))));
