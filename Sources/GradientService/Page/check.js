export function mountCheck(element) { element.textContent = 'check'; }
