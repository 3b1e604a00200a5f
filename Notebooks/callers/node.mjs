// node node.mjs
import {call} from "./gradientd.mjs";

const url = process.env.GRADIENTD_URL ?? "http://127.0.0.1:8080";
const answer = await call(url, "backward", {
  network: {layers: [
    {W: [[0.1, 0.2], [0.3, -0.1], [0.0, 0.4]], b: [0, 0, 0], activation: "relu"},
    {W: [[0.5, -0.3, 0.2]], b: [0], activation: "sigmoid"}]},
  batch: {X: [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], Y: [[0, 1, 0, 1, 1]]},
  loss: "binary_crossentropy",
});
console.log(answer.meaning.dW.formula);
answer.layers.forEach((layer, index) => console.log(`dW${index + 1}`, layer.dW));
