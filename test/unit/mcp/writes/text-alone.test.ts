import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { writePolicy } from '../../../../shared/config/writes/policy.ts'
import { markerId } from '../../../sandbox/dataverse/seed/markers.ts'
import { person } from '../../../sandbox/people.ts'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { openStage, type Stage } from '../support/sandbox-stage.ts'
import { commit, preview, writingWorker } from '../support/writing-stage.ts'

const policy = writePolicy.parse(
  JSON.stringify({
    tables: {
      account: { create: true },
      contact: { create: true },
      lead: { create: true, update: ['statecode'] },
      opportunity: { create: true, update: ['description', 'ownerid'] },
    },
  }),
)
let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = writingWorker(stage, { writes: { policy } })
})
afterAll(() => stage.close())

const DEAL = { entity: 'opportunity', id: markerId('own') }
const textOf = ({ content }: ToolAnswer): string => content.map(({ text }) => text).join('\n')
const done = async (asked: unknown): Promise<ToolAnswer> => await commit(worker, await preview(worker, asked))
type Made = { readonly entity: string; readonly id: string }

test('what is made of a lead stands in the text', async () => {
  const changes = [
    { column: 'lastname', to: 'Quayle' },
    { column: 'subject', to: 'Doors' },
    { column: 'companyname', to: 'Quayle & Co' },
    { column: 'description', to: 'Two doors.' },
  ]
  const lead = await done({ entity: 'lead', changes })
  expect(textOf(lead)).toMatch(/^- Also set: Status: Open$/m)
  const { record } = lead.structuredContent as { readonly record: Made }
  const qualified = await done({ operation: 'qualify_lead', id: record.id })
  const { made } = qualified.structuredContent as { readonly made: readonly Made[] }
  expect(made.map(({ entity }) => entity)).toEqual(['account', 'contact', 'opportunity'])
  for (const { entity, id } of made) expect(textOf(qualified)).toMatch(new RegExp(`^- Made: .*${entity}/${id}$`, 'm'))
})

test('what is emptied is called so', async () => {
  await done({ ...DEAL, changes: [{ column: 'description', to: 'Oak.' }] })
  const emptied = await done({ ...DEAL, changes: [{ column: 'description', to: null }] })
  expect(textOf(emptied)).toContain('- Description: Oak. → (empty)')
})

test('who gives a record away, and sees it no more, is offered no way back that fails', async () => {
  const given = await done({ ...DEAL, changes: [{ column: 'ownerid', to: person('sales manager').name }] })
  const again = await preview(worker, { ...DEAL, changes: [{ column: 'description', to: 'x' }] }).catch(String)
  expect(again).toContain('record_not_found')
  expect(textOf(given)).toMatch(/^Done: /)
  expect([Object.hasOwn(given.structuredContent ?? {}, 'undo'), textOf(given)]).toEqual([
    false,
    expect.not.stringContaining('take it back'),
  ])
})
