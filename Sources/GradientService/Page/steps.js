export function mountSteps(element) { element.textContent = 'steps'; }
