import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { conditionHolds } from '../../../sandbox/azure/arm/access/conditions.ts'
import { findBicep } from '../../bicep-cli.ts'
import { buildTemplate } from '../../bicep/build.ts'
import { localConfig } from '../../bicep/config.ts'
import { configOf } from '../../bicep/sources.ts'
import { read, ROOT } from '../../text-checks.ts'

const WRITE = 'Microsoft.Authorization/roleAssignments/write'
const DELETE = 'Microsoft.Authorization/roleAssignments/delete'
const [A, B, C] = ['a', 'b', 'c'].map((one) => `${one.repeat(8)}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
]
const asked = (RoleDefinitionId: string, PrincipalId = A) => ({ RoleDefinitionId, PrincipalId })

/** Microsoft's own example, with two roles. */
const EXAMPLE = `(
 (
  !(ActionMatches{'${WRITE}'})
 )
 OR
 (
  @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${A}, ${B}}
 )
)
AND
(
 (
  !(ActionMatches{'${DELETE}'})
 )
 OR
 (
  @Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${A}, ${B}}
 )
)`

describe('a condition', () => {
  test.each([
    [WRITE, A, true],
    [WRITE, B.toUpperCase(), true],
    [WRITE, C, false],
    [DELETE, A, true],
    [DELETE, C, false],
    ['Microsoft.Storage/storageAccounts/write', C, true],
  ])('%s of role %s: %s', (action, role, holds) => {
    expect(conditionHolds(EXAMPLE, action, asked(role))).toBe(holds)
  })

  test.each([
    '',
    '()',
    "(ActionMatches{'x'}",
    "ActionMatches{'x'} ActionMatches{'y'}",
    "ActionMatches{'x'} AND",
    "@Subject[x] StringEquals 'y'",
  ])('%j is refused, not guessed', (text) => {
    expect(() => conditionHolds(text, WRITE, asked(A))).toThrow()
  })
})

/** The ids by name, and what of them rbac.bicep gives to whom. */
const roles = new Map(
  [...read('infra/app/roles.bicep').matchAll(/^(?: {2}|var )(\w+)(?::| =) '([0-9a-f-]{36})'$/gm)].map(
    ([, name = '', id = '']) => [name, id],
  ),
)
const given = [
  ...read('infra/app/rbac.bicep').matchAll(/^ {4}principalId: (\w+)$[^}]*?roleDefinitions',\s+(?:appRoles\.)?(\w+)/gm),
].map(([, whom = '', role = '']) => ({ whom, role }))

const withBicep = (await findBicep()).available ? test : test.skip
const nested = z.object({ condition: z.string() })

/** The condition as Azure gets it, once Bicep's `format` and `join` are worked out. */
async function pipelineCondition(app: string): Promise<string> {
  const file = join(ROOT, 'infra/pipeline/rights.bicep')
  const { template } = await buildTemplate(file, { config: await localConfig(configOf(file)) })
  const { variables, resources } = z
    .object({
      variables: z.record(z.string(), z.string()),
      resources: z.record(z.string(), z.object({ properties: z.unknown() })),
    })
    .parse(template)
  const appRoles = [...roles].filter(([name]) => name !== 'keyVaultSecretsOfficer').map(([, id]) => id)
  const known = new Map(Object.entries(variables).map(([name, text]) => [`variables('${name}')`, text]))
  known.set("parameters('onlyTo')", app)
  known.set("variables('rolesText')", appRoles.join(', '))
  const evaluate = (text: string): string => {
    const [, format, list] = /^\[format\('(.*?)'((?:, \w+\('\w+'\))+)\)\]$/s.exec(text) ?? []
    if (format === undefined) return text.startsWith('[[') ? text.slice(1) : text
    const values = [...(list ?? '').matchAll(/, (\w+\('\w+'\))/g)].map(([, name = '']) =>
      evaluate(known.get(name) ?? name),
    )
    return format
      .replaceAll("''", "'")
      .replaceAll('{{', '\0')
      .replaceAll('}}', '\u0001')
      .replaceAll(/\{(\d)\}/g, (_whole, at: string) => values[Number(at)] ?? '')
      .replaceAll('\0', '{')
      .replaceAll('\u0001', '}')
  }
  const [text = ''] = Object.values(resources).flatMap(({ properties }) => {
    const { success, data } = nested.safeParse(properties)
    return success ? [data.condition] : []
  })
  return evaluate(text)
}

describe('what a pipeline may give', () => {
  test('every right of the template is known to this test', () => {
    const assignments = read('infra/app/rbac.bicep').match(/Microsoft\.Authorization\/roleAssignments@/g) ?? []
    expect(given).toHaveLength(assignments.length)
    expect(new Set(given.map(({ whom }) => whom))).toEqual(new Set(['appPrincipalId', 'keyOfficerPrincipalId']))
  })

  withBicep('is each role of the app, to the app alone', async () => {
    const condition = await pipelineCondition(A)
    for (const { whom, role } of given) {
      const id = roles.get(role) ?? ''
      expect({ role, holds: conditionHolds(condition, WRITE, asked(id, A)) }).toEqual({
        role,
        holds: whom === 'appPrincipalId',
      })
      for (const action of [WRITE, DELETE]) expect(conditionHolds(condition, action, asked(id, B))).toBe(false)
    }
  })

  withBicep('is none that lets somebody manage, or read keys', async () => {
    const condition = await pipelineCondition(A)
    const others = [
      '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
      'b24988ac-6180-42a0-ab88-20f7382dd24c',
      'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    ]
    for (const id of [...others, roles.get('keyVaultSecretsOfficer') ?? ''])
      for (const action of [WRITE, DELETE]) expect(conditionHolds(condition, action, asked(id, A))).toBe(false)
  })
})
