export function mountTraining(element) {
  element.textContent = '';
}
