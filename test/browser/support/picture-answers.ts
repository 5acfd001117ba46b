/** Analyses as show_answer gives them, with the titles that it gives the view. */
const FRAME = { asOf: '2026-11-29T18:48:50+00:00', timeZone: 'Europe/London' } as const
const QUARTERS = ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']
const WON = [412_000, 388_500, 861_600, 903_700, 540_200]
const OPEN = [0, 64_000, 212_300, 337_750, 874_000]
const LOST = [205_300, 148_000, 303_600, 293_900, 121_000]
const totalOf = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)

export const BY_QUARTER = {
  ...FRAME,
  title: 'Opportunities by quarter and state',
  columns: [
    { name: 'quarter(createdon)', title: 'Quarter' },
    { name: 'statecode', title: 'State', kind: 'choice' },
    { name: 'sum(estimatedvalue)', title: 'Estimated value', kind: 'money', currency: 'GBP' },
  ],
  rows: QUARTERS.flatMap((quarter, at) => [
    [quarter, 'Won', WON[at]],
    [quarter, 'Lost', LOST[at]],
    [quarter, 'Open', OPEN[at]],
  ]),
  values: { statecode: { Open: 0, Won: 1, Lost: 2 } },
  totals: { 'sum(estimatedvalue)': totalOf([...WON, ...LOST, ...OPEN]) },
  reading: 'sum(estimatedvalue) of 175 Opportunities that the person may read by quarter(createdon), statecode.',
  picture: { kind: 'stacked', label: 'quarter(createdon)', value: 'sum(estimatedvalue)', series: 'statecode' },
}

const RATES: readonly (readonly [string, number | null, number])[] = [
  ['2025-12', 41, 36],
  ['2026-01', 44, 31],
  ['2026-02', 39, 33],
  ['2026-03', null, 35],
  ['2026-04', 48, 38],
  ['2026-05', 52, 37],
  ['2026-06', 51, 42],
  ['2026-07', 57, 44],
  ['2026-08', 55, 41],
  ['2026-09', 61, 46],
]
export const BY_MONTH = {
  ...FRAME,
  title: 'Win rate by month and team',
  columns: [
    { name: 'month(actualclosedate)', title: 'Closed' },
    { name: 'team', title: 'Team' },
    { name: 'win_rate', title: 'Win rate', kind: 'percent' },
  ],
  rows: RATES.flatMap(([month, north, south]) => [
    [month, 'Key Accounts', north],
    [month, 'Inside Sales', south],
  ]),
  totals: { win_rate: 45.6 },
  reading: 'win_rate of 214 Opportunities that the person may read by month(actualclosedate), team.',
  picture: { kind: 'lines', label: 'month(actualclosedate)', value: 'win_rate', series: 'team' },
}

const CHANGES: readonly (readonly [string, number])[] = [
  ['Priya Nair', 184_200],
  ['Callum Fraser', 96_400],
  ['Oliver Hughes', -41_300],
  ['Aisha Khan', 22_750],
  ['Hannah O’Brien of the harbour and river trade', -87_900],
]
export const WON_BY_OWNER = {
  ...FRAME,
  title: 'Won, against last quarter',
  columns: [
    { name: 'ownerid', title: 'Owner', kind: 'lookup' },
    { name: 'sum(actualvalue) change', title: 'Change', kind: 'money', currency: 'GBP' },
  ],
  rows: CHANGES,
  totals: { 'sum(actualvalue) change': totalOf(CHANGES.map(([, change]) => change)) },
  picture: { kind: 'bars', label: 'ownerid', value: 'sum(actualvalue) change' },
}
