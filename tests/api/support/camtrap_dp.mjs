// Holds a Camera Trap Data Package against its published profile and table schemas (fixtures/camtrap-dp-1.0), with the
// Frictionless readers: they check types, required cells, enumerations, bounds, patterns, keys and foreign keys.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import datapackage from 'datapackage';
import tv4 from 'tv4';

const require = createRequire(import.meta.url);
const published = 'https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0/';
const fixture = (name) => JSON.parse(readFileSync(new URL(`../fixtures/camtrap-dp-1.0/${name}`, import.meta.url), 'utf8'));

const isTime = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
const formats = {
  uri: (value) => (/^[a-z][a-z0-9+.-]*:\S+$/i.test(value) ? null : `${value} is no URI`),
  'date-time': (value) => (isTime(value) ? null : `${value} is no time`),
  date: (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? null : `${value} is no date`),
};

const geojson = require('tableschema/lib/profiles/geojson.json');

export function checkDescription(description) {
  const checker = tv4.freshApi();
  checker.addFormat(formats);
  checker.addSchema('https://rs.gbif.org/data-packages/frictionless/data-package.json', fixture('data-package.json'));
  for (const address of ['http://json.schemastore.org/geojson.json', geojson.id].filter(Boolean)) checker.addSchema(address, geojson);
  const outcome = checker.validateMultiple(description, fixture('camtrap-dp-profile.json'));
  assert.deepEqual(outcome.missing, []);
  return outcome.errors.map((error) => `${error.dataPath}: ${error.message}`);
}

// `folder` holds an unpacked package. Returns its rows, each with its values as the schema reads them.
export async function readCamtrapDp(folder) {
  const description = JSON.parse(readFileSync(join(folder, 'datapackage.json'), 'utf8'));
  assert.deepEqual(checkDescription(description), []);
  assert.equal(description.profile, `${published}camtrap-dp-profile.json`);
  // The same package with the schemas in it: the published ones lie where a test does not reach.
  const local = structuredClone(description);
  local.profile = 'data-package';
  delete local.contributors; // whose roles the reader knows from before Camtrap DP, and which the profile has checked
  for (const resource of local.resources) {
    assert.equal(resource.schema, `${published}${resource.name}-table-schema.json`);
    resource.schema = fixture(`${resource.name}-table-schema.json`);
    resource.dialect = { delimiter: ',', quoteChar: '"', doubleQuote: true, lineTerminator: '\r\n' }; // the specification's, not guessed
  }
  writeFileSync(join(folder, 'local.json'), JSON.stringify(local));
  const opened = await datapackage.Package.load(local, { basePath: folder, strict: true });
  const tables = {};
  for (const resource of opened.resources) {
    assert.deepEqual(resource.headers ?? (await resource.read({ limit: 1 }), resource.headers), resource.schema.fieldNames);
    await resource.checkRelations();
    tables[resource.name] = await resource.read({ keyed: true, relations: false });
  }
  return { description, ...tables };
}
