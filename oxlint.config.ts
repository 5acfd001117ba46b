import { fileURLToPath } from 'node:url'
import { defineConfig, type DummyRule, type DummyRuleMap } from 'oxlint'
import type { Forbidden, Zone } from './infra/lint/house-rules.ts'
import { COMPILED, FAULTS, TYPED, TYPESCRIPT } from './infra/lint/rules.ts'

/** Who may import whom: a zone's target may not import from what stands in `from`, except what it names. */
const layer = (target: string, forbidden: readonly string[], message: string): Zone => ({
  target: `shared/${target}`,
  from: forbidden.map((name) => `shared/${name}`),
  message,
})
const DIRECTION =
  'imports go functions → app → {http, oauth, mcp, manage} → {grants, entra, dataverse, reports} → {tokens, storage/ports}'
const TOP = ['app', 'oauth', 'mcp', 'manage', 'http']
const MIDDLE = ['grants', 'entra', 'dataverse', 'reports']
const zones: readonly Zone[] = [
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
    target: `shared/dataverse/query/${reader}`,
    from: 'shared',
    except: ['errors.ts', 'advice/suggest.ts', 'query/model', 'query/say', `query/${reader}`].map(
      (name) => `dataverse/${name}`,
    ),
    message: 'a reader reads spelling: what names and values mean is for query/resolve, which has metadata and a clock',
  })),
  {
    target: 'functions',
    from: 'shared',
    except: ['app/app.ts', 'app/small-heap.ts', 'telemetry'],
    message:
      'a function file registers, it never decides: it imports shared/app/app.ts alone, and what is set before that',
  },
  { target: ['functions', 'shared'], from: ['test', 'infra'], message: 'the app never needs its tests' },
]

/** A package and the only places that may import it. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@azure/functions': ['functions/**', 'shared/http/**'],
  '@azure/msal-node': ['shared/entra/**'],
  '@azure/data-tables': ['shared/storage/table/**', 'shared/app/azure-clients.ts'],
  '@azure/identity': ['shared/app/lazy/credential.ts'],
  '@azure/keyvault-secrets': ['shared/app/azure-clients.ts'],
}
const SOURCES = ['functions/**/*.ts', 'shared/**/*.ts']
const restrictPackages = (allowed: readonly string[]): DummyRuleMap => ({
  'no-restricted-imports': [
    'error',
    {
      paths: Object.entries(HOMES)
        .filter(([name]) => !allowed.includes(name))
        .map(([name, globs]) => ({ name, message: `only ${globs.join(' and ')} may import it` })),
    },
  ],
})
const allHomes = [...new Set(Object.values(HOMES).flat())]
const homes = allHomes.map((glob) => ({
  files: [glob.endsWith('.ts') ? glob : `${glob}/*.ts`],
  rules: restrictPackages(Object.keys(HOMES).filter((name) => HOMES[name]?.includes(glob))),
}))

/** A budget of lines is met by cutting, not by packing; `...(x && { a })` may leave a member out, so it stays. */
const packed = {
  selector:
    'ObjectExpression > SpreadElement > ObjectExpression, ObjectExpression > SpreadElement > :matches(TSAsExpression, TSSatisfiesExpression) > ObjectExpression',
  message: 'no spread of members that are written right here: write them out beside the others',
}
/** TypeScript compares members: without a private one, a literal passes for what the constructor alone should make. */
const nominal = {
  selector:
    'ClassDeclaration[superClass=null]:not(:has(PropertyDefinition > PrivateIdentifier)):not(:has(PropertyDefinition[accessibility="private"]))',
  message: 'a class has a private field, so that no other object passes for one',
}
/** An id of random digits may hold a short run of them: what must not be there is looked for by more, or by other letters. */
const chance = [
  '[value=/^[0-9a-f]{1,7}$/i]',
  String.raw`[regex.pattern=/(^|\|)(\\[bB])?([0-9a-f]|\\d|\{\d+\}){1,7}(\\[bB])?(\||$)/i]`,
]
  .flatMap((short) => [
    `CallExpression[callee.object.property.name="not"][callee.property.name=/^to(Contain|Match)$/] > Literal${short}`,
    `Property[key.name="neverSays"] Literal${short}`,
  ])
  .map((selector) => ({ selector, message: 'a random id may hold this: look for more, or for letters above f' }))
const syntax = (...extra: readonly Forbidden[]): DummyRule => [
  'error',
  packed,
  { selector: 'TSEnumDeclaration', message: 'no enum: use a union of strings' },
  { selector: 'ExportAllDeclaration', message: 'no export *: name what is exported' },
  { selector: 'ExportDefaultDeclaration', message: 'no default export' },
  ...chance,
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

const all = (names: readonly string[], severity: 'error' | 'off'): DummyRuleMap =>
  Object.fromEntries(names.map((name) => [name, severity]))
const plugin = (name: string, address: string) => ({ name, specifier: fileURLToPath(address) })

export default defineConfig({
  plugins: ['typescript'],
  jsPlugins: [
    plugin('house', import.meta.resolve('./infra/lint/house-rules.ts')),
    plugin('regexp', import.meta.resolve('eslint-plugin-regexp')),
  ],
  categories: { correctness: 'off' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['dist/', 'dist.*/', 'coverage/', 'node_modules/', '.infra-check/'],
  rules: {
    ...all([...FAULTS, ...COMPILED], 'error'),
    'house/syntax': ['error', packed],
    // One long text of a stranger would else hold a whole instance: what the rules do not see, the time test does.
    'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
  },
  overrides: [
    {
      files: ['**/*.ts'],
      rules: {
        ...all(COMPILED, 'off'),
        ...all([...TYPESCRIPT, ...TYPED], 'error'),
        'house/syntax': syntax(),
        'typescript/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
        'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
        'typescript/restrict-plus-operands': [
          'error',
          {
            allowAny: false,
            allowBoolean: false,
            allowNullish: false,
            allowNumberAndString: false,
            allowRegExp: false,
          },
        ],
        'typescript/return-await': ['error', 'error-handling-correctness-only'],
        'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
        // No name excuses what nobody uses, `_` neither.
        'no-unused-vars': [
          'error',
          {
            ignoreRestSiblings: true,
            varsIgnorePattern: '^$',
            argsIgnorePattern: '^$',
            caughtErrorsIgnorePattern: '^$',
          },
        ],
      },
    },
    { files: ['infra/**/*.ts'], rules: { 'house/syntax': syntax(nominal) } },
    {
      files: SOURCES,
      rules: {
        ...restrictPackages([]),
        'house/imports': ['error', zones],
        'house/syntax': syntax(clock, environment, deadline, wholeZod, nominal),
        'no-console': 'error',
      },
    },
    ...homes,
    { files: ['shared/app/app.ts'], rules: { 'house/syntax': syntax(environment, deadline, wholeZod, nominal) } },
    { files: ['shared/config/config.ts'], rules: { 'house/syntax': syntax(clock, deadline, wholeZod, nominal) } },
    {
      files: ['test/**/*.ts'],
      rules: {
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-non-null-assertion': 'off',
        'typescript/require-await': 'off',
        'typescript/no-unsafe-enum-assignment': 'off',
      },
    },
    // What they import is installed by `npm run test:clients`, which checks their types: here it may be missing.
    { files: ['test/clients/packages/*.ts'], rules: all(TYPED, 'off') },
    {
      files: ['*.config.{js,ts}'],
      globals: { process: 'readonly' },
      rules: { 'house/syntax': 'off' },
    },
  ],
})
