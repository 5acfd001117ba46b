// Not in a bare npm test: looks at pages in a browser.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { covering, pairsOf } from '../../queries/covering.ts'
import { type AppView, startAppView } from '../support/app-view.ts'
import { describeInChromium } from '../support/chromium.ts'
import { type Drawn, type Mark, readMarks, type Tick } from '../support/drawn-marks.ts'
import { madeAnswer, type MadeAnswer, type Making } from '../support/made-answers.ts'

const BASE: Making = {
  kind: 'bars',
  signs: 'gains',
  series: 1,
  groups: 7,
  by: 'names',
  gaps: false,
  measure: 'sum',
  size: 90_000,
}
const SIGNS = ['gains', 'losses', 'both', 'zeros'] as const
/** Of what is drawn each with each sign and so many series, together; of what else differs every two. */
const enough = (makings: readonly Making[]): Making[] =>
  covering(makings, ({ kind, signs, gaps, series, groups, by }) => {
    const many = `${series} of ${groups}`
    return [`${kind} ${signs} ${many}`, ...pairsOf([kind, signs, String(gaps), many, by])]
  })
/** Each way with each sign, with and without gaps, alone and of several series, that add up or do not. */
const MAKINGS = (['bars', 'columns', 'lines', 'stacked', 'funnel'] as const).flatMap((kind) =>
  SIGNS.flatMap((signs) =>
    [false, true].flatMap((gaps): Making[] => {
      const one: Making = { ...BASE, kind, signs, gaps, by: kind === 'lines' ? 'months' : 'names' }
      if (kind === 'funnel') return signs === 'gains' ? [{ ...one, groups: 5 }] : []
      if (kind === 'stacked') return [{ ...one, series: 3, by: 'quarters' }]
      return [one, { ...one, series: 3 }, { ...one, series: 4, groups: 4, measure: 'avg' }]
    }),
  ),
)
const CURRENCIES = ['EUR', '£', 'Pound Sterling'] as const
const SIZES = [0.004, 0.9, 12, 4_321, 8e5, 7e9].flatMap((size, at): Making[] =>
  (['bars', 'columns'] as const).map((kind, of) => {
    const currency = CURRENCIES[(at + of) % CURRENCIES.length]!
    return { ...BASE, kind, size, currency, signs: 'both' }
  }),
)
const LABELS = (['names', 'long names', 'months', 'quarters'] as const).flatMap((by) =>
  (['bars', 'columns', 'lines'] as const).flatMap((kind) =>
    [2, 24].map((groups): Making => ({ ...BASE, kind, by, groups })),
  ),
)
const EDGES: readonly Making[] = [
  { ...BASE, groups: 1 },
  { ...BASE, kind: 'columns', by: 'months', groups: 1, signs: 'losses' },
  { ...BASE, groups: 1_000, signs: 'both' },
  { ...BASE, kind: 'lines', by: 'months', groups: 1_000, signs: 'both' },
  { ...BASE, by: 'odd names', groups: 12 },
  { ...BASE, kind: 'columns', by: 'odd names', groups: 12, signs: 'both' },
]
/** Groups that have room. */
const ROOM = { bars: 24, columns: 40, funnel: 24, stacked: 24, lines: Infinity } as const
const WAYS: readonly Making[] = [...enough(MAKINGS), ...SIZES, ...enough(LABELS), ...EDGES]
const nameOf = ({ kind, signs, series, groups, by, gaps, measure, size, currency = '' }: Making) =>
  [kind, signs, `${series} of ${groups} ${by}`, gaps ? 'with gaps' : '', measure, size, currency].join(' ')

/** What must be drawn: row by row, by the answer alone. */
const wanted = ({ rows }: MadeAnswer) =>
  rows.flatMap((row, at) => (typeof row.at(-1) === 'number' ? [{ at, value: Number(row.at(-1)), row }] : []))

/** From pixels to values, by two lines of the axis. */
function reading(ticks: readonly Tick[], axis: 'x' | 'y') {
  const [first, last] = [ticks[0]!, ticks.at(-1)!]
  const perPixel = (last.value - first.value) / (last[axis] - first[axis])
  return { perPixel: Math.abs(perPixel), at: (pixel: number) => first.value + (pixel - first[axis]) * perPixel }
}

function checkAxis(ticks: readonly Tick[], values: readonly number[]): void {
  const numbers = ticks.map(({ value }) => value)
  expect(numbers.length).toBeGreaterThan(1)
  expect(numbers.length).toBeLessThanOrEqual(5)
  expect(numbers).toContain(0)
  const step = numbers[1]! - numbers[0]!
  expect(['1', '2', '5']).toContain(String(Number(step.toExponential(6).split('e')[0])))
  for (const [at, number] of numbers.entries()) expect(number).toBeCloseTo(numbers[0]! + at * step, 9)
  expect(Math.min(...numbers)).toBeLessThanOrEqual(Math.min(...values))
  expect(Math.max(...numbers)).toBeGreaterThanOrEqual(Math.max(...values))
}

