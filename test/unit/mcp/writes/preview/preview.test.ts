import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ChangeArguments, WriteTool } from '../../../../../shared/dataverse/change/model.ts'
import { operationOf } from '../../../../../shared/dataverse/change/operations/registry.ts'
import { previewChange, type Preview } from '../../../../../shared/mcp/tools/write/preview-change.ts'
import { CHANGE_META } from '../../../../../shared/mcp/app/change/change-meta.ts'
import { listTool } from '../../../../../shared/mcp/tool/tool-listing.ts'
import { OPEN_DEAL, WON_DEAL } from '../../../dataverse/change/plan/cases.ts'
import { openStage, policyOf, type Stage } from '../../../dataverse/change/stage.ts'
import { preview, type Previewed } from './previewing.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const toldOf = ({ outcome }: Previewed): Preview => outcome.structured as Preview
const ASKED = {
  entity: 'opportunity',
  id: OPEN_DEAL,
  changes: [
    { column: 'estimatedvalue', to: 55_000 },
    { column: 'rating', to: 'cold' },
    { column: 'parentaccountid', to: null },
  ],
}
const readyOf = (call: Preview['call']) => ({ ...call?.arguments }) as ChangeArguments & { readonly change: string }
/** What the call in a text says, which is all that many clients show their model. */
const callIn = (text: string): unknown => JSON.parse(/^call: (.*)$/m.exec(text)?.[1] ?? 'null')

