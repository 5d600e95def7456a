// Starts Swagger UI. A browser that is signed in may try the requests: its CSRF token is added here.
let csrfToken;

async function readCsrfToken() {
  if (csrfToken === undefined) {
    const answer = await fetch('/api/v1/auth/session', { credentials: 'same-origin' });
    csrfToken = answer.ok ? (await answer.json()).csrf_token : '';
  }
  return csrfToken;
}

async function addCsrfToken(request) {
  const changes = !['GET', 'HEAD'].includes((request.method ?? 'GET').toUpperCase());
  const token = changes && !request.headers.Authorization ? await readCsrfToken() : '';
  if (token) request.headers['X-CSRF-Token'] = token;
  return request;
}

window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'none', // of this many routes, their groups are the overview
  tagsSorter: 'alpha',
  validatorUrl: null,
  requestInterceptor: addCsrfToken,
});
