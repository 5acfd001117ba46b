import { describe, expect, test } from '@jest/globals'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { BUILT_IN_CATALOGUE } from '../../../../shared/reports/catalogue/built-in.ts'
import type { ReportDefinition } from '../../../../shared/reports/definition.ts'
import { describeReport } from '../../../../shared/reports/describe-report.ts'
import { reportTerms, withoutFigures, type ReportTerms } from '../../../../shared/reports/terms/in-reports.ts'
import { mergeTerms } from '../../../../shared/reports/terms/merge-terms.ts'

const report = (slug: string): ReportDefinition => BUILT_IN_CATALOGUE.bySlug(slug)!
const overriding = async (slug: string, of: string, changes: object): Promise<ReportTerms> => {
  const before = BUILT_IN_TERMS.find((term) => term.slug === of)!
  const { isOwn: _, ...definition } = { ...before, ...changes }
  const { inForce, skipped } = mergeTerms(BUILT_IN_TERMS, [
    { slug: of, hidden: false, definition: JSON.stringify(definition) },
  ])
  expect(skipped).toEqual([])
  return await reportTerms(report(slug), { terms: () => Promise.resolve(inForce) })
}

describe('a report where a company means something else', () => {
  test.each([
    ['filter', 'pipeline-by-stage', 'open-pipeline', { filter: "statecode eq 'Open' and closeprobability ge 50" }, []],
    ['measure', 'won-lost-this-quarter', 'win-rate', { measure: 'count' }, ['win rate']],
    ['amount', 'pipeline-by-stage', 'open-pipeline', { amount: 'budgetamount' }, ['open pipeline']],
    ['date', 'closing-this-month', 'open-pipeline', { date: 'finaldecisiondate' }, []],
  ])('by another %s, leaves out the figures that it does not have', async (_what, slug, of, changes, figures) => {
    const terms = await overriding(slug, of, changes)
    expect([...terms.figures]).toEqual(figures)
    const { columns, totals } = withoutFigures(report(slug), terms)
    const left = [...columns, ...totals].flatMap((one) => ('term' in one && one.term !== undefined ? [one.term] : []))
    expect(left.filter((name) => terms.figures.has(name))).toEqual([])
    for (const name of figures) expect(terms.reading.join(' ')).toContain(`"measures":["${name}"]`)
  })

  test('says which parameters act on nothing', async () => {
    expect((await overriding('stalled-opportunities', 'stalled', { filter: 'modifiedon lt 2020-01-01' })).idle).toEqual(
      ['days', 'direct'],
    )
  })

  test('is described with the word, where it is the company’s own, and as it is written elsewhere', async () => {
    const slug = 'pipeline-by-stage'
    const terms = await overriding(slug, 'open-pipeline', { filter: "statecode eq 'Open' and closeprobability ge 50" })
    const word = '<condition attribute="term" operator="eq" value="open pipeline"'
    expect(describeReport(report(slug), terms)).toContain(word)
    expect(describeReport(report(slug))).not.toContain(word)
    expect(describeReport(report(slug))).toContain('attribute="statecode"')
  })
})
