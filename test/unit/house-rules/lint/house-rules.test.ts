import { beforeAll, describe, expect, test } from '@jest/globals'
import { lintSnippets } from './lint-snippets.ts'

const uses = (module: string, depth: string) => `import * as it from '${depth}${module}'\nexport const used = it\n`
const imports = (file: string, module: string): [string, string, string] => {
  const depth = module.startsWith('@') ? '' : '../'.repeat(file.split('/').length - 1)
  return [file, uses(module, depth), module]
}

/** file, code, what it does */
const DIRECTION: readonly [string, string, string][] = [
  imports('functions/token.ts', 'shared/oauth/metadata.ts'),
  imports('functions/token.ts', 'shared/grants/types.ts'),
  imports('functions/token.ts', 'shared/config/config.ts'),
  imports('shared/oauth/metadata.ts', 'shared/app/app.ts'),
  imports('shared/oauth/metadata.ts', 'shared/mcp/endpoint/server.ts'),
  imports('shared/oauth/metadata.ts', 'shared/storage/table/grants-table.ts'),
  imports('shared/mcp/endpoint/server.ts', 'shared/oauth/metadata.ts'),
  imports('shared/mcp/endpoint/server.ts', 'shared/entra/entra.ts'),
  imports('shared/mcp/endpoint/server.ts', 'shared/storage/table/grants-table.ts'),
  imports('shared/http/form.ts', 'shared/oauth/metadata.ts'),
  imports('shared/http/form.ts', 'shared/grants/types.ts'),
  imports('shared/grants/types.ts', 'shared/oauth/metadata.ts'),
  imports('shared/grants/types.ts', 'shared/http/form.ts'),
  imports('shared/grants/types.ts', 'shared/storage/table/grants-table.ts'),
  imports('shared/entra/entra.ts', 'shared/http/form.ts'),
  imports('shared/dataverse/web-api/client.ts', 'shared/mcp/endpoint/server.ts'),
  imports('shared/dataverse/query/from-odata/parse-filter.ts', 'shared/dataverse/metadata/model.ts'),
  imports('shared/dataverse/query/from-odata/tokens.ts', 'shared/dataverse/query/resolve/resolve-query.ts'),
  imports('shared/dataverse/query/from-fetchxml/parse-fetch.ts', 'shared/dataverse/metadata/metadata.ts'),
  imports('shared/dataverse/query/from-fetchxml/xml.ts', 'shared/dataverse/query/from-odata/tokens.ts'),
  imports('shared/reports/catalogue/catalogue.ts', 'shared/mcp/endpoint/server.ts'),
  imports('shared/tokens/token.ts', 'shared/grants/types.ts'),
  imports('shared/tokens/token.ts', 'shared/storage/ports.ts'),
  imports('shared/storage/ports.ts', 'shared/grants/types.ts'),
  imports('shared/storage/table/grants-table.ts', 'shared/grants/types.ts'),
  imports('shared/telemetry/audit.ts', 'shared/config/config.ts'),
  imports('shared/telemetry/audit.ts', 'shared/tokens/token.ts'),
  imports('shared/config/config.ts', 'shared/tokens/token.ts'),
  imports('shared/config/config.ts', 'shared/telemetry/audit.ts'),
  imports('shared/grants/types.ts', 'test/sandbox/people.ts'),
  imports('functions/token.ts', 'test/sandbox/people.ts'),
]

const PACKAGES: readonly [string, string, string][] = [
  imports('shared/oauth/metadata.ts', '@azure/data-tables'),
  imports('shared/grants/types.ts', '@azure/data-tables'),
  imports('shared/storage/ports.ts', '@azure/data-tables'),
  imports('shared/oauth/metadata.ts', '@azure/functions'),
  imports('shared/mcp/endpoint/server.ts', '@azure/functions'),
  imports('shared/app/app.ts', '@azure/functions'),
  imports('shared/oauth/metadata.ts', '@azure/msal-node'),
  imports('shared/grants/types.ts', '@azure/msal-node'),
  imports('functions/token.ts', '@azure/msal-node'),
  imports('shared/entra/entra.ts', '@azure/identity'),
  imports('shared/tokens/vault-keys.ts', '@azure/keyvault-secrets'),
  imports('shared/storage/table/grants-table.ts', '@azure/keyvault-secrets'),
]

const packs = (file: string): [string, string, string] => [
  file,
  'const c = 1\nexport const a = { b: 0, ...{ c, d: 2 } }\n',
  'packs members into a spread',
]

