// Shows the contract in Swagger UI. The contract names the server of its examples; here the one to
// try is the one that has answered this page.
const here = location.origin;

SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  tryItOutEnabled: true,
  validatorUrl: null, // It would send the contract to another host.
  responseInterceptor: (response) => {
    if (new URL(response.url, here).pathname === '/openapi.yaml' && response.text) {
      response.text = response.text.replace(/^servers:\n {2}- url: .*$/m, `servers:\n  - url: ${here}`);
    }
    return response;
  },
});
