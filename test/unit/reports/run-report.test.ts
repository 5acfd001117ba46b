import { wireFetch } from '../../../shared/dataverse/web-api/wire-fetch.ts'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createDataverseClient } from '../../../shared/dataverse/web-api/client.ts'
import { createMetadataCache, type MetadataCache } from '../../../shared/dataverse/metadata/cache/cache.ts'
import { createMetadata } from '../../../shared/dataverse/metadata/metadata.ts'
import { createNamedRowsCache } from '../../../shared/dataverse/records/named-rows.ts'
import type { ReportResult } from '../../../shared/reports/definition.ts'
import { myOpenOpportunities } from '../../../shared/reports/catalogue/reports/my-open-opportunities.ts'
import type { ReportDefinition } from '../../../shared/reports/definition.ts'
import { definitionOf } from './own-report.ts'
import { runReport } from '../../../shared/reports/run/run-report.ts'
import { startUpstream, type Upstream, type UpstreamAnswer, type UpstreamRequest } from '../mcp/support/upstream.ts'

const NOW = Date.parse('2028-02-29T23:30:00Z')
const LABEL = '@OData.Community.Display.V1.FormattedValue'
const OWN = definitionOf({
  slug: 'own',
  title: 'Own report',
  description: 'A report of a deployment.',
  persona: 'analyst',
  parameters: [{ name: 'top', type: 'integer', description: 'Rows', min: 1, max: 10, default: 2 }],
  queries: [
    {
      fetchxml:
        '<fetch top="{{top}}"><entity name="Opportunities"><attribute name="name"/><attribute name="estimatedvalue"/><filter><condition attribute="salesstage" operator="eq" value="Qualify"/></filter></entity></fetch>',
    },
  ],
  columns: [
    { key: 'name', title: 'Name', kind: 'record' },
    { key: 'estimatedvalue', title: 'Value', kind: 'money' },
  ],
  totals: [{ kind: 'rows', title: 'Rows' }],
  picture: { kind: 'table' },
  empty: 'Nothing.',
})
const PARTS = definitionOf({
  ...OWN,
  slug: 'parts',
  parameters: [],
  queries: ['young', 'old'].map((part) => ({
    part,
    fetchxml: `<fetch aggregate="true"><entity name="opportunity"><attribute name="salesstage" alias="stage" groupby="true"/><attribute name="opportunityid" alias="n" aggregate="count"/><filter><condition attribute="name" operator="eq" value="${part}"/></filter></entity></fetch>`,
  })),
  columns: [
    { key: 'part', title: 'Age', kind: 'text' },
    { key: 'stage', title: 'Stage', kind: 'text', empty: '(none)' },
    { key: 'n', title: 'Number', kind: 'count' },
  ],
  totals: [{ kind: 'sum', title: 'Number', of: 'n', format: 'count' }],
})

let upstream: Upstream
let cache: MetadataCache
beforeAll(async () => {
  upstream = await startUpstream()
  cache = createMetadataCache({ now: () => NOW })
})
afterAll(() => upstream.stop())

const fetchOf = ({ query }: UpstreamRequest): string => query.get('fetchXml') ?? ''

async function run(definition: ReportDefinition, given: object, answer: (fetch: string) => UpstreamAnswer) {
  upstream.answer = (request) => answer(fetchOf(request))
  const dataverse = createDataverseClient({
    url: upstream.url,
    fetch: wireFetch,
    random: Math.random,
    correlationId: 'id',
    token: 'token',
    now: Date.now,
    deadline: Date.now() + 30_000,
    takeTurn: async () => () => undefined,
  })
  const who = { systemUserId: 'u', businessUnitId: 'b', organizationId: 'o' }
  const metadata = createMetadata(dataverse, { cache, who, now: () => NOW })
  const limits = { maxTop: 500, deadline: NOW + 5_000 }
  const result: ReportResult = await runReport(
    definition,
    { ...given },
    {
      dataverse,
      metadata,
      limits,
      dataverseUrl: 'https://contoso.example',
      now: () => NOW,
      systemUserId: who.systemUserId,
      namedRows: createNamedRowsCache({ now: () => NOW }).rowsFor(dataverse, who),
    },
  )
  return { result, requests: dataverse.requests() }
}

