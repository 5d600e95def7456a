// Checks answers against the OpenAPI document the server itself serves.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const methods = ['get', 'put', 'post', 'patch', 'delete', 'options'];

// References inside `schema` point into the document wherever the schema is compiled.
function rebased(schema) {
  if (Array.isArray(schema)) return schema.map(rebased);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === '$ref' && typeof value === 'string' ? value.replace(/^#/, 'openapi.json#') : rebased(value),
  ]);
  return Object.fromEntries(entries);
}

function patternOf(path) {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${escaped}/?$`);
}

export class Conformance {
  #ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  #compiled = new Map();

  static async of(base) {
    const answer = await fetch(`${base}/api/openapi.json`);
    const text = await answer.text();
    return answer.status === 200 ? new Conformance(JSON.parse(text)) : null;
  }

  constructor(document) {
    this.document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'openapi.json');
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      methods.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })),
    );
    // A fixed segment is nearer than a parameter: /photos/statistics before /photos/{id}.
    this.operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
    for (const one of this.operations) one.pattern = patternOf(one.path);
  }

  find(method, path) {
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
    return this.operations.find((one) => one.method === wanted && one.pattern.test(path));
  }

  #resolve(object) {
    if (!object?.$ref) return object;
    return object.$ref.slice(2).split('/').reduce((at, key) => at[key.replaceAll('~1', '/')], this.document);
  }

  #validator(key, schema) {
    if (!this.#compiled.has(key)) this.#compiled.set(key, this.#ajv.compile(rebased(schema)));
    return this.#compiled.get(key);
  }

  // Throws when a documented operation gave an answer that the document does not know.
  check(method, path, status, contentType, body) {
    const found = this.find(method, path);
    if (!found || method === 'HEAD') return;
    const { operationId, responses } = found.operation;
    // 401, 403, 405, 429 and 5xx belong to every operation; elsewhere the document must say what may come.
    const response = this.#resolve(responses[status] ?? responses.default ?? (status >= 400 ? {} : undefined));
    assert.ok(response, `${operationId} answered ${status}, which the document does not know`);
    const content = Object.entries(response.content ?? {});
    if (content.length === 0 || status === 304) return;
    const type = (contentType ?? '').split(';')[0];
    const media = content.find(([name]) => name === type || (name.endsWith('/*') && type.startsWith(name.slice(0, -1))));
    assert.ok(media, `${operationId} answered ${status} with ${type}, not ${content.map(([name]) => name)}`);
    if (type !== 'application/json') return;
    const validate = this.#validator(`${operationId} ${status}`, media[1].schema);
    assert.ok(validate(body), `${operationId} ${status}: ${this.#ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`);
  }
}
