import { z } from 'zod'
import { postMcp, readResult, readRpc } from '../chatgpt/mcp.ts'
import type { ToolResult } from '../chatgpt/client.ts'
import { cell, type Row, recordSchema } from './answers.ts'
import type { Cast } from './questions.ts'
import { call, type Stage, type Visitor } from './stage.ts'

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]).optional()
const Line = z.looseObject({ column: z.string(), label: z.string(), from: Value, to: Value })
const Change = z.looseObject({ column: z.string(), to: Value })
const Ready = z.looseObject({
  ready: z.literal(true),
  changes: z.array(Line),
  call: z.looseObject({ tool: z.string(), arguments: z.looseObject({ changes: z.array(Line) }) }),
})
const Done = z.looseObject({
  done: z.literal(true),
  undo: z.looseObject({ entity: z.string(), id: z.string(), changes: z.array(Change) }),
})
const Kept = z.looseObject({ ready: z.boolean(), next: z.string() })
const Refused = z.looseObject({ error: z.looseObject({ code: z.string(), text: z.string() }) })
const Tools = z.looseObject({
  tools: z.array(z.looseObject({ annotations: z.looseObject({ readOnlyHint: z.boolean() }) })),
})

type Ready = z.output<typeof Ready>
/** The record of the story, and who changes it. */
type Play = { readonly stage: Stage; readonly rep: Visitor; readonly row: Row }

const refusalIn = ({ structuredContent }: ToolResult) => Refused.safeParse(structuredContent).data?.error
const writesAt = ({ sandbox }: Stage): number => {
  const { create, update, action } = sandbox.dataverse.counters().kinds
  return create + update + action
}

/** A change of the rep's own opportunity from the first question to the way back. */
export async function changeAndUndo(stage: Stage, { rep, manager }: Cast, row: Row): Promise<void> {
  const play = { stage, rep, row }
  await nothingOfItWhereOff(play)
  stage.print.heading(`${rep.first} changes a record, where an administrator lets her`)
  const asked = [{ column: 'estimatedclosedate', to: `${new Date().getUTCFullYear() + 1}-03-31` }]
  await permission(play, asked)
  const { undo } = await write(play, await preview(play, asked))
  await colleagueWasFaster(play, manager)
  await onlyByAPerson(play)
  await takeBack(play, undo)
}

/** A deployment as it comes: another instance of the same app, in which nobody has switched writing on. */
async function nothingOfItWhereOff({ stage, rep }: Play): Promise<void> {
  const { sandbox, print, prove } = stage
  print.heading('As it is deployed, the app only reads')
  const off = await sandbox.startInstance({ WRITES: 'off' })
  print.say('Another instance of the app, in which no administrator has switched writing on:')
  const { access_token: accessToken } = rep.chat.connection.tokens
  const ask = (method: string, params: Record<string, unknown> = {}) =>
    postMcp({ userAgent: 'openai-mcp/1.0.0' }, `${off.url}/mcp`, { id: 1, method, params, accessToken })
  const listed = Tools.parse(readResult('tools', await ask('tools/list'), 1)).tools
  const called = readRpc('a write', await ask('tools/call', { name: 'update_record', arguments: {} }), 1)
  await off.close()
  const reads = listed.every(({ annotations }) => annotations.readOnlyHint)
  prove(
    `all ${listed.length} tools that it has only read, and one that writes cannot be called`,
    reads && called.error !== undefined,
  )
}

async function permission({ stage, rep, row }: Play, changes: readonly object[]): Promise<void> {
  const { print, prove } = stage
  print.question(rep.first, `Move the close date of "${cell(row.name)}" to the end of next March`)
  const args = { entity: 'opportunity', id: row.opportunityid, changes }
  const first = await rep.chat.callTool('preview_change', args)
  print.quote(refusalIn(first)?.text ?? '')
  const challenge = await rep.chat.stepUp(first, rep.upn, { tick: true })
  const isOwn = challenge?.scope?.split(' ').includes('dynamics.write') === true
  prove('to change records wants a permission of its own: a box on our page, which she ticks', isOwn)
}

/** @returns the ready call */
async function preview({ stage, rep, row }: Play, changes: readonly object[]): Promise<Ready> {
  const before = writesAt(stage)
  const args = { entity: 'opportunity', id: row.opportunityid, changes }
  const ready = Ready.parse((await call(rep, 'preview_change', args)).structuredContent)
  const { print, prove } = stage
  print.table(
    [{ title: 'column' }, { title: 'from' }, { title: 'to' }],
    ready.changes.map(({ label, from, to }) => [label, cell(from), cell(to)]),
  )
  if (before === 0) prove('the preview shows what would change, and writes nothing', writesAt(stage) === before)
  return ready
}

