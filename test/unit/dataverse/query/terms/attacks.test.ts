import { describe, expect, test } from '@jest/globals'

import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import type { Metadata, Table } from '../../../../../shared/dataverse/metadata/model.ts'
import { MOST_TERM_DEPTH, type Term } from '../../../../../shared/dataverse/query/terms/term.ts'
import { METADATA, OPPORTUNITY } from '../../support/tables.ts'
import { inFetchXml, inOData, knowing, term } from './asking.ts'

const WON = term('won', { filter: "statecode eq 'Won'", date: 'actualclosedate', aliases: ['wins'] })
const OPEN = term('open pipeline', { filter: 'statecode eq Open', date: 'estimatedclosedate' })

async function refusal(filter: string, terms: readonly Term[], entity = 'opportunity'): Promise<string> {
  const error = await inOData(filter, entity, knowing(terms)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof QueryError ? `${error.code}: ${error.message} ${error.nextStep}` : String(error)
}

const chain = (length: number): Term[] =>
  Array.from({ length }, (_one, at) => term(`t${at}`, { filter: `term eq 't${at + 1}' and name ne 'x'` }))
/** Each has a hundred of the next, so that the last would be there more often than anything counts. */
const laughs = Array.from({ length: MOST_TERM_DEPTH - 1 }, (_one, at) =>
  term(`t${at}`, { filter: Array.from({ length: 100 }, () => `term eq 't${at + 1}'`).join(' or ') }),
).concat(term(`t${MOST_TERM_DEPTH - 1}`, { filter: "name eq 'ha'" }))

describe('definitions that no check has seen', () => {
  test.each([
    ['itself', [term('t0', { filter: "term eq 't0'" })]],
    ['a circle', [term('t0', { filter: "not (term eq 't1')" }), term('t1', { filter: "term eq 't0'" })]],
    ['a hundred, one in another', chain(100)],
    ['one without end', [term('t0', { filter: "name eq 'x" })]],
    ['brackets', [term('t0', { filter: "(name eq 'x'" })]],
    ['a term that is none', chain(2)],
    ['a statement', [term('t0', { filter: 'SELECT 1 FROM x' })]],
    ['a term of another entity', [term('t0', { filter: "term eq 'a'" }), term('a', { entity: 'account' })]],
  ])('%s is refused as the definition, whoever wrote it', async (_name, terms) => {
    expect(await refusal("term eq 't0'", terms)).toMatch(/^invalid_term: .*Leave the term out/)
  })

  test('text in a definition stays in it', async () => {
    const terms = [
      term('t0', { filter: "name eq ') or (1 eq 1'" }),
      term('t1', { filter: "name eq 'x' or name eq 'y'" }),
    ]
    const metadata = knowing(terms)
    const { plain } = await inOData(
      "term eq 't0' and term eq 't1' and createdon gt 2026-01-01",
      'opportunity',
      metadata,
    )
    const out = "name eq ') or (1 eq 1' and (name eq 'x' or name eq 'y') and createdon gt 2026-01-01"
    expect(plain).toBe((await inOData(out, 'opportunity', metadata)).plain)
  })

  test('a name that is no column of this organization is refused with where it stands', async () => {
    const said = await refusal("term eq 't0'", [term('t0', { filter: 'new_score gt 5' })])
    expect(said).toMatch(
      /^unknown_column: .*"t0" means: What we call t0 \(new_score gt 5\)\. Defined by this company\./,
    )
  })
})

describe('how long a question takes is not for whoever asks', () => {
  const many = Array.from({ length: 300 }, (_one, at) => term(`word ${at}`, { filter: `name eq '${'x'.repeat(60)}'` }))
  const wide = term('wide', { filter: Array.from({ length: 120 }, () => "name eq 'x'").join(' or ') })
  test.each([
    ['terms of terms of terms', "term eq 't0'", laughs],
    ['8,000 characters of terms', Array.from({ length: 490 }, () => 'term eq won').join(' or '), [WON]],
    ['8,000 characters of a wide one', Array.from({ length: 490 }, () => 'term eq wide').join(' or '), [wide]],
    ['a list of terms', `term in (${Array.from({ length: 700 }, (_one, at) => `'word ${at % 300}'`).join(',')})`, many],
    ['a list of what is none', `term in (${Array.from({ length: 900 }, (_one, at) => `'z${at}'`).join(',')})`, many],
    ['a long name', `term eq '${'w'.repeat(7_900)}'`, many],
    ['a name of signs', `term eq '${'-'.repeat(7_900)}won'`, [WON]],
  ])('%s', async (_name, filter, terms) => {
    const before = process.cpuUsage()
    const said = await refusal(filter.slice(0, 8_000), terms).catch(String)
    const { user, system } = process.cpuUsage(before)
    expect(said).toMatch(/^(undefined|query_too_long|unknown_term|invalid_filter)/)
    expect((user + system) / 1000).toBeLessThan(1_500)
  })
})

describe('a name is letters and digits', () => {
  test.each(['WON', 'w o n', 'wins', 'w\u200bon', '\u202ewon', 'ｗｏｎ', ' won '])('%j is won', async (name) => {
    const { plain } = await inOData(`term eq '${name}'`, 'opportunity', knowing([WON]))
    expect(plain).toBe((await inOData("statecode eq 'Won'", 'opportunity', knowing([WON]))).plain)
  })

  test.each(['\u200b', '…', 'wоn', "won' or '1' eq '1"])('%j is none', async (name) => {
    expect(await refusal(`term eq '${name.replaceAll("'", "''")}'`, [WON])).toMatch(/^unknown_term/)
  })

  test("the company's own word wins over one that is built in", async () => {
    const own = term('closed', { aliases: ['won'], filter: 'statecode ne Open' })
    const { plain } = await inOData("term eq 'won'", 'opportunity', knowing([{ ...WON, isOwn: false }, own]))
    expect(plain).toBe((await inOData('statecode ne Open', 'opportunity', knowing([own]))).plain)
  })
})

/** The table of opportunities with a column more. */
function withColumn(name: string, label: string, isHidden = false): Metadata {
  const column = { ...OPPORTUNITY.byName.get('description')!, name, property: name, label }
  const table: Table = isHidden
    ? { ...OPPORTUNITY, hidden: new Map([[name, column]]) }
    : { ...OPPORTUNITY, byName: new Map([...OPPORTUNITY.byName, [name, column]]) }
  return {
    ...knowing([WON, OPEN]),
    table: async (entity) => (entity.name === 'opportunity' ? table : METADATA.table(entity)),
  }
}

describe('a column that is called so', () => {
  test.each(['term', 'period'])('%s stays what it is', async (name) => {
    const { plain, said } = await inOData(`${name} eq 'won'`, 'opportunity', withColumn(name, 'X'))
    expect([plain, said]).toEqual([expect.stringContaining(`"attribute\\":\\"${name}\\",\\"operator\\":\\"eq\\"`), []])
  })

  test('by its label where the value is no term', async () => {
    const metadata = withColumn('new_term', 'Term')
    expect((await inOData("term eq '12 months'", 'opportunity', metadata)).plain).toContain('new_term')
    expect((await inOData("term eq 'won'", 'opportunity', metadata)).plain).not.toContain('new_term')
  })

  test('and is hidden by an administrator is refused as that', async () => {
    const hidden = inOData("term eq 'won'", 'opportunity', withColumn('term', 'X', true))
    await expect(hidden).rejects.toMatchObject({ code: 'hidden_by_administrator' })
  })
})

describe('FetchXML', () => {
  const metadata = knowing([WON, OPEN])
  const link = (inner: string, more = ''): string =>
    `<link-entity name="opportunity" from="parentaccountid" to="accountid" alias="o" ${more}>${inner}</link-entity>`
  const asked = '<condition attribute="term" operator="eq" value="Won"/>'
  const period = '<condition attribute="period" operator="this-month"/>'
  const meant = '<condition attribute="statecode" operator="eq" value="1"/>'
  const dated = '<condition attribute="actualclosedate" operator="this-month"/>'
  const of = (xml: string): string => xml.replaceAll('<condition ', '<condition entityname="o" ')
  const f = (inner: string): string => `<filter>${inner}</filter>`
  test.each([
    ['opportunity', f(asked + period), f(meant + dated)],
    ['opportunity', f(asked.replace('eq" value', 'in" value').replace('Won', 'won, wins')), f(meant)],
    ['opportunity', f(asked.replace('"eq"', '"ne"')), f(meant.replace('"eq"', '"ne"'))],
    ['account', link(f(asked + period)), link(f(meant + dated))],
    ['account', f(link(f(asked + period), 'link-type="any"')), f(link(f(meant + dated), 'link-type="any"'))],
    [
      'account',
      link('', 'link-type="outer"') + f(of(asked + period)),
      link('', 'link-type="outer"') + f(of(meant + dated)),
    ],
  ])('of %s: %s', async (entity, xml, out) => {
    expect((await inFetchXml(xml, entity, metadata)).plain).toBe((await inFetchXml(out, entity, metadata)).plain)
  })
})

test('what a term means is said once, and of those in its definition after it', async () => {
  const stalled = term('stalled', { filter: "term eq 'open pipeline'", owner: 'Sales Operations.' })
  const { said } = await inOData("term eq 'stalled' or term eq 'STALLED'", 'opportunity', knowing([stalled, OPEN]))
  expect(said.filter((one) => one.includes(' means: '))).toEqual([
    `"stalled" means: What we call stalled (term eq 'open pipeline'). Defined by Sales Operations.`,
    '"open pipeline" means: What we call open pipeline (statecode eq Open; dates estimatedclosedate). Defined by this company.',
  ])
})
