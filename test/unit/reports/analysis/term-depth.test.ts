import { expect, test } from '@jest/globals'

import { MOST_TERM_DEPTH, type Term } from '../../../../shared/dataverse/query/terms/term.ts'
import { findTerm } from '../../../../shared/dataverse/query/terms/find-term.ts'
import { parseMeasure } from '../../../../shared/reports/analysis/parse/measure/parse-measure.ts'
import { termFigures } from '../../../../shared/reports/analysis/parse/terms.ts'
import { mergeTerms } from '../../../../shared/reports/terms/merge-terms.ts'
import { inOData, knowing, term } from '../../dataverse/query/terms/asking.ts'

type Member = 'filter' | 'measure'

/** So many terms, each made of the next. */
const chain = (length: number, member: Member): Term[] =>
  Array.from({ length }, (_one, at) => {
    const inner =
      at === length - 1 ? (member === 'filter' ? "name ne 'x'" : 'count') : innerOf(member, `link ${at + 1}`)
    return term(`link ${at}`, { [member]: inner })
  })
const innerOf = (member: Member, name: string): string =>
  member === 'filter' ? `term eq '${name}' and name ne 'x'` : `term('${name}') * 2`

const entries = (terms: readonly Term[]) =>
  terms.map(({ slug, isOwn: _own, ...definition }) => ({
    slug,
    hidden: false,
    definition: JSON.stringify({ slug, ...definition }),
  }))

const isRefused = async (ask: () => unknown): Promise<boolean> => {
  try {
    await ask()
    return false
  } catch {
    return true
  }
}

/** One limit: what a deployment may write is what can be asked, and nothing deeper. */
test.each<[number, boolean]>([
  [1, false],
  [MOST_TERM_DEPTH, false],
  [MOST_TERM_DEPTH + 1, true],
])(
  '%d terms, one in another, are too deep where they are written and where they are asked: %s',
  async (length, deep) => {
    const [filters, measures] = [chain(length, 'filter'), chain(length, 'measure')]
    for (const terms of [filters, measures]) {
      const { own, skipped } = mergeTerms([], entries(terms))
      expect([own, skipped.length]).toEqual(deep ? [length - 1, 1] : [length, 0])
    }
    expect(await isRefused(() => inOData("term eq 'link 0'", 'opportunity', knowing(filters)))).toBe(deep)
    const figures = termFigures({
      find: (name) => findTerm(measures, 'opportunity', name),
      unknown: (name) => new Error(name),
      isElsewhere: () => false,
      isNear: () => false,
      use: () => undefined,
    })
    expect(await isRefused(() => parseMeasure('link 0', figures))).toBe(deep)
  },
)
