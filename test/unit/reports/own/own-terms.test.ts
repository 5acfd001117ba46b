import { describe, expect, test } from '@jest/globals'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { BUILT_IN_CATALOGUE } from '../../../../shared/reports/catalogue/built-in.ts'
import type { ReportDefinition } from '../../../../shared/reports/definition.ts'
import { checkParameters } from '../../../../shared/reports/check/check-parameters.ts'
import { describeReport, promptText } from '../../../../shared/reports/describe-report.ts'
import {
  inOwnWords,
  reportTerms,
  termsOfFigure,
  type ReportTerms,
} from '../../../../shared/reports/terms/in-reports.ts'
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
    ['amount', 'won-lost-this-quarter', 'lost', { amount: 'estimatedvalue' }, ['lost']],
    ['amount', 'pipeline-by-stage', 'open-pipeline', { amount: 'budgetamount' }, ['open pipeline']],
    ['date', 'closing-this-month', 'open-pipeline', { date: 'finaldecisiondate' }, []],
  ])('by another %s, leaves out the figures that it does not have', async (_what, slug, of, changes, figures) => {
    const terms = await overriding(slug, of, changes)
    expect([...terms.figures]).toEqual(figures)
    const { columns, totals } = inOwnWords(report(slug), terms)
    const left = [...columns, ...totals].flatMap(termsOfFigure)
    expect(left.filter((name) => terms.figures.has(name))).toEqual([])
    for (const name of figures) expect(terms.reading.join(' ')).toContain(`"measures":["${name}"]`)
  })

  const RULES = BUILT_IN_CATALOGUE.all.flatMap(({ slug, rules = [] }) => rules.map((rule) => ({ slug, ...rule })))
  test.each(RULES)(
    'tells the rule of $term in $slug as it is built in, and not where the company has its own',
    async (rule) => {
      const of = BUILT_IN_TERMS.find(({ name, entity }) => name === rule.term && entity === 'opportunity')!.slug
      const terms = await overriding(rule.slug, of, { filter: "statecode eq 'Open'", owner: 'Sales Operations' })
      const values = checkParameters(report(rule.slug), {})
      for (const text of [describeReport(report(rule.slug)), promptText(report(rule.slug), values)])
        expect(text).toContain(rule.text)
      for (const text of [describeReport(report(rule.slug), terms), promptText(report(rule.slug), values, terms)])
        expect(text).not.toContain(rule.text)
    },
  )

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
