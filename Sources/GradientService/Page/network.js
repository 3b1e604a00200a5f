export function mountNetwork(element) { element.textContent = 'network'; }
