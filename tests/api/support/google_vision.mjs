// A server that speaks what Google documents of its token endpoint (RFC 7523) and of Cloud Vision's images:annotate. It
// verifies the signature of every statement and the token of every request, and answers what a test tells it to.
import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

export class GoogleVision {
  tokens = 0;
  requests = []; // what images:annotate was asked
  faults = []; // (response) => void, one for each of the next requests
  answer = () => ({});
  #server;

  async start() {
    await this.#listen(0);
    this.endpoint = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async #listen(port) {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  // Nobody listens at its address any more.
  async pause() {
    this.stop();
    await once(this.#server, 'close');
  }
  async resume() {
    await this.#listen(Number(new URL(this.endpoint).port));
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  // A service account's key file of this server.
  writeKey(folder) {
    const file = join(folder, 'google.json');
    const account = {
      type: 'service_account',
      client_email: 'inspector@example.iam',
      private_key_id: 'key-1',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${this.endpoint}/token`,
    };
    writeFileSync(file, JSON.stringify(account), { mode: 0o600 });
    return file;
  }

  async #handle(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    const send = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/token') return this.#giveToken(new URLSearchParams(body), send);
    if (request.url !== '/v1/images:annotate') return send(404, {});
    if (request.headers.authorization !== `Bearer token-${this.tokens}`) return send(401, { error: { code: 401, message: 'no such token' } });
    this.requests.push(JSON.parse(body));
    const fault = this.faults.shift();
    if (fault) return fault(response, send);
    return send(200, { responses: this.requests.at(-1).requests.map(this.answer) });
  }

  #giveToken(form, send) {
    const [head, claims, signature] = form.get('assertion').split('.');
    const signed = verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
    const { iss, scope, aud, iat, exp } = parse(claims);
    const isDue = iss === 'inspector@example.iam' && scope === 'https://www.googleapis.com/auth/cloud-vision' && aud === `${this.endpoint}/token` && exp - iat === 3600;
    if (!signed || !isDue || form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return send(400, { error: 'invalid_grant' });
    this.tokens += 1;
    return send(200, { access_token: `token-${this.tokens}`, expires_in: 3600, token_type: 'Bearer' });
  }
}