describe('a report of a deployment', () => {
  test('is compared with metadata, so that names and labels may be written in any form', async () => {
    const row = (name: string, value: number) => ({
      opportunityid: `id-${name}`,
      name,
      estimatedvalue: value,
      [`estimatedvalue${LABEL}`]: `$${value}.00`,
    })
    const rows = [row('a', 1), row('b', 2), row('c', 3)]
    const { result } = await run(OWN, {}, () => ({ body: { value: rows } }))
    const [list = '', whole = ''] = (upstream.seen.at(-1)?.parts ?? []).map(fetchOf)
    expect(list).toContain('<fetch top="3">')
    expect(whole).toMatch(/^<fetch aggregate="true">.*name="opportunityid" alias="all_rows" aggregate="count"/)
    for (const sent of [list, whole]) expect(sent).toContain('attribute="salesstage" operator="eq" value="0"')
    expect(result.rows).toEqual([
      { name: { id: 'id-a', label: 'a', entity: 'opportunity' }, estimatedvalue: { value: 1, label: '$1.00' } },
      { name: { id: 'id-b', label: 'b', entity: 'opportunity' }, estimatedvalue: { value: 2, label: '$2.00' } },
    ])
    expect(result).toMatchObject({ more: true, parameters: { top: 2 } })
    expect(result).not.toHaveProperty('currency')
  })

  test('with exactly as many rows as asked for has no more', async () => {
    const rows = ['a', 'b'].map((name) => ({ opportunityid: name, name }))
    const { result, requests } = await run(OWN, {}, () => ({ body: { value: rows } }))
    expect([result.more, result.rows.length, requests]).toEqual([false, 2, 1])
  })

  test('with an unknown column is refused before it is sent, with the nearest', async () => {
    const wrong = { ...OWN, queries: [{ fetchxml: OWN.queries[0]!.fetchxml.replace('salesstage', 'salesstagee') }] }
    await expect(run(wrong, {}, () => ({ body: {} }))).rejects.toMatchObject({
      code: 'unknown_column',
      nextStep: expect.stringContaining('salesstage'),
    })
  })
})

describe('several queries', () => {
  test('go out as one request; rows carry their part, in its order, groups sorted within', async () => {
    const stage = (value: number, n: number) => ({ stage: value, [`stage${LABEL}`]: `Stage ${value}`, n })
    const { result, requests } = await run(PARTS, {}, (xml) => ({
      body: { value: xml.includes('young') ? [{ n: 1 }, stage(2, 2), stage(0, 3)] : [stage(1, 4)] },
    }))
    expect(requests).toBe(1)
    expect(result.rows).toEqual([
      { part: 'young', stage: { value: 0, label: 'Stage 0' }, n: 3 },
      { part: 'young', stage: { value: 2, label: 'Stage 2' }, n: 2 },
      { part: 'young', stage: { label: '(none)' }, n: 1 },
      { part: 'old', stage: { value: 1, label: 'Stage 1' }, n: 4 },
    ])
    expect(result.totals).toEqual([{ title: 'Number', value: 10, text: '10' }])
  })

  test('of which one is refused are refused: half a report would be a wrong one', async () => {
    const refused = { status: 400, body: { error: { code: '0x80040203', message: 'No.' } } }
    await expect(
      run(PARTS, {}, (xml) => (xml.includes('old') ? refused : { body: { value: [] } })),
    ).rejects.toMatchObject({ code: '0x80040203' })
  })
})

test('the time is that of the person; without rows the sentence for it stands in the notes', async () => {
  const { result } = await run(OWN, {}, () => ({ body: { value: [] } }))
  expect(result.asOf).toMatch(/^2028-0(?:2-29|3-01)T\d\d:30:00[+-]\d\d:00$/)
  expect(new Date(result.asOf).getTime()).toBe(NOW)
  expect(result.notes).toContain('Nothing.')
  expect(result.totals).toEqual([{ title: 'Rows', value: 0, text: '0' }])
})

const REFUSED = { status: 403, body: { error: { code: '0x80040220', message: 'No.' } } } as const
const OWNED = myOpenOpportunities
const ANN = '11111111-0000-4000-8000-000000000001'
const owned = (label: string | undefined) => ({
  opportunityid: 'id',
  name: 'a',
  _ownerid_value: ANN,
  '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
  ...(label !== undefined && { [`_ownerid_value${LABEL}`]: label }),
})
type Beside = {
  readonly teams?: UpstreamAnswer
  readonly disabled?: UpstreamAnswer
  readonly label?: string | undefined
}
const rowsOf = (...value: readonly object[]): UpstreamAnswer => ({ body: { value } })

