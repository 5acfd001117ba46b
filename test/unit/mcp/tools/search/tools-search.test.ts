import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../../support/sandbox-stage.ts'

type Result = { id: string; title: string; url: string }
type Answer = { results: Result[]; notes?: string[] }

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
beforeEach(() => {
  worker = stage.coldWorker()
})
afterEach(() => stage.dataverse.search({ enabled: true }))

async function search(query: string, who: Who = 'analyst'): Promise<Result[]> {
  return (await answered(query, who)).results
}
async function answered(query: string, who: Who = 'analyst'): Promise<Answer> {
  const { answer } = await called(worker, 'search', { query }, who)
  expect(answer.isError).toBeUndefined()
  expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structuredContent)
  const { results, ...others } = answer.structuredContent as unknown as Answer
  expect(Object.keys(others)).toEqual(others.notes ? ['notes'] : [])
  return { results, ...others }
}
const switchOff = (): void => stage.dataverse.search({ enabled: false })

describe.each([
  ['by Dataverse Search', () => undefined],
  ['by quick find', switchOff],
])('search %s', (_how, prepare) => {
  let warm: Harness
  beforeAll(() => {
    warm = stage.coldWorker()
  })
  beforeEach(() => {
    prepare()
    worker = warm
  })

  test('finds a record by its name and gives what company knowledge expects', async () => {
    const [first] = await search('brightwater marine')
    expect(first?.title).toBe('Brightwater Marine (Account)')
    expect(first?.id).toMatch(/^account\/[0-9a-f-]{36}$/)
    const id = first?.id.split('/')[1] ?? ''
    expect(first?.url).toBe(`${stage.dataverse.url}/main.aspx?pagetype=entityrecord&etn=account&id=${id}`)
    expect(Object.keys(first ?? {})).toEqual(['id', 'title', 'url'])
  })

  test('every word must stand in the record', async () => {
    expect((await search('brightwater zzzzqqqq')).map(({ title }) => title)).toEqual([])
  })

  test('each person finds what they may read', async () => {
    const all = await search('möwe yachtbau', 'analyst')
    expect(all.map(({ title }) => title)).toContain('Möwe Yachtbau GmbH (Account)')
    const own = await search('möwe yachtbau', 'sales-rep')
    expect(own.map(({ title }) => title)).not.toContain('Möwe Yachtbau GmbH (Account)')
  })

  test.each([
    ["O'Dowd", "O'Dowd Boatyards (Account)"],
    ['Calder & Sons', 'Calder & Sons Timber (Account)'],
    ['"Wren & Fowler" AND architects', 'Wren & Fowler Architects (Account)'],
    ['+(Copperfield) -- name:Fit-Out', 'Copperfield Retail Fit-Out (Account)'],
    ['Käthe', 'Käthe Böhm Möbel (Account)'],
  ])('%s', async (query, title) => {
    expect((await search(query)).map((one) => one.title)).toContain(title)
  })

  test.each([
    ['wildcards are characters', 'bri%marine'],
    ['an underscore too', 'b_ightwater'],
    ['a set', '[b]rightwater'],
    ['an encoded quote', "x%27) or (name ne 'y"],
    ['FetchXML', '"/></filter></entity></fetch><fetch><entity name="systemuser"><attribute name="fullname"/>'],
    ['a long word', 'x'.repeat(10_000)],
    ['many words', 'lorem ipsum '.repeat(800)],
    ['what nobody sees', 'bright\u202ewater\u0000zz'],
  ])('a query that is an attack finds nothing: %s', async (_what, query) => {
    expect(await search(query)).toEqual([])
  })

  test('the result is bounded', async () => {
    const { answer, bytes } = await called(worker, 'search', { query: 'a' }, 'analyst')
    const { results } = answer.structuredContent as unknown as { results: Result[] }
    expect(results.length).toBeLessThanOrEqual(20)
    expect(bytes).toBeLessThanOrEqual(25_000)
    const small = await called(stage.coldWorker({ resultBytes: 2_000 }), 'search', { query: 'o' }, 'analyst')
    expect(small.bytes).toBeLessThanOrEqual(2_000)
  })
})

describe('search', () => {
  test.each(['', '   ', '"" () * %', 'AND OR NOT'])('%j holds no word, and says what would', async (query) => {
    const { answer, requests } = await called(worker, 'search', { query })
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toMatch(/empty_query[\s\S]*Next step: Search for/)
    expect(requests).toBe(0)
  })

  test('by Dataverse Search: two requests for a cold worker, then one', async () => {
    expect((await called(worker, 'search', { query: 'timber' })).requests).toBeLessThanOrEqual(2)
    expect((await called(worker, 'search', { query: 'marine' })).requests).toBe(1)
  })

  test('that it is off is found out once, for everybody; then quick find takes one request', async () => {
    switchOff()
    const searches = (): number => stage.dataverse.counters().kinds.search
    const before = searches()
    expect((await called(worker, 'search', { query: 'timber' })).requests).toBeLessThanOrEqual(5)
    const again = await called(worker, 'search', { query: 'timber' })
    expect(again.requests).toBe(1)
    await called(worker, 'search', { query: 'marine' }, 'analyst')
    expect(searches() - before).toBe(1)
  })

  test('a part of a word is found too, at the price of one request more', async () => {
    const whole = await called(worker, 'search', { query: 'brightwater' }, 'analyst')
    expect((await search('brightwa')).map(({ title }) => title)).toContain('Brightwater Marine (Account)')
    expect((await called(worker, 'search', { query: 'brightwa' }, 'analyst')).requests).toBe(2)
    expect(whole.requests).toBeLessThanOrEqual(2)
  })

  test('quick find finds contacts, opportunities and activities, those first that are called so', async () => {
    switchOff()
    const found = await search('Access check')
    expect(found[0]?.title).toMatch(/^Access check: .* \(Opportunity\)$/)
    const entities = new Set((await search('call')).map(({ id }) => id.split('/')[0]))
    expect(entities).not.toContain('activitypointer')
  })

  test('somebody without roles is told so', async () => {
    const { answer } = await called(worker, 'search', { query: 'timber' }, 'without-roles')
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toMatch(/0x80042f09[\s\S]*Next step: .*administrator/)
  })
})
