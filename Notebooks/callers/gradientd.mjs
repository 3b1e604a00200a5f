// A call of the service, for node (18 or newer) and browsers alike. In a page of another origin it
// works where the service was started with --cors-origin and that origin.
export async function call(url, name, request) {
  const response = await fetch(`${url}/${name}`, {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify(request),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);  // It names the field that is wrong.
  return answer;
}