const open = (file: string): [string, string, string] => [
  file,
  'export class A {\n  b = 1\n}\n',
  'has a class that a literal passes for',
]

const wholeZod = (file: string): [string, string, string][] => [
  [file, "import { z } from 'zod'\nexport const a = z.string()\n", 'takes the object that holds all of zod'],
  [file, "import z from 'zod'\nexport const a = z.string()\n", 'takes all of zod by default'],
]

const SYNTAX: readonly [string, string, string][] = [
  ['shared/oauth/pkce/code-challenge.ts', 'export const a = process.env.SECRET\n', 'reads the environment'],
  ['functions/token.ts', 'export const a = process.env.SECRET\n', 'reads the environment'],
  ['shared/app/app.ts', 'export const a = process.env.SECRET\n', 'reads the environment'],
  ['shared/grants/types.ts', 'export const a = Date.now()\n', 'reads the clock'],
  ['shared/grants/types.ts', 'export const a = new Date()\n', 'reads the clock'],
  ['shared/config/config.ts', 'export const a = Date.now()\n', 'reads the clock'],
  ['shared/entra/entra.ts', 'export const a = AbortSignal.timeout(1)\n', 'sets a deadline that outlives its work'],
  ['shared/app/app.ts', 'export const a = AbortSignal.timeout(1)\n', 'sets a deadline that outlives its work'],
  ['shared/oauth/pkce/code-challenge.ts', 'enum A { B }\nexport const a = A.B\n', 'has an enum'],
  ['shared/oauth/pkce/code-challenge.ts', 'const a = 1\nexport default a\n', 'has a default export'],
  ['shared/oauth/metadata.ts', "export * from './pkce.ts'\n", 'exports everything'],
  ...['shared/app/app.ts', 'shared/config/config.ts', 'shared/grants/types.ts'].flatMap(wholeZod),
  ['test/sandbox/people.ts', 'enum A { B }\nexport const a = A.B\n', 'has an enum'],
  ...['shared/app/app.ts', 'shared/config/config.ts', 'shared/grants/types.ts', 'infra/build.ts'].map(packs),
  ...['shared/app/app.ts', 'shared/config/config.ts', 'shared/grants/types.ts', 'infra/build.ts'].map(open),
  ...['functions/token.ts', 'infra/doctor/doctor.mjs', 'test/queries/suite.ts', 'test/sandbox/dataverse/start.ts'].map(
    packs,
  ),
  ['shared/grants/types.ts', 'export const a = { ...{ b: 1 } }\n', 'spreads members alone'],
  ['shared/grants/types.ts', 'export const a = { b: { c: 1, ...{ d: 2, e: 3 } } }\n', 'packs members within others'],
  [
    'shared/grants/types.ts',
    'export const a = { b: 1, ...({ c: 2 } as { c: number }) }\n',
    'packs members under a type',
  ],
  [
    'shared/grants/types.ts',
    'export const a = { b: 1, ...({ c: 2 } satisfies object) }\n',
    'packs members under a rule',
  ],
]

const EXPECT = "import { expect } from '@jest/globals'\n"
const absent = (matcher: string): [string, string, string] => [
  'test/unit/some.test.ts',
  `${EXPECT}expect(String(process.pid)).not.${matcher}\n`,
  `looks for what a random id may hold: ${matcher}`,
]
const CHANCE = [
  ...["toContain('403')", "toContain('Dead')", 'toMatch(/0800/)', 'toMatch(/refused|403/)'].map(absent),
  ...['toMatch(/403|Forbidden/)', String.raw`toMatch(/\b403\b|[<>]/)`, String.raw`toMatch(/\d{3}/)`].map(absent),
  ...["'403'", '/403|Forbidden/'].map((what): [string, string, string] => [
    'infra/rehearsal/some.ts',
    `export const a = { neverSays: [${what}] }\n`,
    `never says ${what}`,
  ]),
]

const OTHERS: readonly [string, string, string][] = [
  ['shared/oauth/pkce/code-challenge.ts', "console.log('a')\n", 'eslint/no-console'],
  ['shared/oauth/pkce/code-challenge.ts', 'export const a = (b: any): unknown => b\n', 'typescript/no-explicit-any'],
  [
    'shared/oauth/pkce/code-challenge.ts',
    'export class A { constructor(private readonly b: string) {} }\n',
    'typescript/parameter-properties',
  ],
]

