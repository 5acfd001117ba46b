import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { buildBicep } from '../../../../infra/rehearsal/azd/build.ts'
import { conditionHolds } from '../../../sandbox/azure/arm/access/conditions.ts'
import { findBicep } from '../../bicep-cli.ts'
import { read, ROOT } from '../../text-checks.ts'
import { DEPLOYER, startSubscription } from './subscription.ts'

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
const given = read('infra/app/rbac.bicep')
  .split(/^resource /m)
  .filter((block) => block.includes('Microsoft.Authorization/roleAssignments@'))
  .map((block) => ({
    whom: /^ {4}principalId: (\w+)$/m.exec(block)?.[1] ?? '',
    role: /roleDefinitions',\s+(?:appRoles\.)?(\w+)/.exec(block)?.[1] ?? '',
  }))

const withBicep = (await findBicep()).available ? test : test.skip
const compile = async (file: string): Promise<unknown> => (await buildBicep(join(ROOT, 'infra', file))).template

/** The condition as Azure gets it: both templates are deployed, as the page of pipelines has it. */
async function pipelineCondition(app: string): Promise<string> {
  const { arm } = startSubscription()
  const send = (template: unknown, parameters: Record<string, string>) =>
    arm.deploy({ name: 'x', location: 'uksouth', template, parameters, caller: DEPLOYER })
  await send(await compile('identity/main.bicep'), { environmentName: 'dev', location: 'uksouth' })
  const subject = 'repo:o@1/r@2:environment:dev'
  await send(await compile('pipeline/main.bicep'), { environmentName: 'dev', appPrincipalId: app, subject })
  const own = arm.roleAssignments().filter(({ condition }) => condition !== undefined)
  expect(own.map(({ scope }) => scope)).toEqual([expect.stringMatching(/\/resourceGroups\/rg-dev$/)])
  return own[0]?.condition ?? ''
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

  test('no other file gives rights, which a pipeline could then not give again', () => {
    const files = readdirSync(join(ROOT, 'infra'), { recursive: true, encoding: 'utf8' })
    const giving = files.filter(
      (file) => file.endsWith('.bicep') && /Authorization\/roleAssignments@/.test(read(`infra/${file}`)),
    )
    expect(giving.sort()).toEqual(['app/rbac.bicep', 'pipeline/main.bicep', 'pipeline/rights.bicep'])
  })

  test('at the subscription it has what starts and reads a deployment, action by action', () => {
    const [, actions = ''] = /actions: \[([^\]]*)\]/.exec(read('infra/pipeline/main.bicep')) ?? []
    const named = [...actions.matchAll(/^ {0,20}'([\w./*]+)'$/gm)].map(([, action = '']) => action)
    const changing = named.filter((action) => !action.endsWith('/read'))
    expect(changing.sort()).toEqual(
      ['validate/action', 'whatIf/action', 'write'].map((one) => `Microsoft.Resources/deployments/${one}`),
    )
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
