import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { MARKER_PREFIX } from '../../../sandbox/dataverse/seed/markers.ts'
import type { Harness, Loose } from './harness.ts'
import { ANALYST, REP, startHarness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
beforeEach(() => harness.dataverse.reset())
afterAll(() => harness.close())

type SearchReply = { readonly status: number; readonly headers: Headers; readonly body: Loose; readonly found: Loose }

async function search(persona: string, payload: unknown, path = '/api/search/v2.0/query'): Promise<SearchReply> {
  const headers = { authorization: `Bearer ${await harness.mint(persona)}`, 'content-type': 'application/json' }
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const response = await fetch(`${harness.dataverse.url}${path}`, { method: 'POST', headers, body })
  const answer: Loose = await response.json()
  const found: Loose = response.status === 200 ? JSON.parse(answer.response as string) : undefined
  return { status: response.status, headers: response.headers, body: answer, found }
}

const names = ({ found }: SearchReply): string[] =>
  (found.Value as Loose[]).map(({ Attributes }) => (Attributes.name ?? Attributes.fullname) as string)
const entities = (...scopes: readonly object[]): string => JSON.stringify(scopes)
const MARKERS = { search: 'Access', entities: entities({ name: 'opportunity' }), count: true }

describe('an answer', () => {
  test.each(['/api/search/v2.0/query', '/api/data/v9.2/searchquery'])('of %s is an escaped string', async (path) => {
    const scope = { name: 'account', selectColumns: ['name', 'createdon', 'ownerid'], searchColumns: ['name'] }
    const { body, found } = await search(ANALYST, { search: 'ashcombe', entities: entities(scope) }, path)
    expect(body['@odata.context']).toMatch(
      /\/api\/data\/v9\.2\/\$metadata#Microsoft\.Dynamics\.CRM\.searchqueryResponse$/,
    )
    expect(found).toMatchObject({ Error: null, Facets: {}, QueryContext: null, Count: -1 })
    expect(found.Value).toHaveLength(1)
    expect(found.Value[0]).toMatchObject({
      EntityName: 'account',
      ObjectTypeCode: 0,
      Attributes: { '@search.objecttypecode': 1, name: 'Ashcombe Joinery Ltd' },
      Highlights: { name: ['{crmhit}Ashcombe{/crmhit} Joinery Ltd'] },
    })
    expect(found.Value[0].Attributes['createdon@OData.Community.Display.V1.FormattedValue']).toMatch(/^\d\d\/\d\d\//)
    expect(found.Value[0].Attributes['ownerid@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('systemuser')
  })

  test('is security-trimmed', async () => {
    const [rep, analyst] = [await search(REP, MARKERS), await search(ANALYST, MARKERS)]
    const markers = (reply: SearchReply): string[] => names(reply).filter((name) => name.startsWith(MARKER_PREFIX))
    expect(markers(rep).sort()).toEqual(['Access check: own', 'Access check: team'])
    expect(markers(analyst)).toHaveLength(6)
    expect([rep.found.Count, analyst.found.Count]).toEqual([2, 6])
  })

  test('pages by top and skip, ordered by score unless told otherwise', async () => {
    const ordered = {
      ...MARKERS,
      orderby: '["name desc"]',
      entities: entities({ name: 'opportunity', selectColumns: ['name'] }),
    }
    const all = names(await search(ANALYST, ordered))
    expect(all).toEqual([...all].sort().reverse())
    const page = await search(ANALYST, { ...ordered, top: 2, skip: 1 })
    expect(names(page)).toEqual(all.slice(1, 3))
    expect(page.found.Count).toBe(6)
    const scores = ((await search(ANALYST, { search: 'timber ltd' })).found.Value as Loose[]).map(
      ({ Score }) => Score as number,
    )
    expect(scores).toEqual([...scores].sort((left, right) => right - left))
  })

  test('without entities covers all indexed tables, and a facet counts them', async () => {
    const reply = await search(ANALYST, { search: 'Ashcombe', facets: '["entityname,count:100"]', count: true })
    const counts = reply.found.Facets.entityname as Loose[]
    expect(counts.map(({ Value }) => Value as string)).toEqual(expect.arrayContaining(['account', 'hp_project']))
    expect(counts.map(({ Count }) => Count as number).reduce((sum, one) => sum + one, 0)).toBe(reply.found.Count)
  })

  test.each([
    ['a word is whole', 'ashco', 0],
    ['unless it ends with *', 'ashco*', 1],
    ['any word will do', 'ashcombe nothing', 1],
    ['all words with +', '+ashcombe +nothing', 0],
    ['none with -', 'ashcombe -joinery', 0],
    ['a phrase', '"ashcombe joinery"', 1],
    ['words in another order are no phrase', '"joinery ashcombe"', 0],
    ['an escaped operator is text', '\\+ashcombe', 1],
    ['one of several in brackets', '+(nothing|ashcombe) +joinery', 1],
    ['none of several', '+(nothing|nobody) joinery', 0],
    ['a beginning among several', '+(nothing|ashco*)', 1],
    ['an escaped bracket is text', '+\\(ashcombe\\) +joinery', 1],
  ])('%s', async (_name, text, count) => {
    const reply = await search(ANALYST, { search: text, entities: entities({ Name: 'account' }) })
    expect(reply.found.Value).toHaveLength(count)
  })

  test.each([
    ['of one table', { entities: entities({ name: 'account', filter: 'statecode eq 1' }) }, 0],
    ['of all', { entities: entities({ name: 'account' }), filter: 'createdon gt 2000-01-01' }, 1],
    [
      'searchmodelall',
      { entities: entities({ name: 'account' }), search: 'ashcombe zzz', options: '["searchmodelall"]' },
      0,
    ],
    ['the name alone is searched by default', { entities: entities({ name: 'account' }), search: 'HP-1000' }, 0],
  ])('filters and options: %s', async (_name, payload, count) => {
    expect((await search(ANALYST, { search: 'ashcombe', ...payload })).found.Value).toHaveLength(count)
  })
})

describe('a payload that the service refuses', () => {
  test.each([
    ['an array for a string', { search: 'x', entities: [{ name: 'account' }] }],
    ['an object for a string', { search: 'x', options: {} }],
    ['an array of order clauses', { search: 'x', orderby: ['name desc'] }],
    ['text that is no JSON', { search: 'x', entities: 'account' }],
    ['no search', { entities: entities({ name: 'account' }) }],
    ['an empty search', { search: ' ' }],
    ['101 characters', { search: 'x'.repeat(101) }],
    ['more than 100 rows', { search: 'x', top: 101 }],
    ['a number as text', { search: 'x', top: '10' }],
    ['a table outside the index', { search: 'x', entities: entities({ name: 'quote' }) }],
    [
      'a column outside the index',
      { search: 'x', entities: entities({ name: 'account', selectColumns: ['revenue'] }) },
    ],
    [
      'a search in a column outside the index',
      { search: 'x', entities: entities({ name: 'account', searchColumns: ['ownerid'] }) },
    ],
    ['an unknown parameter', { search: 'x', returntotalrecordcount: true }],
    ['no JSON', 'search=x'],
  ])('%s', async (_name, payload) => {
    const reply = await search(ANALYST, payload)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80048d19'])
  })

  test.each([
    ['/api/search/v2.0/nothing', 404],
    ['/api/search/v1.0/query', 404],
  ])('%s', async (path, status) => {
    expect((await search(ANALYST, { search: 'x' }, path)).status).toBe(status)
  })

  test('GET is no method for it, and a request needs a token', async () => {
    const url = `${harness.dataverse.url}/api/search/v2.0/query`
    expect((await harness.get(ANALYST, url)).status).toBe(405)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
  })
})

describe('the organisation’s switch', () => {
  const set = (settings: unknown): Promise<Response> =>
    fetch(`${harness.dataverse.url}/__sandbox/search`, { method: 'POST', body: JSON.stringify(settings) })

  test('turns search off, and the organisation’s row says so', async () => {
    expect((await set({ enabled: false })).status).toBe(200)
    const reply = await search(ANALYST, MARKERS)
    expect([reply.status, reply.body.error.code]).toEqual([400, '0x80048d0b'])
    const path = 'organizations?$select=isexternalsearchindexenabled'
    expect((await harness.get(ANALYST, path)).body.value[0].isexternalsearchindexenabled).toBe(false)
    harness.dataverse.reset()
    expect((await search(ANALYST, MARKERS)).status).toBe(200)
  })

  test('limits a person to one request a second, and nobody else', async () => {
    expect((await search(ANALYST, MARKERS)).status).toBe(200)
    harness.dataverse.search({ throttled: true })
    const second = await search(ANALYST, MARKERS)
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await search(REP, MARKERS)).status).toBe(200)
  })

  test('takes nothing but settings; a search is counted as one', async () => {
    expect((await set({ enabled: 'no' })).status).toBe(400)
    await search(ANALYST, MARKERS)
    expect(harness.dataverse.counters()).toMatchObject({ total: 1, kinds: { search: 1 } })
  })
})
