import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import SwaggerParser from '@apidevtools/swagger-parser';
import { binary, root, startServer } from './support/server.mjs';

let server;
let operations;
let document;
before(async () => {
  server = await startServer();
  ({ operations, document } = server.conformance);
});
after(() => server?.stop());

const plain = (method, path) => `${method.toUpperCase()} ${path.replace(/\{[^}]+\}/g, '{}').replace(/(.)\/$/, '$1')}`;

test('the served document is valid', async () => {
  await SwaggerParser.validate(structuredClone(document));
});

test('each operation is named, and says which role and scope it asks for', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  for (const { operation } of operations) {
    assert.match(operation.operationId, /^[a-z][A-Za-z0-9]+$/);
    if (operation.security?.length === 0) continue;
    assert.ok(operation['x-least-role'], operation.operationId);
    assert.match(operation['x-scope'], /^[a-z]+:(read|write)$/, operation.operationId);
  }
});

test('inputs take no unknown fields', () => {
  for (const { operation } of operations) {
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
      const name = schema.$ref.split('/').pop();
      if (document.components.schemas[name].format === 'binary') continue;
      assert.equal(document.components.schemas[name].additionalProperties, false, name);
    }
  }
});

test('the document and the server’s table name the same routes, roles and scopes', () => {
  const { status, stdout, stderr } = spawnSync(binary, ['routes', '--json'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  assert.equal(status, 0, stderr);
  const printed = JSON.parse(stdout);
  const rows = (Array.isArray(printed) ? printed : printed.routes).filter((row) => row.operation);
  const served = rows.map((row) => `${row.operation}: ${plain(row.method, row.pattern)}`).sort();
  const written = operations.map(({ method, path, operation }) => `${operation.operationId}: ${plain(method, path)}`).sort();
  assert.deepEqual(written, served);
  for (const { operation } of operations) {
    const row = rows.find((one) => one.operation === operation.operationId);
    assert.equal(row.public, operation.security?.length === 0, operation.operationId);
    if (operation.security?.length === 0) continue;
    assert.equal(operation['x-least-role'], row.role, operation.operationId);
    assert.equal(operation['x-scope'], row.scope, operation.operationId);
  }
});

test('the web pages’ types name the same operations as the document', () => {
  const text = readFileSync(join(root, 'web', 'src', 'api', 'schema.d.ts'), 'utf8');
  const [, paths] = /export interface paths \{\n(.*?)\n\}/s.exec(text);
  const typed = [];
  let path = '';
  for (const line of paths.split('\n')) {
    path = /^ {4}"([^"]+)": \{$/.exec(line)?.[1] ?? path;
    const [, method, name] = /^ {8}(\w+): operations\["(\w+)"\];$/.exec(line) ?? [];
    if (name) typed.push(`${name}: ${plain(method, path)}`);
  }
  const written = operations.map(({ method, path: at, operation }) => `${operation.operationId}: ${plain(method, at)}`);
  assert.deepEqual(typed.sort(), written.sort());
});

test('each route answers, with and without the trailing slash, and asks for a sign-in where it says so', async () => {
  const visitor = server.anonymous();
  // A program on this machine needs no sign-in for some rows; what a proxy passes on is none.
  const headers = { 'X-Forwarded-For': '192.0.2.7' };
  for (const { method, path, operation } of operations) {
    const filled = path.replace(/\{[^}]+\}/g, '1');
    for (const target of [filled, `${filled}/`]) {
      const { status } = await visitor.request(method.toUpperCase(), target, { headers });
      const isOpen = operation.security?.length === 0;
      const what = `${operation.operationId}: ${status} at ${target}`;
      if (isOpen) assert.ok(![401, 404, 405].includes(status) || operation.operationId === 'refreshToken', what);
      else assert.equal(status, 401, what);
    }
  }
});

test('no route lets a caller below its role in', async () => {
  const order = ['viewer', 'technician', 'reviewer', 'operator', 'administrator'];
  for (const { method, path, operation } of operations) {
    const least = order.indexOf(operation['x-least-role'] ?? 'viewer');
    if (least === 0) continue;
    const client = await server.as(order[least - 1]);
    const { status } = await client.request(method.toUpperCase(), path.replace(/\{[^}]+\}/g, '1'));
    assert.equal(status, 403, `${operation.operationId} as ${order[least - 1]}`);
  }
});
