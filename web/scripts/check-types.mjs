// Fails when src/api/schema.d.ts is not what api/openapi.yaml says, by the options of `npm run types`.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const made = COMMENT_HEADER + astToString(await openapiTS(pathToFileURL(join(web, '..', 'api', 'openapi.yaml')), { defaultNonNullable: false }));
const kept = await readFile(join(web, 'src', 'api', 'schema.d.ts'), 'utf8');
if (made !== kept) {
  console.error('src/api/schema.d.ts differs from api/openapi.yaml: run `npm run types` and commit the result.');
  process.exit(1);
}
console.log('src/api/schema.d.ts is current.');
