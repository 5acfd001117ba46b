import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Stage } from '../../../queries/reports/stage.ts'
import { callTool, readResult, send, type Harness } from '../support/harness.ts'
import { BY_COLUMN, BY_TABLE, openWorld, SECRET, type Setting } from './stage.ts'
import { OWN_TERMS, TERM_CALLS, TERMS } from './term-calls.ts'
import { WHO } from './worlds.ts'

/** Own words of which a rule leaves nothing to ask, by table. */
const KEPT: Readonly<Record<'columns' | 'tables', readonly string[]>> = {
  columns: [
    'rich',
    'credited',
    'noted',
    'peopled',
    'worded',
    'worth',
    'size',
    'backed',
    'sized',
    'well backed',
    'late born',
  ],
  tables: ['noted', 'reachable', 'peopled', 'worded', 'late born', 'moved'],
}

/** What another word or a relationship leads to is known once a table is described; until then the name alone is told. */
const KNOWN_LATER = ['sized', 'well backed', 'noted', 'reachable', 'peopled']

describe.each<['columns' | 'tables', Setting]>([
  ['columns', BY_COLUMN],
  ['tables', BY_TABLE],
])('words of a company whose %s are hidden', (kind, setting) => {
  let stage: Stage
  let worker: Harness
  beforeAll(async () => {
    stage = await openWorld('one', setting)
    worker = stage.workerWith(setting.rules)
  })
  afterAll(() => stage.close())
  const ask = (tool: string, args: object, of = worker) => callTool(of, tool, args, WHO)

  test('are described where they can be asked, and no others', async () => {
    for (const entity of new Set(OWN_TERMS.map((one) => one.entity))) {
      const terms: string[] = []
      let cursor: unknown
      do {
        const { structuredContent } = await ask('get_entity_metadata', {
          entity,
          ...(cursor !== undefined && { cursor }),
        })
        terms.push(...((structuredContent?.['terms'] ?? []) as string[]))
        cursor = structuredContent?.cursor
      } while (cursor !== undefined)
      const names = terms.map((one) => /^[^:(]+/.exec(one)?.[0].trim())
      const own = OWN_TERMS.filter((one) => one.entity === entity)
      const wanted = own.map(({ name }) => name).filter((name) => !KEPT[kind].includes(name))
      expect([entity, names.filter((name) => own.some((one) => one.name === name)).toSorted()]).toEqual([
        entity,
        wanted.toSorted(),
      ])
    }
  })

  test('are named before the first call as far as nothing of them is hidden', async () => {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }
    const { instructions } = readResult(
      await send(worker, { body, headers: { authorization: `Bearer token-${WHO}` } }),
    ) as { readonly instructions: string }
    const [, told = ''] = /Words that are defined here: (.*?)\. Use/.exec(instructions) ?? []
    expect(told.split(', ')).toContain('plain')
    const own = KEPT[kind].filter((name) => !KNOWN_LATER.includes(name))
    expect(told.split(', ').filter((name) => own.includes(name))).toEqual([])
  })

  test('are in no list of what there is instead', async () => {
    for (const entity of ['account', 'opportunity', 'lead'])
      for (const [tool, args] of [
        ['query_crm', { filter: "term eq 'zzqqxx'" }],
        ['analyze', { measures: ["term('zzqqxx')"] }],
      ] as const) {
        const { error } = (await ask(tool, { entity, ...args })).structuredContent ?? {}
        expect([entity, tool, error?.code]).toEqual([entity, tool, 'unknown_term'])
        const listed = / (?:are|of \w+:) ([^.]+)\./.exec(error?.nextStep ?? '')?.[1]?.split(', ') ?? []
        expect([entity, tool, listed.filter((name) => KEPT[kind].includes(name))]).toEqual([entity, tool, []])
      }
  })

  test('are refused where they are asked, unless what is hidden is no part of the answer', async () => {
    for (const { entity, name, filter } of OWN_TERMS) {
      const rows = await ask('query_crm', { entity, filter: `term eq '${name}'`, count: true })
      const figure = await ask('analyze', { entity, measures: [name] })
      const codes = [rows, figure].map((one) => one.structuredContent?.error?.code)
      const isWhole = !KEPT[kind].includes(name)
      if (isWhole) expect([name, codes]).toEqual([name, [undefined, undefined]])
      else if (filter === 'name ne null') expect([name, codes]).toEqual([name, [undefined, 'hidden_by_administrator']])
      expect([name, JSON.stringify([rows, figure])]).toEqual([name, expect.not.stringMatching(SECRET)])
    }
  })

  test('are asked for what is hidden by the calls of the proof, which differ without the setting', async () => {
    const asked = TERM_CALLS.filter(({ args }) => OWN_TERMS.some((one) => JSON.stringify(args).includes(one.name)))
    const codes = await Promise.all(
      asked.map(async ({ tool, args }) => (await ask(tool, args, stage.worker)).structuredContent?.error?.code),
    )
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThan(asked.length / 2)
    expect(TERMS.every(({ name }) => TERM_CALLS.some(({ args }) => JSON.stringify(args).includes(name)))).toBe(true)
  })
})