describe('whose rows', () => {
  const answering = ({ teams = rowsOf({ team_rows: 0 }), disabled = rowsOf(), label = 'Ann' }: Beside) => {
    const answer = (xml: string): UpstreamAnswer => {
      if (xml.includes('name="systemuser"')) return disabled
      return xml.includes('eq-userteams') ? teams : rowsOf(owned(label))
    }
    return answer
  }
  const both = 'run it with owner "me-or-my-teams".'
  const saysOfTeams = ({ reading }: ReportResult) => reading.filter((line) => line.includes(both))

  test.each([
    ['none', rowsOf({ team_rows: 0, team_amount: null }), []],
    ['some of no amount', rowsOf({ team_rows: 2, team_amount: null }), [`Teams of yours own 2 more: ${both}`]],
    ['some', rowsOf({ team_rows: 1200, team_amount: 5 }), [/^Teams of yours own 1,200 more, .*5/]],
    ['too many to count', REFUSED, [`How many more rows teams of yours own was not counted: ${both}`]],
  ])('of one’s own say in the same request what teams own besides: %s', async (_what, teams, expected) => {
    const { result, requests } = await run(OWNED, {}, answering({ teams }))
    expect(requests).toBe(1)
    const sentences = saysOfTeams(result)
    expect(sentences).toHaveLength(expected.length)
    for (const [at, one] of expected.entries()) expect(sentences[at]).toMatch(one)
    expect(result.rows).toHaveLength(1)
    expect(result.reading[0]).toContain('owned by the signed-in person')
  })

  test('the teams’ are counted without the order, the columns and the limit of the report', async () => {
    const asked: string[] = []
    await run(OWNED, {}, (xml) => {
      asked.push(xml)
      return answering({})(xml)
    })
    expect(asked.find((xml) => xml.includes('eq-userteams'))).toBe(
      '<fetch aggregate="true"><entity name="opportunity"><attribute name="opportunityid" alias="team_rows" aggregate="count"/><attribute name="estimatedvalue_base" alias="team_amount" aggregate="sum"/><filter type="and"><condition attribute="ownerid" operator="eq-userteams"/><filter type="and"><condition attribute="statecode" operator="eq" value="0"/></filter></filter></entity></fetch>',
    )
  })

  test.each(['my-teams', 'me-or-my-teams'])('of %s say nothing of more', async (owner) => {
    const { result } = await run(OWNED, { owner }, () => rowsOf(owned('Ann')))
    expect(saysOfTeams(result)).toEqual([])
    expect(result.reading[0]).toContain('teams')
  })

  test.each([
    ['a disabled owner', rowsOf({ systemuserid: ANN }), 'Ann', 'Ann (disabled)', []],
    ['one without a name', rowsOf({ systemuserid: ANN }), undefined, 'A user (disabled)', []],
    ['another user', rowsOf({ systemuserid: 'x' }), 'Ann', 'Ann', []],
    ['users that may not be read', REFUSED, 'Ann', 'Ann', ['Which owners are disabled could not be read.']],
  ])('%s is marked, or it is said why not', async (_what, disabled, label, shown, notes) => {
    const answer = answering({ disabled, label })
    const { result } = await run(OWNED, {}, (xml) => (xml.includes('eq-userid') ? rowsOf(owned(label)) : answer(xml)))
    expect(result.rows[0]?.['ownerid']).toEqual({ id: ANN, label: shown, entity: 'systemuser' })
    expect(result.notes).toEqual(notes)
  })
})

describe('what totals alone are made of', () => {
  const AGED = definitionOf({
    ...PARTS,
    queries: PARTS.queries.map((query) => (query.part === 'old' ? { ...query, totalsOnly: true } : query)),
    columns: [
      { key: 'stage', title: 'Stage', kind: 'text' },
      { key: 'n', title: 'Number', kind: 'count' },
    ],
    totals: [
      { kind: 'sum', title: 'Young', of: 'n', format: 'count', part: 'young' },
      { kind: 'sum', title: 'Old', of: 'n', format: 'count', part: 'old' },
      { kind: 'groups', title: 'Old stages', label: 'stage', of: 'n', part: 'old' },
    ],
  })
  const young = rowsOf({ n: 3 })

  test('shows no rows; a group without a name is told as none', async () => {
    const old = rowsOf({ n: 2 }, { stage: 1, [`stage${LABEL}`]: 'Develop', n: 1200 })
    const { result, requests } = await run(AGED, {}, (xml) => (xml.includes('young') ? young : old))
    expect(requests).toBe(1)
    expect(result.rows).toEqual([{ stage: { label: '(none)' }, n: 3 }])
    expect(result.totals).toEqual([
      { title: 'Young', value: 3, text: '3' },
      { title: 'Old', value: 1202, text: '1,202' },
      { title: 'Old stages', value: 2, text: 'Develop 1,200, (none) 2' },
    ])
  })

  test.each([
    ['refused', REFUSED, 'Dynamics 365 refused it.'],
    [
      'too many rows',
      { status: 400, body: { error: { code: '0x8004E023', message: 'No.' } } } as const,
      'Dynamics 365 does not total as many rows.',
    ],
  ])('is left out and said where it is %s', async (_what, old, reason) => {
    const { result } = await run(AGED, {}, (xml) => (xml.includes('young') ? young : old))
    expect(result.totals.map(({ title }) => title)).toEqual(['Young'])
    expect(result.notes).toEqual([`Left out: Old, Old stages. ${reason}`])
  })

  test('of many groups names the largest', async () => {
    const many = Array.from({ length: 15 }, (_, at) => ({ stage: at, [`stage${LABEL}`]: `S${at}`, n: at + 1 }))
    const { result } = await run(AGED, {}, (xml) => (xml.includes('young') ? young : rowsOf(...many)))
    const text = result.totals.at(-1)?.text ?? ''
    expect(text).toMatch(/^S14 15, S13 14, .*, S3 4, and 3 others$/)
  })
})
