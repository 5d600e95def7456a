// Findings for tests, drawn by a person: no network is needed for them.
import assert from 'node:assert/strict';
import { distinct, fixture } from './pictures.mjs';

export const photos = '/api/v1/images/photos';
export const nowhere = '018f0000-0000-7000-8000-000000000000';
export const lists = {
  anomaly: '/api/v1/images/anomalies',
  reading: '/api/v1/images/meter-readings',
  damage: '/api/v1/images/damage-reports',
  spotting: '/api/v1/images/spottings',
};

let made = 0;
export const newPhoto = (client, fields) => client.newPhoto(distinct(fixture('plain.jpg'), `found ${(made += 1)}`), fields);

export async function draw(client, photo, fields) {
  const { status, body } = await client.post(`${photos}/${photo}/findings`, fields);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
