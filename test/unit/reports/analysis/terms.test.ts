import { describe, expect, test } from '@jest/globals'

import { QueryError } from '../../../../shared/dataverse/errors.ts'
import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import type { Term } from '../../../../shared/dataverse/query/terms/term.ts'
import type { Metadata } from '../../../../shared/dataverse/metadata/model.ts'
import { checkMeasure } from '../../../../shared/reports/analysis/parse/check-measure.ts'
import { printExpression } from '../../../../shared/reports/analysis/parse/measure/expression.ts'
import { readAnalysis } from '../../../../shared/reports/analysis/read-analysis.ts'
import { METADATA, OPPORTUNITY } from '../../dataverse/support/tables.ts'

const own = (name: string, rest: Partial<Term> = {}): Term => {
  const slug = `t-${Buffer.from(name).toString('hex').slice(0, 50)}`
  return { slug, name, aliases: [], meaning: 'Ours.', entity: 'opportunity', isOwn: true, ...rest }
}

/** Metadata of which nothing but its terms may be asked. */
const withTerms = (terms: readonly Term[] | undefined): Metadata =>
  new Proxy({} as Metadata, {
    get: (_all, name) => {
      if (name === 'terms' && terms) return async () => terms
      throw new Error(`${String(name)} was asked for`)
    },
  })

const read = async (measures: readonly string[], terms: readonly Term[] | undefined = BUILT_IN_TERMS, rest = {}) =>
  await readAnalysis({ entity: 'opportunity', measures, ...rest }, () => undefined, withTerms(terms))

const ALL_SHOWN: Metadata = { ...METADATA, terms: async () => BUILT_IN_TERMS }
const readIn = async (metadata: Metadata, text: string) =>
  await readAnalysis({ entity: 'opportunity', measures: [text] }, () => undefined, metadata)

const meantBy = async (text: string, terms?: readonly Term[]): Promise<string[]> =>
  (await read([text], terms)).analysis.measures.map(({ name, expression }) => `${name}: ${printExpression(expression)}`)

const refusalOf = async (run: () => unknown): Promise<QueryError> => {
  const error = await Promise.resolve()
    .then(run)
    .catch((thrown: unknown) => thrown)
  if (!(error instanceof QueryError)) throw new Error(`not refused: ${String(error)}`)
  return error
}

const WON = "sum(actualvalue where term eq 'won')"
const LOST = "sum(actualvalue where term eq 'lost')"

