import { asJSONText, asPythonText } from './literal.js';
import { TakeawayError, numPyCode } from './numpy-code.js';

export { TakeawayError };

const somewhere = 'http://127.0.0.1:8080';

/** A request as a command of a shell, which needs no file and no quoting however long it is. */
export function asCurl(body, { path = '/backward', origin = somewhere } = {}) {
  return `curl -s ${origin}${path} -H 'Content-Type: application/json' --data-binary @- <<'END'\n${asJSONText(body)}\nEND\n`;
}

/** What is worth printing of an answer. */
const printed = {
  '/forward': `print("cost", answer["cost"])
print("outputs", answer["outputs"])
`,
  '/backward': `print("cost J =", answer["cost"])
for number, layer in enumerate(answer["layers"], 1):
    for name in ("dZ", "dW", "db"):
        if name in layer:
            print(f"{name}{number} =", layer[name])
`,
  '/check': `print(answer["summary"])
for tensor in answer["tensors"]:
    print(tensor["name"], tensor["verdict"])
`,
  '/train': `print(answer["outcome"])
print("cost of the first epoch", answer["costs"][0], "of the last", answer["costs"][-1])
`,
};

/** A request as Python with the package requests. */
export function asPython(body, { path = '/backward', origin = somewhere } = {}) {
  return `import requests

request = ${asPythonText(body)}

response = requests.post("${origin}${path}", json=request)
answer = response.json()
if not response.ok:
    raise SystemExit(f"{answer['title']}: {answer['detail']}")
${printed[path] ?? 'print(answer)\n'}`;
}

/** A request to /backward as NumPy code that computes the same without the service. */
export function asNumPy(body) {
  return numPyCode(body);
}

/** The body of a request. */
export function asJSON(body) {
  return `${asJSONText(body)}\n`;
}