describe('a change that is ready', () => {
  test('comes with the difference, and the call that makes it', async () => {
    const previewed = await preview(stage, ASKED)
    const { ready, problems, call, expiresAt, changes } = toldOf(previewed)
    expect([ready, problems, expiresAt]).toEqual([true, undefined, '2026-11-24T09:40:00.000Z'])
    expect(changes).toMatchObject([
      { column: 'estimatedvalue', from: 28_000, to: 55_000 },
      { from: 'Hot', to: 'Cold' },
      { from: 'Ashcombe Joinery Ltd', to: null },
    ])
    const { change, ...args } = readyOf(call)
    const tool = call?.tool as WriteTool
    const opened = await previewed.tokens.open(change, tool, args)
    const request = await operationOf(tool).request(args, (await stage.call()).context)
    expect(Buffer.from(opened.bodyHash)).toEqual(Buffer.from(await previewed.tokens.hashOf(request)))
    expect(opened).toMatchObject({ proof: 'host', acceptsDuplicates: false, etag: expect.stringMatching(/^W\//) })
  })

  test('is told whole in text', async () => {
    const previewed = await preview(stage, ASKED)
    const { text } = previewed.outcome
    expect(callIn(text)).toEqual(toldOf(previewed).call)
    expect(text).toContain('| Est. Revenue (GBP) | 28000 | 55000 |')
    expect(text).toContain('| Account | Ashcombe Joinery Ltd | (empty) |')
    expect(text.startsWith('Change 3 columns of the Opportunity')).toBe(true)
  })

  test('with long texts has the call whole, and shows each by its beginning', async () => {
    const entity = 'task'
    const changes = [
      { column: 'subject', to: 'x' },
      { column: 'description', to: 'é | " \\ \n'.repeat(200) },
    ]
    const previewed = await preview(stage, { entity, changes })
    expect(callIn(previewed.outcome.text)).toEqual(toldOf(previewed).call)
    expect(toldOf(previewed).call?.arguments).toMatchObject({ changes: [{ to: 'x' }, { to: changes[1]?.to }] })
    expect(toldOf(previewed).changes[1]?.to).toMatch(/… \(1800 characters\)$/)
  })

  test('tells the audit of columns, never of values', async () => {
    const { told, outcome } = await preview(stage, ASKED)
    expect(told).toEqual([
      {
        name: 'change.previewed',
        operation: 'update',
        entity: 'opportunity',
        recordId: OPEN_DEAL,
        columns: 'estimatedvalue,opportunityratingcode,parentaccountid',
        outcome: 'ok',
        changeId: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ])
    expect(outcome.records).toEqual([{ entity: 'opportunity', ids: [OPEN_DEAL] }])
  })
})

describe('who can prove a person', () => {
  test('by a card alone is given no call that the model could send', async () => {
    const { outcome } = await preview(stage, ASKED, { proof: 'card' })
    const { structured, text, meta } = outcome
    const call = meta?.[CHANGE_META] as { arguments: { change: string } }
    expect(call.arguments.change.length).toBeGreaterThan(80)
    expect(structured).not.toHaveProperty('call')
    expect(JSON.stringify([structured, text])).not.toContain(call.arguments.change)
  })

  test('by nothing at all is told so, and nothing is sealed', async () => {
    const previewed = await preview(stage, ASKED, { proof: 'none' })
    expect(toldOf(previewed)).toMatchObject({ ready: false, problems: [{ code: 'confirmation_needed' }] })
    expect(previewed.outcome).not.toHaveProperty('meta')
    expect(JSON.stringify(previewed.outcome)).not.toContain('"change":')
  })
})

describe('a change that is not ready', () => {
  test('has all its problems and no call', async () => {
    const previewed = await preview(stage, { ...ASKED, id: WON_DEAL })
    const { ready, call, problems, expiresAt } = toldOf(previewed)
    expect([ready, call, expiresAt]).toEqual([false, undefined, undefined])
    for (const { text, nextStep, code } of problems ?? [])
      expect(previewed.outcome.text).toContain(`${code}: ${text} ${nextStep}`)
    expect(previewed.told).toMatchObject([{ outcome: 'refused', code: 'record_closed' }])
  })

  test('names the rows that may be meant, in text as well', async () => {
    const asked = { ...ASKED, changes: [{ column: 'parentcontactid', to: 'Owen Cartwright' }] }
    const { outcome } = await preview(stage, asked)
    const [problem] = (outcome.structured as Preview).problems ?? []
    expect(problem?.candidates).toHaveLength(2)
    for (const { id } of problem?.candidates ?? []) expect(outcome.text).toContain(`(contact/${id})`)
    expect(outcome.records).toContainEqual({ entity: 'contact', ids: problem?.candidates?.map(({ id }) => id) })
  })

  test.each([
    [{ changes: [{ column: 'name', to: 'x' }] }, 'invalid_arguments'],
    [{ entity: 'nothing', changes: [] }, 'unknown_entity'],
    [{ entity: 'account', changes: [{ column: 'name', to: { a: 1 } }] }, 'invalid_arguments'],
    [{ entity: 'account', changes: [{ column: 'name' }] }, 'invalid_arguments'],
    [{ entity: 'account', changes: [{ column: 'name', to: 'x', from: 'y' }] }, 'unknown_argument'],
    [{ entity: 'account', operation: 'delete_record', changes: [] }, 'invalid_arguments'],
    [{ id: 'https://evil.example/main.aspx?etn=account&id=1', changes: [] }, 'foreign_link'],
  ])('%j is refused as %s', async (args, code) => {
    await expect(preview(stage, args)).rejects.toMatchObject({ code, nextStep: expect.stringMatching(/\w/) })
  })
})

test('a record that hides characters in its texts is sealed as it is shown', async () => {
  const hidden = 'Deal\u200b of\u{e0041} note\u202e'
  const path = `opportunities(${OPEN_DEAL})`
  await stage.send('sales rep', 'PATCH', path, {
    body: { name: hidden, description: hidden },
    headers: { 'if-match': '*' },
  })
  const previewed = await preview(stage, { ...ASKED, changes: [{ column: 'description', to: 'plain' }] })
  const { call } = toldOf(previewed)
  const { change, ...args } = readyOf(call)
  expect(args).toMatchObject({ name: 'Deal of note', changes: [{ from: 'Deal of note' }] })
  await expect(previewed.tokens.open(change, 'update_record', args)).resolves.toMatchObject({ proof: 'host' })
  stage.dataverse.reset()
})

test('a column under human wants a proof that is asked for as such', async () => {
  const policy = policyOf({ opportunity: { update: ['estimatedvalue', 'name'], human: ['estimatedvalue'] } })
  const humans = await Promise.all(
    ['estimatedvalue', 'name'].map(async (column) => {
      const plan = await stage.plan(
        { entity: 'opportunity', id: OPEN_DEAL, changes: [{ column, to: column === 'name' ? 'x' : 1 }] },
        { policy },
      )
      return plan.human
    }),
  )
  expect(humans).toEqual([true, false])
})

test('says itself in the bytes that the list of tools has for it', () => {
  const listed = listTool(previewChange, 'dynamics.read dynamics.write')
  expect(Buffer.byteLength(JSON.stringify(listed))).toBeLessThan(2_600)
  expect(listed.annotations).toEqual({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  })
})