/** A bar is as long as its value, and begins at zero or where the one before it of its sign and its group ends. */
function checkBars({ marks, ticks }: Drawn, axis: 'x' | 'y', isStacked: boolean): void {
  const { at, perPixel } = reading(ticks, axis)
  const near = (value: number, other: number) => expect(Math.abs(value - other)).toBeLessThanOrEqual(perPixel * 0.6)
  const ends = new Map<string, number>()
  for (const mark of marks) {
    const edges = axis === 'x' ? [at(mark.left), at(mark.right)] : [at(mark.bottom), at(mark.top)]
    const [low, high] = edges.toSorted((a, b) => a - b) as [number, number]
    near(high - low, Math.abs(mark.value))
    const stack = isStacked ? `${mark.label} ${mark.value < 0}` : `${mark.label} ${mark.series}`
    const start = ends.get(stack) ?? 0
    near(mark.value < 0 ? high : low, start)
    ends.set(stack, start + mark.value)
  }
  const reached = [...ends.values()]
  checkAxis(ticks, reached)
}

function checkLines({ marks, ticks, pieces }: Drawn, answer: MadeAnswer): void {
  const { at, perPixel } = reading(ticks, 'y')
  for (const { y, value } of marks) expect(Math.abs(at(y) - value)).toBeLessThanOrEqual(perPixel * 0.6)
  checkAxis(
    ticks,
    marks.map(({ value }) => value),
  )
  const series = [...new Set(marks.map((mark) => mark.series))]
  const labels = [...new Set(answer.rows.map(([label]) => label))]
  const runs = (name: string) => {
    const isThere = labels.map((label) =>
      answer.rows.some(
        (row) => row[0] === label && (row.length < 3 || row[1] === name) && typeof row.at(-1) === 'number',
      ),
    )
    return isThere.filter((there, place) => there && isThere[place - 1] !== true).length
  }
  expect(pieces.filter((count) => count > 0).toSorted()).toEqual(series.map(runs).toSorted())
  for (const name of series) {
    const own = marks.filter((mark) => mark.series === name)
    expect(own.map(({ x }) => x)).toEqual(own.map(({ x }) => x).toSorted((a, b) => a - b))
  }
}

function checkFunnel(marks: readonly Mark[]): void {
  const widest = marks.toSorted((a, b) => b.value - a.value)[0]!
  const middle = (mark: Mark) => (mark.left + mark.right) / 2
  for (const mark of marks) {
    expect((mark.right - mark.left) / (widest.right - widest.left)).toBeCloseTo(mark.value / widest.value, 2)
    expect(middle(mark)).toBeCloseTo(middle(widest), 0)
  }
}

describeInChromium('the marks of a picture', (executablePath) => {
  let app: AppView
  beforeAll(async () => {
    app = await startAppView(executablePath)
  })
  afterAll(() => app.close())
  afterEach(() => expect(app.problems()).toEqual([]))

  test.each(WAYS.map((making, seed) => [nameOf(making), making, seed + 1] as const))(
    '%s: are as large as the values',
    async (_name, making, seed) => {
      const answer = madeAnswer(making, seed)
      const width = seed % 2 === 0 ? 320 : 720
      const { view } = await app.showNext({ structuredContent: { ...answer }, content: [] }, width)
      const drawn = await readMarks(view)
      const expected = wanted(answer).filter(({ at }) => making.groups < 1_000 || at < ROOM[making.kind])
      expect(drawn.marks.map(({ rows }) => rows).toSorted((a, b) => a[0]! - b[0]!)).toEqual(
        expected.map(({ at }) => [at]),
      )
      for (const { rows, value, series } of drawn.marks) {
        const row = answer.rows[rows[0]!]!
        expect([value, series]).toEqual([row.at(-1), row.length > 2 ? row[1] : ''])
      }
      const isAcross = making.kind === 'bars'
      if (making.kind === 'lines' && /month|closed/.test(answer.picture.label)) checkLines(drawn, answer)
      else if (making.kind === 'lines') expect(drawn.pieces.length).toBe(1)
      else if (making.kind === 'funnel') checkFunnel(drawn.marks)
      else checkBars(drawn, isAcross ? 'x' : 'y', making.measure === 'sum')
      expect(drawn.clashes).toEqual([])
      const scrolled = await view.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(scrolled).toBe(0)
    },
  )

  test.each([
    [
      'sum(v)',
      [
        ['A', 3, '0 1'],
        ['B', 3, '2'],
      ],
    ],
    ['avg(v)', []],
  ] as const)('two rows of one label: %s', async (value, marks) => {
    const rows = [
      ['A', 1],
      ['A', 2],
      ['B', 3],
    ]
    const columns = [{ name: 'ownerid' }, { name: value }]
    const answer = { title: 'Made', columns, rows, picture: { kind: 'bars', label: 'ownerid', value } }
    const { view } = await app.show({ structuredContent: answer, content: [] })
    const drawn = await readMarks(view)
    expect(drawn.marks.map((mark) => [mark.label, mark.value, mark.rows.join(' ')])).toEqual(marks)
    // What is not drawn is said, and stands in the table.
    expect((await view.locator('figcaption').innerText()) === '').toBe(false)
    expect(await view.locator('tbody tr').count()).toBe(3)
  })
})
