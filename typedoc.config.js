import { readFileSync } from 'node:fs';

const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** The source of each entry of the package: ./dist/oracle/index.d.ts is made of src/oracle/index.ts. */
const entryPoints = Object.values(exports)
  .map(({ types }) => types)
  .filter(Boolean)
  .map((types) => types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts'));

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'handgrad',
  entryPoints,
  tsconfig: 'tsconfig.build.json',
  out: 'docs/api',
  skipErrorChecking: true, // tsc has checked
  readme: 'none',
  includeVersion: true,
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  treatWarningsAsErrors: true,
  validation: { notExported: false, invalidLink: true },
};
