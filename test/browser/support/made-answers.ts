/** What shows an analysis, as show_answer gives it. */
export type MadeAnswer = {
  readonly title: string
  readonly asOf: string
  readonly timeZone: string
  readonly columns: readonly object[]
  readonly rows: readonly (readonly unknown[])[]
  readonly totals: Readonly<Record<string, number>>
  readonly picture: { readonly kind: string; readonly label: string; readonly value: string; readonly series?: string }
}
export type Making = {
  readonly kind: 'bars' | 'columns' | 'lines' | 'stacked' | 'funnel'
  readonly signs: 'gains' | 'losses' | 'both' | 'zeros'
  readonly series: number
  readonly groups: number
  readonly by: 'names' | 'long names' | 'odd names' | 'months' | 'quarters'
  /** Whether some cells are empty and some rows not there. */
  readonly gaps: boolean
  readonly measure: 'sum' | 'avg'
  readonly size: number
  readonly currency?: string
}

/** Numbers that look random, and are the same each time. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const NAMES = ['Alder & Co', 'Beech', 'Cedar Works', 'Douglas', 'Elm', 'Fir', 'Gum', 'Hazel', 'Ivy', 'Juniper']
/** Right to left, with marks that turn the direction or have no width, endless, empty, and as the view calls groups itself. */
const ODD = [
  'שלום עולם',
  'A\u202Eevil\u202C',
  'zero\u200Bwidth\u2060\uFEFF',
  'x'.repeat(3_000),
  ' ',
  null,
  '(none)',
  'others (4 groups)',
  '<b>&amp;\u0000"\'',
  '👩‍👩‍👧‍👦'.repeat(40),
  '__proto__',
  '2026-Q9',
]
const LABELS: Readonly<Record<Making['by'], (at: number) => string | null>> = {
  names: (at) => `${NAMES[at % NAMES.length]}${at < NAMES.length ? '' : ` ${at}`}`,
  'long names': (at) => `${NAMES[at % NAMES.length]} and ${'Söhne '.repeat(3 + (at % 9))}${at} Gesellschaft`,
  'odd names': (at) => ODD[at] ?? null,
  months: (at) => `${2025 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`,
  quarters: (at) => `${2020 + Math.floor(at / 4)}-Q${(at % 4) + 1}`,
}
const COLUMNS: Readonly<Record<Making['by'], string>> = {
  names: 'ownerid',
  'long names': 'ownerid',
  'odd names': 'ownerid',
  months: 'month(createdon)',
  quarters: 'closed_in',
}

export function madeAnswer(making: Making, seed: number): MadeAnswer {
  const { series, groups, gaps, measure, size, currency, by, signs, kind } = making
  const throwDice = dice(seed)
  const amount = (): number => {
    const plain = Math.max(1e-6, Number((throwDice() * size).toPrecision(7)))
    if (signs === 'zeros') return 0
    if (signs === 'losses') return -plain
    return signs === 'both' && throwDice() < 0.4 ? -plain : plain
  }
  const value = `${measure}(estimatedvalue)`
  const rows = Array.from({ length: groups }, (_, at) => LABELS[by](at)).flatMap((label) =>
    Array.from({ length: series }, (_, at) => [label, ...(series > 1 ? [`Part ${at}`] : []), amount()] as unknown[]),
  )
  const kept = rows.flatMap((row) => {
    const chance = gaps ? throwDice() : 1
    return chance < 0.1 && series > 1 ? [] : [chance < 0.3 ? [...row.slice(0, -1), null] : row]
  })
  const amounts = kept.map((row) => row.at(-1)).filter((cell) => typeof cell === 'number')
  const sum = amounts.reduce((all, one) => all + one, 0)
  return {
    title: 'Made',
    asOf: '2026-11-29T18:48:50+00:00',
    timeZone: 'Europe/London',
    columns: [
      { name: COLUMNS[by] },
      ...(series > 1 ? [{ name: 'statecode', kind: 'choice' }] : []),
      { name: value, ...(currency !== undefined && { kind: 'money', currency }) },
    ],
    rows: kept,
    totals: { [value]: Math.round((measure === 'sum' ? sum : sum / Math.max(1, amounts.length)) * 1e6) / 1e6 },
    picture: { kind, label: COLUMNS[by], value, ...(series > 1 && { series: 'statecode' }) },
  }
}
