import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { plainArguments } from '../../../../../shared/mcp/tool/arguments/plain-arguments.ts'
import { listTool } from '../../../../../shared/mcp/tool/tool-listing.ts'
import { createTools } from '../../../../../shared/mcp/tools.ts'
import { previewChange } from '../../../../../shared/mcp/tools/write/preview-change.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'
import type { Args } from './misspelt.ts'

const TOOLS = [...createTools({ defaultTop: 50, maxTop: 500 }), previewChange]
const Listed = z.looseObject({
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
})
const listed = TOOLS.map((tool) => {
  const { required, properties } = Listed.parse(listTool(tool, 'dynamics.read').inputSchema)
  return { tool, optional: Object.keys(properties).filter((name) => !required.includes(name)) }
})
const NOTHING: readonly (readonly [what: string, value: unknown])[] = [
  ['an empty text', ''],
  ['a blank', ' '],
  ['an empty list', []],
  ['null', null],
]

/** Each of them alone does something. */
const CALLS: Readonly<Record<string, Args>> = {
  query_crm: { entity: 'account', select: ['name'], top: 2 },
  analyze: { entity: 'opportunity', measures: ['count'] },
  get_record: { entity: 'systemuser', id: 'me' },
  get_entity_metadata: { entity: 'account' },
  list_entities: {},
  whoami: {},
  run_report: { report: 'pipeline-by-stage' },
  show_report: { report: 'pipeline-by-stage' },
  show_answer: { tool: 'analyze', arguments: '{"entity":"opportunity","measures":["count"]}' },
  timeline: { of: 'me', entity: 'systemuser' },
  search: { query: 'adventure' },
  fetch: { id: 'systemuser/me' },
}

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ toolDeadlineMs: 40_000 })
})
afterAll(async () => await stage.close())

const WHEN = /"asOf":"[^"]*"|"cursor":"[^"]*"/g
const ask = async (tool: string, args: Args): Promise<readonly [unknown, string]> => {
  const { isError, structuredContent } = (await called(worker, tool, args, 'sales-manager')).answer
  return [isError, JSON.stringify(structuredContent ?? {}).replaceAll(WHEN, '')]
}

describe.each(NOTHING)('%s for an optional argument', (_what, value) => {
  test.each(listed.map(({ tool, optional }) => [tool.name, optional, tool] as const))(
    'of %s is as if it were left out: %j',
    (_name, optional, tool) => {
      for (const name of optional) expect([name, plainArguments(tool.input, { [name]: value })]).toEqual([name, {}])
    },
  )

  test.each(Object.entries(CALLS))('%s answers as without, where all others are filled so', async (tool, args) => {
    const { optional = [] } = listed.find((one) => one.tool.name === tool) ?? {}
    const filled = Object.fromEntries(optional.map((name) => [name, value]))
    const plain = await ask(tool, args)
    expect(plain[0]).toBeUndefined()
    expect(await ask(tool, { ...filled, ...args })).toEqual(plain)
  })
})

test('every tool is called', () => {
  const names = listed.map(({ tool }) => tool.name).filter((name) => name !== previewChange.name)
  expect(Object.keys(CALLS).toSorted()).toEqual(names.toSorted())
})

test('where null is a value, an empty text is one, too', () => {
  const change = { changes: [{ column: 'name', to: '' }] }
  expect(plainArguments(previewChange.input, change)).toEqual(change)
})
