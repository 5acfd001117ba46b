import { answerColumns } from '../../../../shared/reports/analysis/parse/answer/columns.ts'
import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../shared/dataverse/errors.ts'
import type { Group } from '../../../../shared/reports/analysis/model.ts'
import {
  parseAnalysis,
  type ParsedAnalysis,
  type WrittenAnalysis,
} from '../../../../shared/reports/analysis/parse/parse-analysis.ts'
import { parseGroup } from '../../../../shared/reports/analysis/parse/parse-group.ts'

const refusalOf = (read: () => unknown): QueryError => {
  try {
    read()
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const column = (text: string) => ({ path: text.split('/').slice(0, -1), name: text.split('/').at(-1)! })
const by = (name: string, of: string): Group => ({ name, kind: 'column', column: column(of) })
const part = (name: string, of: string, which: Extract<Group, { kind: 'date' }>['part']): Group => {
  return { name, kind: 'date', column: column(of), part: which }
}

describe('groups, however they are written', () => {
  test.each<[Group, ...string[]]>([
    [by('ownerid', 'ownerid'), 'ownerid', '$ownerid', '"ownerid"', ' ownerid '],
    [
      by('parentaccountid.industrycode', 'parentaccountid/industrycode'),
      'parentaccountid/industrycode',
      'parentaccountid.industrycode',
    ],
    [by('industry', 'parentaccountid/industrycode'), 'parentaccountid/industrycode as industry'],
    [
      part('month(createdon)', 'createdon', 'month'),
      ...['month(createdon)', 'MONTH(createdon)', 'createdon by month', 'createdon per month', 'createdon:month'],
      ...['month of createdon', 'createdon(month)', "date_trunc('month', createdon)", 'datetrunc(month, createdon)'],
    ],
    [
      part('month(parentaccountid/createdon)', 'parentaccountid/createdon', 'month'),
      'month(parentaccountid/createdon)',
    ],
    [
      part('fiscal_period(createdon)', 'createdon', 'fiscal-period'),
      'fiscal_quarter(createdon)',
      'FiscalPeriod(createdon)',
    ],
    [
      part('month_of_year(createdon)', 'createdon', 'month-of-year'),
      'month_of_year(createdon)',
      'monthOfYear(createdon)',
    ],
    [part('weekday(createdon)', 'createdon', 'weekday'), 'weekday(createdon)', 'day_of_week(createdon)'],
    [part('m', 'createdon', 'month'), 'month(createdon) as m'],
  ])('%j', (group, ...written) => {
    for (const text of written) expect([text, parseGroup(text)]).toEqual([text, group])
  })

  test.each([
    ['band(estimatedvalue, 10000, 50000)', [10000, 50000]],
    ['bucket(estimatedvalue,10k,0.05m)', [10000, 50000]],
    ['band(estimatedvalue, -5, 0, 5)', [-5, 0, 5]],
    ['band(days(createdon, today), 7, 30, 90)', [7, 30, 90]],
    ['band(estimatedvalue * closeprobability / 100, 1_000)', [1000]],
  ])('%s', (text, edges) => {
    expect(parseGroup(text)).toMatchObject({ kind: 'band', edges })
    expect(parseGroup(parseGroup(text).name)).toEqual(parseGroup(text))
  })

  test.each([
    ['', /ends too early/],
    ['createdon createdon', /unexpected "createdon"/],
    ['hour(createdon)', /a day is the least/],
    ['sum(estimatedvalue)', /is a figure/],
    ['count', undefined],
    ['round(estimatedvalue)', /round\(\), which there is not/],
    ['createdon by nothing', /no part of a date/],
    ["date_trunc('hour', createdon)", /no part of a date/],
    ['days(createdon, today)', /a group for each number of days/],
    ['month(createdon', /ends too early/],
    ['band(estimatedvalue)', /where its bands begin/],
    ['band(days(createdon, today))', /where its bands begin/],
    ['band(estimatedvalue, 50000, 10000)', /do not rise/],
    ['band(estimatedvalue, 10, 10)', /do not rise/],
    ['band(estimatedvalue, 10,000, 50,000)', /do not rise/],
    ['band(5, 10)', /band of a number/],
    ['band(estimatedvalue, x)', /unexpected "x"/],
    [`band(estimatedvalue, ${Array.from({ length: 30 }, (_one, at) => at + 1).join(', ')})`, /more than 20 edges/],
    ['ownerid as __proto__', /cannot be called/],
    ['ownerid;', /unexpected ";"/],
  ])('%s is refused, and its next step works', (text, why) => {
    if (why === undefined) {
      expect(parseGroup(text)).toMatchObject({ kind: 'column' })
      return
    }
    const { code, message, nextStep } = refusalOf(() => parseGroup(text))
    expect([code, message]).toEqual(['invalid_group', expect.stringMatching(why)])
    const name = /^Write "(as \w+)" instead of that name\.$/.exec(nextStep)?.[1]
    const step = name === undefined ? /^Write: (.*)\.$/.exec(nextStep)?.[1] : text.replace(/as \S+$/, name)
    expect([step, parseGroup(step ?? '').kind]).toEqual([step, expect.any(String)])
  })
})

const parse = (written: Partial<WrittenAnalysis>): ParsedAnalysis & { readonly said: readonly string[] } => {
  const said: string[] = []
  const whole = { entity: 'opportunity', measures: ['count', 'sum(estimatedvalue) as total'], ...written }
  return { ...parseAnalysis(whole, (sentence) => said.push(sentence)), said }
}
const namesOf = (written: Partial<WrittenAnalysis>): readonly string[] => {
  return parse(written).analysis.measures.map(({ name }) => name)
}

describe('measures together', () => {
  test('one text may hold several, and each has a name of its own', () => {
    expect(namesOf({ measures: ['count, sum(a), avg(days(a, b)) as cycle', "count(where name eq 'a,b')"] })).toEqual([
      ...['count', 'sum(a)', 'cycle', "count(where name eq 'a,b')"],
    ])
    const long = (end: string): string => `count(where name eq '${'x'.repeat(80)}${end}')`
    const [one, other] = namesOf({ measures: [long('1'), long('2')] })
    expect(one).toHaveLength(60)
    expect(other).toBe(`${one} 2`)
  })

  test('what is given twice is said, and answered once', () => {
    const { analysis, said } = parse({
      measures: ['count', 'COUNT(*)', 'count as n'],
      by: ['ownerid', 'ownerid, $ownerid'],
    })
    expect(analysis.measures.map(({ name }) => name)).toEqual(['count', 'n'])
    expect(analysis.groups).toHaveLength(1)
    expect(said).toEqual([
      'ownerid was given twice in by.',
      '$ownerid was given twice in by.',
      'COUNT(*) was given twice in measures.',
    ])
  })

  test.each<[Partial<WrittenAnalysis>, code: string, why: RegExp]>([
    [{ measures: [] }, 'invalid_measure', /No measure/],
    [{ measures: [' , '] }, 'invalid_measure', /No measure/],
    [{ measures: ['sum(a) as x', 'sum(b) as X'] }, 'invalid_measure', /would be called X/],
    [{ measures: ['count as ownerid'], by: ['ownerid'] }, 'invalid_measure', /would be called ownerid/],
    [{ by: ['ownerid as x', 'statecode as x'] }, 'invalid_group', /Two groups/],
    [{ by: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_group', /More than 4/],
    [{ measures: Array.from({ length: 16 }, (_one, at) => `sum(a${at})`) }, 'invalid_measure', /More than 15/],
    [{ compare: ['createdon eq this-year'] }, 'invalid_arguments', /two conditions/],
    [{ compare: ['a', 'b', 'c'] }, 'invalid_arguments', /two conditions/],
  ])('%j is refused', (written, code, why) => {
    const error = refusalOf(() => parse(written))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(why)])
    const [, step, text] = /^Write "(as \w+)" behind "(.*)"\.$/.exec(error.nextStep) ?? []
    const others = written.measures?.slice(0, -1) ?? []
    if (step !== undefined)
      expect(namesOf({ ...written, measures: [...others, `${text} ${step}`] })).toHaveLength(others.length + 1)
  })

  test('a comparison is two conditions, in one text or in two', () => {
    const compare = ['actualclosedate eq this-quarter', 'actualclosedate eq last-quarter']
    expect(parse({ compare }).analysis.compare).toEqual(compare)
    expect(parse({ compare: [compare.join(', ')] }).analysis.compare).toEqual(compare)
    expect(parse({ compare: [] }).analysis.compare).toBeUndefined()
  })
})

const WITH = {
  measures: [
    'count',
    'sum(estimatedvalue)',
    "count(where statecode eq 'Won') / count as win_rate",
    'avg(days(a, b)) as cycle',
  ],
  by: ['ownerid', 'month(createdon)', 'parentaccountid/industrycode'],
  compare: ['createdon eq this-year', 'createdon eq last-year'],
}
const figure = (at: number, side = 'now') => ({ kind: 'measure', at, side })

describe('having', () => {
  test.each<[string, unknown]>([
    ['count ge 5', { figure: figure(0), by: 'ge', with: 5 }],
    ['count >= 5', { figure: figure(0), by: 'ge', with: 5 }],
    ['5 le count', { figure: figure(0), by: 'ge', with: 5 }],
    ['count(*) ge 5', { figure: figure(0), by: 'ge', with: 5 }],
    ['sum(estimatedvalue) gt 50k', { figure: figure(1), by: 'gt', with: 50_000 }],
    ['SUM of x', undefined],
    ['avg(days(a, b)) lt -1.5', { figure: figure(3), by: 'lt', with: -1.5 }],
    ['Win_Rate lt 0.3', { figure: figure(2), by: 'lt', with: 0.3 }],
    ['count_before eq 0', { figure: figure(0, 'before'), by: 'eq', with: 0 }],
    ['cycle_change_percent ne 0', { figure: figure(3, 'change-percent'), by: 'ne', with: 0 }],
    ['count gt cycle', { figure: figure(0), by: 'gt', with: figure(3) }],
  ])('%s', (having, compared) => {
    if (compared === undefined) {
      expect(refusalOf(() => parse({ ...WITH, having })).code).toMatch(/^invalid_/)
      return
    }
    expect(parse({ ...WITH, having }).having).toMatchObject({ of: [compared] })
  })

  test('conditions are joined and negated as in a filter', () => {
    const { having } = parse({ ...WITH, having: 'not (count ge 5 or win_rate is null) and cycle in (1, 2)' })
    expect(having).toEqual({
      kind: 'all',
      of: [
        {
          kind: 'any',
          of: [
            { kind: 'compared', figure: figure(3), by: 'eq', with: 1 },
            { kind: 'compared', figure: figure(3), by: 'eq', with: 2 },
          ],
        },
        {
          kind: 'not',
          of: {
            kind: 'all',
            of: [
              {
                kind: 'any',
                of: [
                  { kind: 'compared', figure: figure(0), by: 'ge', with: 5 },
                  { kind: 'empty', figure: figure(2) },
                ],
              },
            ],
          },
        },
      ],
    })
  })

  test.each([
    ['revenue gt 5', /no figure "revenue"/],
    ['ownerid eq 5', /no figure/],
    ['ownerid eq me', /no figure/],
    ["count eq 'many'", /no number/],
    ['win_rate lt 30%', /may be 0.3 or 30/],
    ['contains(count,5)', /^The/],
    ['count', /with nothing/],
    ['sum(other) gt 5', /^The/],
    ['count(where a eq 1) / count lt 0.3', /^The/],
    ['contacts/any(c:c/x eq 1)', /rows of a collection/],
    ["count like '5%'", /begins-with/],
    ['__9 gt 5', /no figure/],
    ['__4 gt sum(estimatedvalue)', /no figure/],
    ['__proto__ gt 5', /no figure/],
  ])('%s is refused, and its next step works', (having, why) => {
    const { code, message, nextStep } = refusalOf(() => parse({ ...WITH, having }))
    expect(code).toMatch(/^invalid_(?:having|filter)$/)
    if (code === 'invalid_filter') return
    expect(message).toMatch(why)
    const step = /^Write: (.*?)\. Figures: count, /.exec(nextStep)?.[1]
    expect(parse({ ...WITH, having: step! }).having).toBeDefined()
  })
})

describe('orderby', () => {
  test.each<[string, readonly (readonly [unknown, boolean])[]]>([
    ['win_rate desc', [[figure(2), true]]],
    [
      '-count, ownerid',
      [
        [figure(0), true],
        [{ kind: 'group', at: 0 }, false],
      ],
    ],
    [
      'sum(estimatedvalue) desc, avg(days(a, b)) asc',
      [
        [figure(1), true],
        [figure(3), false],
      ],
    ],
    ['month(createdon)', [[{ kind: 'group', at: 1 }, false]]],
    ['createdon by month', []],
    [
      'parentaccountid/industrycode, count change desc',
      [
        [{ kind: 'group', at: 2 }, false],
        [figure(0, 'change'), true],
      ],
    ],
    ['"count change %" desc', [[figure(0, 'change-percent'), true]]],
  ])('%s', (orderby, orders) => {
    if (orders.length === 0) {
      expect(refusalOf(() => parse({ ...WITH, orderby })).code).toBe('invalid_orderby')
      return
    }
    expect(parse({ ...WITH, orderby }).orders).toEqual(orders.map(([by, descending]) => ({ by, descending })))
  })

  test.each(['estimatedvalue desc', 'sum(other) desc', 'count__9', '__99'])(
    '%s is refused, and its next step works',
    (orderby) => {
      const { code, nextStep } = refusalOf(() => parse({ ...WITH, orderby }))
      expect(code).toBe('invalid_orderby')
      const step = /^Write: (.*?)\. Columns: ownerid, /.exec(nextStep)?.[1]
      expect(parse({ ...WITH, orderby: step! }).orders).toHaveLength(1)
    },
  )
})

describe('a column of an answer is called in having and orderby what it is called there', () => {
  const LONG = "sum(estimatedvalue where statecode eq 'Won' and estimatedvalue gt 10 and closeprobability gt 1)"
  const asked = { ...WITH, measures: ['count', 'sum(a) / count', 'sum(a)', 'count as n', LONG, `-${LONG} / count`] }
  const columns = answerColumns(parse(asked).analysis).filter(({ shows }) => shows.kind === 'measure')
  const texts = columns.flatMap(({ name, written, shows }) => [name, written].map((text) => [text, shows] as const))

  test.each(texts)('%s', (text, shows) => {
    // Of a figure that was given twice the first is meant.
    const meant = text.startsWith('count') ? { ...shows, at: 0 } : shows
    expect(parse({ ...asked, orderby: `${text} desc` }).orders).toEqual([{ by: meant, descending: true }])
    const having = parse({ ...asked, having: `${text} lt 5` }).having
    expect(having).toMatchObject({ of: [{ figure: meant, by: 'lt', with: 5 }] })
  })

  test.each([[[LONG]], [['count / sum(a)']], [['n = count', LONG]]])('what %j is refused with works', (measures) => {
    const { nextStep } = refusalOf(() => parse({ ...WITH, measures, having: 'none gt 5' }))
    const [, step] = /^Write: (.*?)\. Figures: /.exec(nextStep) ?? []
    expect(parse({ ...WITH, measures, having: step! }).having).toBeDefined()
    const order = refusalOf(() => parse({ ...WITH, measures, orderby: 'none' }))
    const [, column] = /^Write: (.*?)\. Columns: /.exec(order.nextStep) ?? []
    expect(parse({ ...WITH, measures, orderby: column! }).orders).toHaveLength(1)
  })
})
