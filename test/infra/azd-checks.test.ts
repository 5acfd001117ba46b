import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkHookVariables } from './azd/hook-variables.ts'
import { checkPaths } from './azd/paths.ts'
import { checkPlaceholders } from './azd/placeholders.ts'
import { readProject } from './azd/project.ts'

const AZURE_YAML = `name: x
infra:
  layers:
    - name: first
      path: infra/first
      hooks:
        preprovision: { kind: js, run: ../hooks/before.mjs }
    - name: second
      path: infra
      dependsOn: [first]
      hooks:
        postprovision: { kind: js, run: hooks/after.mjs }
services:
  app: { project: ., host: function }
hooks:
  postdeploy: { kind: js, run: infra/hooks/end.mjs }
`
const parameters = (values: Record<string, unknown>): string =>
  JSON.stringify({ parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])) })

const step = (name: string, body: string): Record<string, string> => ({
  [`infra/hooks/${name}.mjs`]: `import { start } from './run/start.mjs'\nawait start('../steps/${name}.ts', 'go')\n`,
  [`infra/hooks/steps/${name}.ts`]: `import { optional, required } from '../run/environment.ts'
import { setValue } from '../run/azd.ts'
import { shared } from '../run/shared.ts'
export const go = async (context: { env: Record<string, string> }) => { ${body} }
`,
})

/** A project of two layers and three hooks in which everything that is read has been set. */
const SOUND: Readonly<Record<string, string>> = {
  'azure.yaml': AZURE_YAML,
  'infra/first/main.bicep': "output ONE string = 'x'\noutput TENANT string = 'y'\n",
  'infra/first/main.parameters.json': parameters({ name: '${AZURE_ENV_NAME}', who: '${AZURE_PRINCIPAL_TYPE}' }),
  'infra/main.bicep': "output TWO string = 'x'\n",
  'infra/main.parameters.json': parameters({
    one: '${ONE}',
    all: { brand: '${BRAND_NAME=}' },
    url: '${DATAVERSE_URL}',
  }),
  'infra/hooks/run/start.mjs': 'export const start = async () => {}\n',
  'infra/hooks/run/environment.ts': `export const optional = (context: any, name: string) => context.env[name]
export const required = (context: any, name: string) => optional(context, name) ?? name
`,
  'infra/hooks/run/azd.ts':
    'export const setValue = (context: any, name: string, value: string) => [context, name, value]\n',
  'infra/hooks/run/shared.ts': `import { required } from './environment.ts'
export const shared = (context: any) => required(context, 'TWO')
`,
  ...step(
    'before',
    "required(context, 'DATAVERSE_URL'); setValue(context, 'CHOSEN_ID', optional(context, 'AZURE_ENV_NAME'))",
  ),
  ...step('after', "required(context, 'TENANT'); required(context, 'CHOSEN_ID'); shared(context)"),
  ...step('end', "optional(context, 'BRAND_NAME'); required(context, 'ONE')"),
}

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'azd-checks-'))
})
afterEach(() => rm(root, { recursive: true }))

const problemsWith = async (changes: Readonly<Record<string, string | undefined>>): Promise<string[]> => {
  for (const [file, text] of Object.entries({ ...SOUND, ...changes })) {
    if (text === undefined) continue
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), text)
  }
  const project = readProject(root)
  return [...checkPaths(root, project), ...checkPlaceholders(project), ...checkHookVariables(root, project)]
}

test('a sound project has no problem', async () => expect(await problemsWith({})).toEqual([]))

describe('each fault is named, alone', () => {
  test.each<[string, Record<string, string | undefined>, RegExp]>([
    [
      'a hook that needs what azd never sets',
      step('after', "required(context, 'AZURE_TENANT_ID')"),
      /^infra\/hooks\/after\.mjs: needs AZURE_TENANT_ID, which nothing has set by then$/,
    ],
    [
      'a hook that needs what only parameter files get',
      step('end', "required(context, 'AZURE_PRINCIPAL_ID')"),
      /end\.mjs: needs AZURE_PRINCIPAL_ID/,
    ],
    [
      'a hook that may do without what nobody can set',
      step('end', "optional(context, 'AZURE_PRINCIPAL_TYPE')"),
      /end\.mjs: reads AZURE_PRINCIPAL_TYPE, which nothing ever sets/,
    ],
    ['the environment read by hand', step('end', 'context.env.NO_SUCH_NAME'), /end\.mjs: reads NO_SUCH_NAME/],
    [
      'an output that comes after the hook, needed by a function far away',
      step('before', "setValue(context, 'CHOSEN_ID', shared(context))"),
      /before\.mjs: needs TWO, which nothing has set by then/,
    ],
    [
      'a value that only a later hook sets',
      {
        ...step('before', "required(context, 'LATE_ID'); setValue(context, 'CHOSEN_ID', '1')"),
        ...step('end', "setValue(context, 'LATE_ID', required(context, 'ONE'))"),
      },
      /before\.mjs: needs LATE_ID/,
    ],
    [
      'a parameter that nothing sets',
      { 'infra/main.parameters.json': parameters({ one: '${NOBODY_SETS_IT}', brand: '${BRAND_NAME=}' }) },
      /^infra\/main\.parameters\.json: one: nothing sets NOBODY_SETS_IT: .*\$\{NOBODY_SETS_IT=\}$/,
    ],
    [
      'a parameter deep inside an object',
      { 'infra/main.parameters.json': parameters({ all: { of: ['it', '${DEEP_NAME}'], brand: '${BRAND_NAME=}' } }) },
      /all: nothing sets DEEP_NAME/,
    ],
    [
      'a layer that takes its own output',
      { 'infra/main.parameters.json': parameters({ two: '${TWO=}', brand: '${BRAND_NAME=}' }) },
      /two: TWO is an output of this very layer/,
    ],
    [
      'an output of a layer that is not waited for',
      { 'infra/first/main.parameters.json': parameters({ two: '${TWO=}' }) },
      /two: TWO is an output of layer second, which is not in dependsOn/,
    ],
    [
      'a dependency that comes later',
      {
        'azure.yaml': AZURE_YAML.replace(
          '      path: infra/first\n',
          '      path: infra/first\n      dependsOn: [second]\n',
        ),
      },
      /layer first depends on second, which is no layer before it/,
    ],
    [
      'a hook whose file is missing',
      { 'infra/hooks/end.mjs': undefined },
      /azure\.yaml: infra\/hooks\/end\.mjs does not exist/,
    ],
    [
      'a layer without parameters',
      { 'infra/first/main.parameters.json': undefined },
      /main\.parameters\.json does not exist/,
    ],
    [
      'a hook outside the project',
      { 'azure.yaml': AZURE_YAML.replace('run: infra/hooks/end.mjs', 'run: ../end.mjs') },
      /azure\.yaml: \.\.\/end\.mjs is outside the project/,
    ],
  ])('%s', async (_what, changes, expected) => {
    const problems = await problemsWith(changes)
    expect(problems).toEqual([expect.stringMatching(expected)])
  })

  test('a hook that reads its variables in a way that the check does not know', async () => {
    expect(await problemsWith(step('end', 'context'))).toEqual([
      'infra/hooks/end.mjs: seems to read no variable: does this check still understand it?',
    ])
  })
})
