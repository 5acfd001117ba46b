import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'

const ID = '11111111-1111-4111-8111-111111111111'
/** Sales reps have no privilege to read quotes; analysts have. */
const BARRED = 'quote'
const NOT_THERE = 'qoute'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(() => stage.close())

const fetchOf = (inner: string): string =>
  `<fetch><entity name="account"><attribute name="name"/>${inner}</entity></fetch>`

/** Every argument that names a table. */
const CHANNELS: readonly (readonly [string, string, (name: string) => object])[] = [
  ['an entity of query_crm', 'query_crm', (entity) => ({ entity })],
  ['an entity set of query_crm', 'query_crm', (name) => ({ entity: `${name}s` })],
  ['an entity of FetchXML', 'query_crm', (name) => ({ fetchxml: `<fetch><entity name="${name}"/></fetch>` })],
  [
    'a link of FetchXML',
    'query_crm',
    (name) => ({ fetchxml: fetchOf(`<link-entity name="${name}" from="customerid" to="accountid" alias="q"/>`) }),
  ],
  [
    'a link within a filter',
    'query_crm',
    (name) => ({
      fetchxml: fetchOf(
        `<filter><link-entity name="${name}" from="customerid" to="accountid" link-type="any"/></filter>`,
      ),
    }),
  ],
  ['get_record', 'get_record', (entity) => ({ entity, id: ID })],
  ['a name for get_record', 'get_record', (entity) => ({ entity, id: 'Some name' })],
  ['an id of fetch', 'fetch', (name) => ({ id: `${name}/${ID}` })],
]

const ask = async (tool: string, args: object, who: Who): Promise<string> =>
  (await called(worker, tool, args, who)).answer.content[0]?.text ?? ''

describe('a table that somebody may not read is told from one that is not there', () => {
  test.each(CHANNELS)('%s', async (_what, tool, argsFor) => {
    expect(await ask(tool, argsFor(BARRED), 'sales-rep')).toMatch(
      /^Error 0x80040220: The signed-in person may not read this\.\nNext step: .*prvReadQuote/,
    )
    expect(await ask(tool, argsFor(NOT_THERE), 'sales-rep')).toMatch(
      /^Error unknown_entity: There is no entity "qoutes?"\.\nNext step: Did you mean: .*quote/,
    )
    expect(await ask(tool, argsFor(BARRED), 'analyst')).not.toMatch(/0x80040220|unknown_entity/)
  })

  test.each([
    ['its views', { report: 'saved-views' }],
    ['a view of it', { view: 'My quotes' }],
  ])('run_report with %s', async (_what, args) => {
    expect(await ask('run_report', { ...args, entity: BARRED }, 'sales-rep')).not.toContain('unknown_entity')
    expect(await ask('run_report', { ...args, entity: NOT_THERE }, 'sales-rep')).toMatch(
      /^Error unknown_entity: .*\n.*quote/,
    )
  })

  test('get_entity_metadata describes it, and says so', async () => {
    const said = 'The signed-in person has no privilege to read rows of quote'
    const barred = await called(worker, 'get_entity_metadata', { entity: BARRED }, 'sales-rep')
    expect(barred.answer.structuredContent?.notes?.[0]).toContain(said)
    expect(barred.answer.content[0]?.text).toContain(said)
    expect(await ask('get_entity_metadata', { entity: BARRED }, 'analyst')).not.toContain(said)
    expect(await ask('get_entity_metadata', { entity: NOT_THERE }, 'sales-rep')).toMatch(/^Error unknown_entity/)
    expect((await called(worker, 'get_entity_metadata', { entity: BARRED }, 'sales-rep')).requests).toBe(0)
  })

  test('list_entities', async () => {
    const [barred, other] = [BARRED, 'zzqqxxyy'].map((search) => ask('list_entities', { search }, 'sales-rep'))
    expect(await barred).toContain('The signed-in person has no privilege to read quote')
    expect(await other).toContain('No entity that the person may read matches this search')
  })
})