describe('a term is named among measures', () => {
  test.each([
    ['won', `won: ${WON}`],
    ['WON', `won: ${WON}`],
    ['"won deals" as w', `w: ${WON}`],
    ['w = wins', `w: ${WON}`],
    ["term('won')", `won: ${WON}`],
    ['term(won)', `won: ${WON}`],
    ['won_opportunities', `won: ${WON}`],
    ['won/lost', `won/lost: ${WON} / ${LOST}`],
    ['won - lost', `won - lost: ${WON} - ${LOST}`],
    ['-(won)', `-(won): 0 - ${WON}`],
    ['2 * won', `2 * won: 2 * ${WON}`],
    ['share(won)', `share(won): share(${WON})`],
    ['share(won / count)', `share(won / count): share(${WON} / count)`],
    ['win-rate', "win_rate: count(where term eq 'win rate' and (term eq 'won')) / count(where term eq 'win rate')"],
    ['won as lost', `lost: ${WON}`],
    ['count as won', 'won: count'],
    ['sum(won)', 'sum(won): sum(won)'],
  ])('%s', async (text, meant) => {
    expect(await meantBy(text)).toEqual([meant])
  })

  test('the longest name that there is, and none over a sign that calculates', async () => {
    const terms = [own('won'), own('won lost'), own('lost'), own('Größe'), own('30-day sales'), own('R&D, all (EU)')]
    expect(await meantBy('won lost', terms)).toEqual(['won_lost: count'])
    expect(await meantBy('won - lost', terms)).toEqual(['won - lost: count - count'])
    expect(await meantBy('won-lost', terms)).toEqual(['won_lost: count'])
    expect(await meantBy('GRÖSSE', [own('grösse')])).toHaveLength(1)
    for (const text of ['größe', "'30 day sales'", `"R&D, all (EU)"`])
      expect(await meantBy(text, terms)).toEqual([expect.stringMatching(/: count$/)])
  })

  test('an order and a condition name it as it was written', async () => {
    const { orders, having } = await read(['win rate', 'won'], BUILT_IN_TERMS, {
      orderby: 'win rate desc, won',
      having: 'win rate ge 0.5 and won gt 1000',
    })
    expect(orders.map(({ by }) => by)).toEqual([
      { kind: 'measure', at: 0, side: 'now' },
      { kind: 'measure', at: 1, side: 'now' },
    ])
    expect(having).toMatchObject({ kind: 'all', of: [{ figure: { at: 0 } }, { figure: { at: 1 } }] })
  })

  test('a question that names none does not ask which there are', async () => {
    const plain = ['count', 'sum(estimatedvalue) as s', 'share(count)', 'avg(days(createdon, today)) / 2', 'n = count']
    expect((await read([...plain, 'sum of revenue', 'count distinct ownerid'], [])).analysis.measures).toHaveLength(7)
    await expect(
      readAnalysis({ entity: 'o', measures: plain }, () => undefined, withTerms(undefined)),
    ).resolves.toBeDefined()
  })
})

describe('what is no term is refused, with what can be written instead', () => {
  test.each([
    ["term('wom')", 'unknown_term', "term('won')"],
    ['term(5)', 'unknown_term', "term('open pipeline')"],
    ['wom', 'invalid_measure', 'sum(wom)'],
    ['won lost', 'invalid_measure', 'won'],
    ['wom rate', 'unknown_term', "term('win rate')"],
  ])('%s', async (text, code, step) => {
    const refused = await refusalOf(() => readIn(ALL_SHOWN, text))
    expect(refused.code).toBe(code)
    const [written = ''] = /^Write: (.*?)(?:\.$|\. | or )/.exec(refused.nextStep)?.slice(1) ?? []
    expect(written).toBe(step)
    await expect(read([written])).resolves.toBeDefined()
  })

  test.each(['active customer', "term('active customer')"])('of another entity: %s', async (text) => {
    const { code, message, nextStep } = await refusalOf(() => readIn(ALL_SHOWN, text))
    expect([code, message]).toEqual(['unknown_term', '"active customer" is a term of account, not of opportunity.'])
    const entity = /Analyze the entity (\w+)/.exec(nextStep)?.[1] ?? ''
    await expect(
      readAnalysis({ entity, measures: [text] }, () => undefined, withTerms(BUILT_IN_TERMS)),
    ).resolves.toBeDefined()
  })
})

describe('what an administrator hides from models', () => {
  const { byName } = OPPORTUNITY
  const shown = new Map([...byName].filter(([name]) => !name.startsWith('estimatedvalue')))
  const hidden = new Map([...byName].filter(([name]) => name.startsWith('estimatedvalue')))
  const isHidden = (name: string): boolean => name === 'account'
  const metadata: Metadata = {
    ...ALL_SHOWN,
    entity: async (name) => {
      if (isHidden(name)) throw new QueryError('hidden_by_administrator', 'Hidden.', 'Leave it out.')
      return await METADATA.entity(name)
    },
    table: async () => ({ ...OPPORTUNITY, byName: shown, hidden }),
  }

  test.each(["term('nope')", "term('active customer')", 'wom rate', "term('open pipelin')", "term('')"])(
    'is offered by no refusal: %s',
    async (text) => {
      const { code, message, nextStep } = await refusalOf(() => readIn(metadata, text))
      expect([code, `${message} ${nextStep}`]).toEqual([
        'unknown_term',
        expect.not.stringMatching(/open pipeline|weighted|overdue|stalled|account/),
      ])
      expect(nextStep).toContain('win rate')
    },
  )

  test('is refused as what there is not', async () => {
    const refusalFor = async (text: string) => {
      const { code, message, nextStep } = await refusalOf(() => readIn(metadata, text))
      return [code, `${message} ${nextStep}`.replaceAll(text, '…').replaceAll(text.split(' ', 1)[0] ?? '', '…')]
    }
    expect(await refusalFor('active customer')).toEqual(await refusalFor('zzzzzz qqqqqqqq'))
  })
})

