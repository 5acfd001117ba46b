import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import type { WriteTool } from '../../../../../shared/dataverse/change/model.ts'
import { previewCall } from '../../../../../shared/mcp/tools/write/commit/preview-call.ts'
import type { Preview } from '../../../../../shared/mcp/tools/write/preview-change.ts'
import { OPEN_DEAL } from '../../../dataverse/change/plan/cases.ts'
import { openStage, policyOf, type Stage } from '../../../dataverse/change/stage.ts'
import { preview } from './previewing.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** The call that a step prints. */
const callIn = (step: string): unknown => JSON.parse(step.slice(step.indexOf('{'), step.lastIndexOf('}') + 1))
const refused = async (args: unknown): Promise<QueryError> => {
  const error: unknown = await preview(stage, args).catch((caught: unknown) => caught)
  if (error instanceof QueryError) return error
  throw new TypeError('it was not refused')
}
const told = async (args: unknown, policy?: ReturnType<typeof policyOf>): Promise<Preview> =>
  (await preview(stage, args, policy ? { policy } : {})).outcome.structured as Preview

describe('arguments as others call them', () => {
  const RECORD = { entity: 'opportunity', id: OPEN_DEAL }
  test.each([
    ['a member of its own', { ...RECORD, estimatedvalue: 5 }, ['{"column":"estimatedvalue","to":…} in changes']],
    ['an object of columns', { ...RECORD, changes: { name: 'x' } }, ['use column']],
    ['an object of arguments', { ...RECORD, changes: { result: 'won' } }, ['{"column":"result","to":…} in changes']],
    ['field and value', { ...RECORD, changes: [{ field: 'name', value: 'x' }] }, ['use column', 'use to']],
    ['data', { ...RECORD, data: { name: 'x' } }, ['use changes (a list of {"column":…,"to":…})']],
    ['a label', { ...RECORD, changes: [{ column: 'name', to: 'x', label: 'Topic' }] }, ['leave it out']],
  ])('%s: where they go is said', async (_what, args, steps) => {
    const { code, nextStep } = await refused(args)
    expect(code).toBe('unknown_argument')
    for (const step of steps) expect(nextStep).toContain(step)
  })
})

describe('a plain operation by the name of its tool', () => {
  const changes = [{ column: 'estimatedvalue', to: 5 }]
  test('is what it is without', async () => {
    const asked = { entity: 'opportunity', id: OPEN_DEAL, changes }
    const [named, plain] = [await told({ ...asked, operation: 'update_record' }), await told(asked)]
    expect([named.ready, named.call?.tool, named.changes]).toEqual([true, 'update_record', plain.changes])
  })

  test.each([
    ['create_record', { id: OPEN_DEAL }],
    ['update_record', {}],
  ])('%s of the wrong record is refused', async (operation, where) => {
    const { code } = await refused({ operation, entity: 'opportunity', changes, ...where })
    expect(code).toBe('invalid_arguments')
  })
})

describe('what a writing tool is passed without a preview', () => {
  const Asked = z.object({ changes: z.array(z.object({ column: z.string(), to: z.unknown() })) })
  test.each([
    ['as members', { kind: 'task', subject: 'Ring' }],
    ['in changes as an object', { changes: { kind: 'task', subject: 'Ring' } }],
    [
      'in changes',
      {
        changes: [
          { column: 'kind', to: 'task' },
          { column: 'subject', to: 'Ring' },
        ],
      },
    ],
  ])('%s is the call that leads on', async (_how, passed) => {
    const call = callIn(previewCall('log_activity' satisfies WriteTool, passed))
    expect(Asked.parse(call).changes).toEqual([
      { column: 'kind', to: 'task' },
      { column: 'subject', to: 'Ring' },
    ])
    expect((await told(call, policyOf({ task: { create: true } }))).ready).toBe(true)
  })
})

test.each([
  ['opportunityclose', 'opportunityid', 'close_opportunity'],
  ['incidentresolution', 'incidentid', 'resolve_case'],
])('a row of %s alone closes nothing: its next step is the operation', async (entity, lookup, operation) => {
  const policy = policyOf({ [entity]: { create: true } })
  const { ready, problems = [] } = await told({ entity, changes: [{ column: lookup, to: OPEN_DEAL }] }, policy)
  expect([ready, problems.map(({ code }) => code)]).toEqual([false, ['use_other_tool']])
  expect(callIn(problems[0]?.nextStep ?? '')).toEqual({ operation, id: OPEN_DEAL })
})

test.each([
  ['minutes', { entity: 'task', changes: [{ column: 'actualdurationminutes', to: 'a quarter' }] }],
  ['a day', { entity: 'task', changes: [{ column: 'scheduledend', to: 'whenever' }] }],
  ['an address', { entity: 'contact', changes: [{ column: 'emailaddress1', to: 'none' }] }],
])('a value that nobody named, of %s, is an example and no order', async (_what, args) => {
  const policy = policyOf({ task: { create: true }, contact: { create: true } })
  const { problems = [] } = await told(args, policy)
  const [problem] = problems.filter(({ code }) => code === 'value_invalid')
  expect(problem?.nextStep).toMatch(/Pass it as in \{/)
  expect(problem?.nextStep).not.toMatch(/Pass \{/)
})