const ALLOWED: readonly [string, string, string][] = [
  ...["toContain('Forbidden')", "toContain('call?0800')", String.raw`toMatch(/0x8004|40333333|\d\/\d|\.$/)`].map(
    absent,
  ),
  ['infra/rehearsal/some.ts', "export const a = { neverSays: ['Forbidden', /^ {2}made/m] }\n", 'never says a word'],
  imports('functions/token.ts', 'shared/app/app.ts'),
  imports('functions/token.ts', '@azure/functions'),
  imports('shared/http/form.ts', '@azure/functions'),
  imports('shared/oauth/metadata.ts', 'shared/grants/types.ts'),
  imports('shared/oauth/metadata.ts', 'shared/entra/entra.ts'),
  imports('shared/mcp/endpoint/server.ts', 'shared/dataverse/web-api/client.ts'),
  imports('shared/dataverse/query/from-odata/parse-filter.ts', 'shared/dataverse/query/model/query.ts'),
  imports('shared/grants/types.ts', 'shared/storage/ports.ts'),
  imports('shared/entra/entra.ts', '@azure/msal-node'),
  imports('shared/storage/table/grants-table.ts', '@azure/data-tables'),
  imports('shared/app/azure-clients.ts', '@azure/keyvault-secrets'),
  ['shared/app/app.ts', 'export const a = Date.now()\n', 'reads the clock'],
  [
    'shared/grants/types.ts',
    'export class A {\n  #b = 1\n  c = () => this.#b\n}\n',
    'has a class with a private field',
  ],
  [
    'shared/grants/types.ts',
    'export class A {\n  private b = 1\n  c = () => this.b\n}\n',
    'has a class with a private field',
  ],
  ['shared/grants/types.ts', 'export class A extends Error {}\n', 'has an error'],
  ['shared/config/config.ts', 'export const a = process.env.SECRET\n', 'reads the environment'],
  ['shared/grants/types.ts', "import * as z from 'zod'\nexport const a = z.string()\n", 'takes what it uses of zod'],
  ['shared/grants/types.ts', "import type { z } from 'zod'\nexport type A = z.ZodString\n", 'takes types of zod'],
  ['test/sandbox/people.ts', "import { z } from 'zod'\nexport const a = z.string()\n", 'is deployed nowhere'],
  ['shared/grants/types.ts', 'export const a = new Date(0)\n', 'makes a date of a number'],
  ['shared/grants/types.ts', 'export const a = (b?: number) => ({ c: 1, ...(b && { b }) })\n', 'leaves a member out'],
  [
    'shared/grants/types.ts',
    'export const a = (b?: number) => ({ c: 1, ...(b ? { b } : {}) })\n',
    'leaves a member out',
  ],
  ['shared/grants/types.ts', 'export const a = (b: object) => ({ ...b, c: 1 })\n', 'adds a member to another object'],
  ['shared/grants/types.ts', 'export const a = [...[1, 2], { b: 3 }]\n', 'spreads an array'],
]

const ALL = [...DIRECTION, ...PACKAGES, ...SYNTAX, ...OTHERS, ...CHANCE, ...ALLOWED]
let verdicts: readonly string[][]
beforeAll(async () => {
  verdicts = await lintSnippets(
    ALL.map(([file, code]) => ({ file, code })),
    false,
  )
}, 60_000)
const rulesOf = (snippet: readonly [string, string, string]) =>
  verdicts[ALL.indexOf(snippet as never)] ?? ['not judged']

describe('imports go one way', () => {
  test.each(DIRECTION.map((one) => [one[0], one[2], one] as const))('%s may not import %s', (_file, _module, one) => {
    expect(rulesOf(one)).toContain('house/imports')
  })
})

describe('a package has its home', () => {
  test.each(PACKAGES.map((one) => [one[0], one[2], one] as const))('%s may not import %s', (_file, _module, one) => {
    expect(rulesOf(one)).toContain('eslint/no-restricted-imports')
  })
})

describe('the house rules of syntax', () => {
  test.each([...SYNTAX, ...CHANCE].map((one) => [one[0], one[2], one] as const))(
    '%s: refused when it %s',
    (_file, _what, one) => {
      expect(rulesOf(one)).toContain('house/syntax')
    },
  )
  test.each(OTHERS.map((one) => [one[0], one[2], one] as const))('%s: %s', (_file, rule, one) => {
    expect(rulesOf(one)).toContain(rule)
  })
})

describe('what the rules allow', () => {
  test.each(ALLOWED.map((one) => [one[0], one[2], one] as const))('%s: %s', (_file, _what, one) => {
    expect(rulesOf(one)).toEqual([])
  })
})
