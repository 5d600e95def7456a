// A small HTTP client for the tests. Every answer is held against the OpenAPI document as it comes in.
import assert from 'node:assert/strict';

function decode(contentType, bytes) {
  if (bytes.length === 0) return null;
  if (contentType?.startsWith('application/json')) return JSON.parse(bytes.toString('utf8'));
  return contentType?.startsWith('text/') ? bytes.toString('utf8') : bytes;
}

// `image` is {bytes, name?, type?}; other fields are texts.
export function formOf({ image, ...fields }) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (image) form.append('image', new Blob([image.bytes], { type: image.type ?? 'image/jpeg' }), image.name ?? 'photo.jpg');
  return form;
}

export class Client {
  #server;
  #token;

  constructor(server, token) {
    this.#server = server;
    this.#token = token;
  }

  get token() {
    return this.#token;
  }

  async request(method, path, { headers = {}, body } = {}) {
    const credentials = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    const options = { method, headers: { ...credentials, ...headers }, body, redirect: 'manual' };
    const answer = await fetch(this.#server.base + path, options);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type');
    const decoded = decode(contentType, bytes);
    const where = `${method} ${path}`;
    assert.ok(answer.headers.get('x-request-id'), `${where}: no X-Request-Id`);
    assert.notEqual(answer.status, 500, `${where}: ${bytes}\n${this.#server.log.slice(-2000)}`);
    this.#server.conformance?.check(method, path.split('?')[0], answer.status, contentType, decoded);
    return { status: answer.status, headers: answer.headers, body: decoded, bytes };
  }

  get(path, headers) {
    return this.request('GET', path, { headers });
  }
  head(path, headers) {
    return this.request('HEAD', path, { headers });
  }
  delete(path, headers) {
    return this.request('DELETE', path, { headers });
  }
  post(path, value, headers = {}) {
    return this.#send('POST', path, value, headers);
  }
  patch(path, value, headers = {}) {
    return this.#send('PATCH', path, value, headers);
  }
  put(path, value, headers = {}) {
    return this.#send('PUT', path, value, headers);
  }
  #send(method, path, value, headers) {
    if (value === undefined) return this.request(method, path, { headers });
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    return this.request(method, path, { headers: { 'Content-Type': 'application/json', ...headers }, body });
  }

  // One picture in a multipart form.
  upload(path, parts, headers) {
    return this.request('POST', path, { headers, body: formOf(parts) });
  }
  addToJob(job, bytes, fields = {}) {
    return this.upload(`/job/${job}/add_image`, { image: { bytes }, ...fields });
  }
  uploadPhoto(bytes, fields = {}) {
    return this.upload('/api/v1/images/photos/upload/', { image: { bytes }, ...fields });
  }

  // An access token for a name and password.
  async login(username, password) {
    const { status, body } = await this.post('/api/v1/auth/login', { username, password });
    assert.equal(status, 200, JSON.stringify(body));
    return body.access_token;
  }

  async newJob(fields = { title: 'A job' }) {
    const { status, body } = await this.post('/api/v1/jobs', fields);
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  }
  async newPhoto(bytes, fields = {}) {
    const { status, body } = await this.uploadPhoto(bytes, fields);
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  }
}

// {"error": {"code", "message", "details": {"field"}}} with this status, and about this field when one is given.
export function assertRefused(answer, status, field) {
  const allowed = Array.isArray(status) ? status : [status];
  assert.ok(allowed.includes(answer.status), `${answer.status} is not ${allowed}: ${JSON.stringify(answer.body)}`);
  assert.equal(typeof answer.body?.error?.message, 'string', JSON.stringify(answer.body));
  assert.ok(answer.body.error.message.length > 0);
  assert.equal(typeof answer.body.error.code, 'string');
  if (field) assert.equal(answer.body.error.details.field, field, JSON.stringify(answer.body));
}

// {"error": "text"}, the form of the rows whose clients expect it.
export function assertRefusedPlainly(answer, status, text) {
  const allowed = Array.isArray(status) ? status : [status];
  assert.ok(allowed.includes(answer.status), `${answer.status} is not ${allowed}: ${JSON.stringify(answer.body)}`);
  assert.deepEqual(Object.keys(answer.body), ['error']);
  assert.equal(typeof answer.body.error, 'string');
  if (text) assert.equal(answer.body.error, text);
}
