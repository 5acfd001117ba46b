import { describe, expect, test } from '@jest/globals'
import { createFindings } from '../../../shared/dataverse/column-security/findings.ts'
import { guardedQuery } from '../../../shared/dataverse/column-security/resolve-visible.ts'
import type { Metadata, Visibility } from '../../../shared/dataverse/metadata/model.ts'
import { parseFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { writeFetch } from '../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { METADATA, refusal } from './support/tables.ts'

/** Amounts are as `visibility` says. */
function seeing(visibility: Visibility): Metadata {
  return { ...METADATA, sight: async () => (column) => (column.type === 'Money' ? visibility : 'shown') }
}
const fetchOf = (inner: string, options = ''): string =>
  `<fetch${options}><entity name="opportunity">${inner}</entity></fetch>`
const guarded = (xml: string, visibility: Visibility) => guardedQuery(parseFetch(xml).fetch, seeing(visibility))

const AMOUNT = '<attribute name="estimatedvalue"/>'
const GUESS = '<filter type="and"><condition attribute="estimatedvalue" operator="gt" value="1"/></filter>'

describe('a query of a column whose security could not be asked', () => {
  test.each([
    ['selects it', fetchOf(`<attribute name="name"/>${AMOUNT}`)],
    ['has a condition on it', fetchOf(`<attribute name="name"/>${GUESS}`)],
    ['orders by it', fetchOf('<attribute name="name"/><order attribute="estimatedvalue"/>')],
    ['adds it up', fetchOf('<attribute name="estimatedvalue" alias="s" aggregate="sum"/>', ' aggregate="true"')],
  ])('%s: asked as it stands, and the doubt is told', async (_what, xml) => {
    const { query, hidden, withheld } = await guarded(xml, 'unsure')
    expect([writeFetch(query), withheld]).toEqual([xml, []])
    expect(hidden).toEqual([expect.stringMatching(/^estimatedvalue may be hidden from you by column security/)])
  })
})

describe('a query of a column that is hidden', () => {
  test('loses it, and says under which key', async () => {
    const xml = fetchOf(`<attribute name="name"/>${AMOUNT.replace('/>', ' alias="size"/>')}`)
    const { query, withheld } = await guarded(xml, 'hidden')
    expect([writeFetch(query), withheld]).toEqual([fetchOf('<attribute name="name"/>'), ['size']])
  })

  test('asks for the id where nothing is left: no attribute would mean every column', async () => {
    const { query } = await guarded(fetchOf(AMOUNT), 'hidden')
    expect(writeFetch(query)).toBe(fetchOf('<attribute name="opportunityid"/>'))
  })

  test.each([
    ['a condition', fetchOf(`<attribute name="name"/>${GUESS}`)],
    ['a distinct row', fetchOf(AMOUNT, ' distinct="true"')],
    ['a group', fetchOf('<attribute name="estimatedvalue" groupby="true" alias="g"/>', ' aggregate="true"')],
  ])('is refused for %s', async (use, xml) => {
    const { code, message, nextStep } = await refusal(() => guarded(xml, 'hidden'))
    expect([code, message]).toEqual(['hidden_column', expect.stringContaining(`${use} by it`)])
    expect(nextStep).toContain('administrator gives access')
  })
})

test.each([
  [[], []],
  [['a'], ['a is hidden from you by column security; its values are not shown.']],
  [['a', 'b', 'a'], ['a and b are hidden from you by column security; their values are not shown.']],
  [
    Array.from({ length: 25 }, (_, at) => `c${at}`),
    [expect.stringMatching(/c19 and 5 more columns are hidden from you by column security/)],
  ],
])('%j is said in one sentence', (names, sentences) => {
  const { add, sentences: say } = createFindings()
  for (const name of names) add(name, 'hidden')
  add('open', 'shown')
  expect(say()).toEqual(sentences)
})
