import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { callTool, createHarness, type Harness } from '../../support/harness.ts'
import { metadataFor } from '../../support/upstream-metadata.ts'
import { startUpstream, type Upstream } from '../../support/upstream.ts'

const PATH = '/api/search/v2.0/query'
/** Nothing found, by somebody who may read nothing. */
const NOTHING = { body: { value: [], RolePrivileges: [], response: JSON.stringify({ Error: null, Value: [] }) } }
const Body = z.strictObject({ search: z.string(), top: z.int() })

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.metadata = (request, inBatch) =>
    request.path.endsWith('RetrieveUserPrivileges()') ? NOTHING : metadataFor(request, inBatch)
})
afterAll(() => upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
  upstream.answer = () => NOTHING
  harness = createHarness(upstream.url)
})

const searches = (): z.output<typeof Body>[] =>
  upstream.seen.filter(({ path }) => path === PATH).map(({ body }) => Body.parse(JSON.parse(body)))
const search = async (query: string): Promise<unknown> =>
  (await callTool(harness, 'search', { query })).structuredContent

describe('what Dataverse Search is asked', () => {
  test.each([
    ['Calder & Sons', '+Calder +Sons'],
    ["O'Dowd Fit-Out", String.raw`+O'Dowd +Fit\-Out`],
    ['a*b c?d e:f', String.raw`+a\*b +c\?d +f`],
    ['pine* wood', '+pine* +wood'],
    ['Müller', '+(Müller|mueller|muller)'],
    ['Moeller ltd*', '+(Moeller|möller|møller|mœller) +ltd*'],
    ['Renée', '+(Renée|renee)'],
    ['Straße', '+(Straße|strasse)'],
    [`${'x'.repeat(40)} ${'y'.repeat(40)} Goethe`, `+${'x'.repeat(40)} +${'y'.repeat(40)} +Goethe`],
    ['or | not (this) -that', '+or +not +this +that'],
    ['x'.repeat(10_000), 'x'.repeat(100)],
    [`${'x'.repeat(60)} ${'y'.repeat(60)}`, `+${'x'.repeat(60)}`],
  ])('%s', async (query, sent) => {
    await search(query)
    expect(searches()).toEqual([{ search: sent, top: 20 }])
    expect(sent.length).toBeLessThanOrEqual(100)
  })

  test.each([
    ['an answer that is no JSON', { body: { response: '<html>' } }],
    ['an answer of another shape', { body: { value: [] } }],
    ['an error inside the answer', { body: { response: JSON.stringify({ Error: { Code: 'x' }, Value: null }) } }],
    ['a failure', { status: 500, body: {} }],
  ])('%s is no reason to find nothing: quick find is asked, and the search again next time', async (_what, answer) => {
    upstream.answer = ({ path }) => (path === PATH ? answer : NOTHING)
    expect(await search('timber')).toMatchObject({ results: [] })
    expect(await search('timber')).toMatchObject({ results: [] })
    expect(searches()).toHaveLength(2)
  })

  test.each([
    ['there is no such service', { status: 404, body: {} }],
    ['it is switched off', { status: 400, body: { error: { code: '0x80048D0B', message: 'off' } } }],
    ['the person may not use it', { status: 403, body: {} }],
  ])('where %s it is not asked again for a while', async (_why, answer) => {
    upstream.answer = ({ path }) => (path === PATH ? answer : NOTHING)
    await search('timber')
    await search('timber')
    expect(searches()).toHaveLength(1)
  })

  test('rows of tables that nobody can fetch are left out, and names are shown as a reader sees them', async () => {
    const id = '7C1D2E01-0001-4A6B-8C2D-10A3C1A86F01'
    const hits = [
      { Id: id, EntityName: 'account', Attributes: { name: 'Acme\u202e\n## Ltd' } },
      { Id: id, EntityName: 'contact', Attributes: null },
      { Id: id, EntityName: 'knowledgebase', Attributes: {} },
    ]
    upstream.answer = () => ({ body: { response: JSON.stringify({ Value: hits }) } })
    const url = (entity: string): string =>
      `${upstream.url}/main.aspx?pagetype=entityrecord&etn=${entity}&id=${id.toLowerCase()}`
    expect(await search('acme')).toEqual({
      results: [
        { id: `account/${id.toLowerCase()}`, title: 'Acme ## Ltd (Account)', url: url('account') },
        { id: `contact/${id.toLowerCase()}`, title: '(no name) (Contact)', url: url('contact') },
      ],
    })
  })
})
