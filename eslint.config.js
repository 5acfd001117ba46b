import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import importX from 'eslint-plugin-import-x'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

/** Who may import whom: a zone's target may not import from what stands in `from`, except what it names. */
const layer = (target, forbidden, message) => ({
  target: `./shared/${target}`,
  from: forbidden.map((name) => `./shared/${name}`),
  message,
})
const DIRECTION =
  'imports go functions → app → {http, oauth, mcp, manage} → {grants, entra, dataverse, reports} → {tokens, storage/ports}'
const TOP = ['app', 'oauth', 'mcp', 'manage', 'http']
const MIDDLE = ['grants', 'entra', 'dataverse', 'reports']
const zones = [
  ...['oauth', 'mcp', 'manage', 'http'].map((name) => layer(name, ['app', 'storage/table'], DIRECTION)),
  layer('http', ['oauth', 'mcp', 'manage', ...MIDDLE], DIRECTION),
  layer('oauth', ['mcp', 'manage', 'reports'], DIRECTION),
  layer('mcp', ['oauth', 'manage', 'entra'], DIRECTION),
  layer('manage', ['oauth', 'mcp'], DIRECTION),
  ...MIDDLE.map((name) => layer(name, [...TOP, 'storage/table'], DIRECTION)),
  layer('tokens', [...TOP, ...MIDDLE, 'storage'], DIRECTION),
  layer('storage', [...TOP, ...MIDDLE], DIRECTION),
  layer('telemetry', [...TOP, ...MIDDLE, 'tokens', 'storage', 'config'], 'telemetry is a leaf'),
  layer('config', [...TOP, ...MIDDLE, 'tokens', 'storage', 'telemetry'], 'config is a leaf'),
  ...['from-odata', 'from-fetchxml'].map((reader) => ({
    target: `./shared/dataverse/query/${reader}`,
    from: './shared',
    except: ['errors.ts', 'suggest.ts', 'query/model', 'query/say', `query/${reader}`].map(
      (name) => `./dataverse/${name}`,
    ),
    message: 'a reader reads spelling: what names and values mean is for query/resolve, which has metadata and a clock',
  })),
  {
    target: './functions',
    from: './shared',
    except: ['./app/app.ts', './app/small-heap.ts', './telemetry'],
    message:
      'a function file registers, it never decides: it imports shared/app/app.ts alone, and what is set before that',
  },
  { target: ['./functions', './shared'], from: ['./test', './infra'], message: 'the app never needs its tests' },
]

/** A package and the only places that may import it. */
const HOMES = {
  '@azure/functions': ['functions/**', 'shared/http/**'],
  '@azure/msal-node': ['shared/entra/**'],
  '@azure/data-tables': ['shared/storage/table/**', 'shared/app/azure-clients.ts'],
  '@azure/identity': ['shared/app/lazy/credential.ts'],
  '@azure/keyvault-secrets': ['shared/app/azure-clients.ts'],
}
const SOURCES = ['functions/**/*.ts', 'shared/**/*.ts']
const restrictPackages = (allowed) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: Object.keys(HOMES)
        .filter((name) => !allowed.includes(name))
        .map((name) => ({ name, message: `only ${HOMES[name].join(' and ')} may import it` })),
    },
  ],
})
const allHomes = [...new Set(Object.values(HOMES).flat())]
const homes = allHomes.map((glob) => ({
  files: [glob.endsWith('.ts') ? glob : `${glob}/*.ts`],
  rules: restrictPackages(Object.keys(HOMES).filter((name) => HOMES[name].includes(glob))),
}))

/** A budget of lines is met by cutting, not by packing; `...(x && { a })` may leave a member out, so it stays. */
const packed = {
  selector:
    'ObjectExpression > SpreadElement > ObjectExpression, ObjectExpression > SpreadElement > :matches(TSAsExpression, TSSatisfiesExpression) > ObjectExpression',
  message: 'no spread of members that are written right here: write them out beside the others',
}
const syntax = (...extra) => [
  'error',
  packed,
  { selector: 'TSEnumDeclaration', message: 'no enum: use a union of strings' },
  { selector: 'ExportAllDeclaration', message: 'no export *: name what is exported' },
  { selector: 'ExportDefaultDeclaration', message: 'no default export' },
  ...extra,
]
const clock = {
  selector:
    'CallExpression[callee.object.name="Date"][callee.property.name="now"], NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'the clock is an argument: only shared/app/app.ts reads it',
}
const environment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'process.env is read in shared/config/config.ts alone',
}
/** Its timer, and the request that it is for, live until the time is over, however soon the work ends. */
const deadline = {
  selector: 'CallExpression[callee.object.name="AbortSignal"][callee.property.name="timeout"]',
  message: 'a deadline ends with its work: within() of shared/telemetry/deadline.ts',
}

/** As one object, which no bundler takes apart, `z` carries everything that zod has: 0.1 MB that each worker reads. */
const wholeZod = {
  selector: 'ImportDeclaration[source.value="zod"][importKind!="type"] > :not(ImportNamespaceSpecifier, Literal)',
  message: "import * as z from 'zod', of which the bundle holds what is used",
}

export default defineConfig(
  globalIgnores(['dist/', 'dist.*/', 'coverage/', 'node_modules/', '.infra-check/']),
  js.configs.recommended,
  {
    // One long text of a stranger would else hold a whole instance: what the rules do not see, the time test does.
    files: ['**/*.{ts,js,mjs}'],
    plugins: { regexp },
    rules: {
      'no-restricted-syntax': ['error', packed],
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': syntax(),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/parameter-properties': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: SOURCES,
    plugins: { 'import-x': importX },
    rules: {
      ...restrictPackages([]),
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'no-restricted-syntax': syntax(clock, environment, deadline, wholeZod),
      'no-console': 'error',
    },
  },
  ...homes,
  { files: ['shared/app/app.ts'], rules: { 'no-restricted-syntax': syntax(environment, deadline, wholeZod) } },
  { files: ['shared/config/config.ts'], rules: { 'no-restricted-syntax': syntax(clock, deadline, wholeZod) } },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      // Of strictTypeChecked the two dearest: each works out the type that every expression is expected to have.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // What they import is installed by `npm run test:clients`, which checks their types: here it may be missing.
    files: ['test/clients/packages/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['*.config.js'],
    languageOptions: { globals: { process: 'readonly' } },
    rules: { 'no-restricted-syntax': 'off' },
  },
)