async function write(play: Play, { call: { tool, arguments: args } }: Ready): Promise<z.output<typeof Done>> {
  const { stage, rep } = play
  const { print, prove } = stage
  const altered = { ...args, changes: args.changes.map((one) => ({ ...one, to: '2099-12-31' })) }
  print.say('  … a model that sends another date than it was given:')
  const refusal = refusalIn(await rep.chat.callTool(tool, altered))
  prove('with another value than was previewed nothing is written', refusal?.code === 'change_altered')
  print.question(rep.first, 'Yes, do it')
  const result = await call(rep, tool, args)
  print.quote(
    (result.content[0]?.text ?? '')
      .split('\n')
      .slice(0, 1 + args.changes.length)
      .join('\n'),
  )
  await call(rep, tool, args)
  const [to, by] = await stored(play, ['estimatedclosedate', 'modifiedby'])
  const isThere = to === args.changes[0]?.to && by === rep.name && writesAt(stage) === 1
  prove(`what was previewed is written, as ${rep.name}, and once though it was sent twice`, isThere)
  return Done.parse(result.structuredContent)
}

async function stored({ rep, row }: Play, select: readonly string[]): Promise<unknown[]> {
  const args = { entity: 'opportunity', id: row.opportunityid, select }
  const { record } = recordSchema.parse((await call(rep, 'get_record', args)).structuredContent)
  return select.map((name) => record[name])
}

const ASKED = 95
const COLLEAGUES = 15

async function colleagueWasFaster(play: Play, colleague: Visitor): Promise<void> {
  const { stage, rep, row } = play
  const { sandbox, print, prove } = stage
  print.question(rep.first, `And set its probability to ${ASKED}`)
  const ready = await preview(play, [{ column: 'closeprobability', to: ASKED }])
  print.say(`  … meanwhile ${colleague.name} sets it to ${COLLEAGUES}, in Dynamics 365 itself`)
  const response = await fetch(`${sandbox.dataverse.url}/api/data/v9.2/opportunities(${cell(row.opportunityid)})`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${await sandbox.entra.mintDataverseToken(colleague.upn)}`,
      'content-type': 'application/json',
      'if-match': '*',
    },
    body: JSON.stringify({ closeprobability: COLLEAGUES }),
  })
  if (!response.ok) throw new Error(`the colleague's own change: ${response.status} ${await response.text()}`)
  print.question(rep.first, 'Yes, do it')
  const refusal = refusalIn(await rep.chat.callTool(ready.call.tool, ready.call.arguments))
  print.quote(refusal?.text ?? '')
  const [now] = await stored(play, ['closeprobability'])
  const isTold = refusal?.code === 'changed_meanwhile' && refusal.text.includes(String(COLLEAGUES))
  prove('where a colleague was faster nothing is written, and what is there now is told', isTold && now === COLLEAGUES)
}

/** `human` in the policy: the call goes to the card beside the answer, and the model has nothing to send. */
async function onlyByAPerson({ stage, rep, row }: Play): Promise<void> {
  const { print, prove } = stage
  print.question(rep.first, 'And its value to 140,000')
  const args = { entity: 'opportunity', id: row.opportunityid, changes: [{ column: 'estimatedvalue', to: 140_000 }] }
  const { structuredContent } = await call(rep, 'preview_change', args)
  const { ready, next, ...rest } = Kept.parse(structuredContent)
  print.quote(next)
  prove('what the administrator keeps for a click of hers the model cannot write', ready && !('call' in rest))
}

/** What a change gives for its undoing is what a preview takes: the way back is a change like any other. */
async function takeBack(play: Play, undo: z.output<typeof Done>['undo']): Promise<void> {
  const { stage, rep } = play
  const { print, prove } = stage
  print.question(rep.first, 'Take the new close date back')
  const { call: ready } = await preview(play, undo.changes)
  print.question(rep.first, 'Yes, do it')
  await call(rep, ready.tool, ready.arguments)
  const [date, probability] = await stored(play, ['estimatedclosedate', 'closeprobability'])
  const isBack = date === undo.changes[0]?.to && probability === COLLEAGUES
  prove(`the close date is what it was, and ${COLLEAGUES} % what the colleague made it`, isBack)
}