describe('a definition that cannot be used', () => {
  test.each([
    ...['count', 'Count', 'sum', 'total', 'average', 'share', 'median', 'days', 'month', 'band', 'date_diff', 'term'],
    ...['Period', 'where', 'count of deals', 'sum of revenue', 'today'],
  ])('is called as a word of the language: %s', async (name) => {
    for (const term of [own(name), own('ours', { aliases: [name] })]) {
      const { code, nextStep } = await refusalOf(() => checkMeasure(term, [term]))
      expect(code).toBe('invalid_measure')
      const other = /for example "(.*)"\.$/.exec(nextStep)?.[1] ?? ''
      const renamed = own(other)
      expect(() => checkMeasure(renamed, [renamed])).not.toThrow()
    }
  })

  test.each([
    ['is made of itself', [own('a', { measure: "term('a') + 1" })]],
    ['is made of itself', [own('a', { measure: 'b / 2' }), own('b', { measure: 'c' }), own('c', { measure: 'a * 2' })]],
    ['is a number', [own('a', { measure: '5 * 2' })]],
    ['There is no term', [own('a', { measure: "term('nothing')" })]],
    ['is a term of task', [own('a', { measure: "term('overdue')" }), own('overdue', { entity: 'task' })]],
    ['has an unexpected', [own('a', { measure: 'sum(b) c' })]],
    ['of a measure has', [own('a', { measure: 'sum(b where c d)' })]],
    ['more than 8 terms', Array.from({ length: 12 }, (_, at) => own(`z${at}`, { measure: `z${at + 1} + count` }))],
  ])('%s', async (why, terms) => {
    const [first] = terms
    expect((await refusalOf(() => checkMeasure(first!, terms))).message).toContain(why)
    // Stored by somebody who did not check: it is asked for, and still does not hang.
    const metadata = { ...ALL_SHOWN, terms: async () => terms }
    expect(await refusalOf(() => readIn(metadata, first!.name))).toBeInstanceOf(QueryError)
  })

  test('a few that are made of each other many times are not written out for ever', async () => {
    const many = Array.from({ length: 7 }, (_, at) =>
      own(`y${at}`, { measure: Array.from({ length: 100 }, () => `y${at + 1}`).join('+') }),
    )
    const terms = [...many, own('y7')]
    const before = process.cpuUsage()
    expect((await refusalOf(() => read(['y0'], terms))).message).toContain('more than 100 figures')
    const wide = Array.from({ length: 90 }, () => 'y6').join('+')
    expect((await refusalOf(() => read([wide], terms))).message).toContain('more than 300 figures')
    const { user, system } = process.cpuUsage(before)
    expect(user + system).toBeLessThan(2_000_000)
  })

  test('a name cannot close its quotes and add a condition', async () => {
    const name = "x' or statecode ge '0"
    const terms = [own(name, { filter: "statecode eq 'Won'" })]
    expect(await meantBy(`"${name}"`, terms)).toEqual([
      expect.stringContaining("count(where term eq 'x'' or statecode ge ''0')"),
    ])
  })
})

test('all that are built in can be asked for', () => {
  for (const term of BUILT_IN_TERMS) expect(() => checkMeasure(term, BUILT_IN_TERMS)).not.toThrow()
})
