/** What a call of show_report answers, in the members that the view reads. */
export type DrawnReport = {
  readonly title: string
  readonly asOf: string
  readonly timeZone?: string
  readonly currency?: string
  readonly parameters: Readonly<Record<string, number | boolean>>
  readonly columns: readonly {
    readonly name: string
    readonly title: string
    readonly kind: string
    readonly empty?: string
    readonly currency?: string
  }[]
  readonly totals: readonly { readonly title: string; readonly value: number; readonly text: string }[]
  readonly rows: readonly (readonly unknown[])[]
  readonly values?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>
  readonly more: boolean
  readonly picture: { readonly kind: string; readonly label?: string; readonly value?: string }
  readonly reading: readonly string[]
  readonly recordLink?: string
  readonly notes: readonly string[]
}

const FRAME = {
  asOf: '2026-11-24T13:05:09+01:00',
  timeZone: 'Europe/Amsterdam',
  currency: 'EUR',
  parameters: { mine: false },
  more: false,
  reading: ['Only rows that the signed-in person may read are in it.'],
  notes: [],
} as const

export const PIPELINE: DrawnReport = {
  ...FRAME,
  title: 'Pipeline by stage',
  columns: [
    { name: 'stage', title: 'Stage', kind: 'text', empty: '(no stage)' },
    { name: 'opportunities', title: 'Opportunities', kind: 'count' },
    { name: 'total', title: 'Estimated value', kind: 'money' },
  ],
  totals: [
    { title: 'Opportunities', value: 71, text: '71' },
    { title: 'Estimated value', value: 4_182_300.5, text: '€4,182,300.50' },
  ],
  rows: [
    ['Qualify', 32, 1_904_000],
    ['Develop', 21, 1_310_250.5],
    ['Propose', 11, 702_050],
    ['Close', 5, 246_000],
    [null, 2, 20_000],
  ],
  values: { stage: { Qualify: 0, Develop: 1, Propose: 2, Close: 3 } },
  picture: { kind: 'funnel', label: 'stage', value: 'total' },
}

export const TEAM: DrawnReport = {
  ...PIPELINE,
  title: 'Team pipeline by owner',
  picture: { kind: 'bars', label: 'stage', value: 'opportunities' },
}

/** Its rows are finer than its picture. */
export const CASES: DrawnReport = {
  ...FRAME,
  title: 'Open cases by priority and age',
  columns: [
    { name: 'part', title: 'Age', kind: 'text' },
    { name: 'priority', title: 'Priority', kind: 'text' },
    { name: 'cases', title: 'Cases', kind: 'count' },
  ],
  totals: [{ title: 'Cases', value: 9, text: '9' }],
  rows: [
    ['up to 7 days', 'High', 2],
    ['up to 7 days', 'Low', 4],
    ['over 90 days', 'Low', 3],
  ],
  values: { priority: { High: 1, Low: 3 } },
  picture: { kind: 'bars', label: 'part', value: 'cases' },
}

const MONTHS = ['Nov 2026', 'Dec 2026', 'Jan 2027', 'Feb 2027', 'Mar 2027', 'Apr 2027', 'May 2027', 'Jun 2027']
export const FORECAST: DrawnReport = {
  ...FRAME,
  title: 'Forecast by month',
  columns: [
    { name: 'month', title: 'Month', kind: 'text' },
    { name: 'weighted', title: 'Weighted value', kind: 'money' },
  ],
  totals: [{ title: 'Weighted value', value: 1_340_000, text: '€1,340,000' }],
  rows: MONTHS.map((month, index) => [month, 80_000 + ((index * 67_000) % 310_000)]),
  picture: { kind: 'columns', label: 'month', value: 'weighted' },
}

export const GUID = '7d1c6a10-0000-4000-8000-0000000000'

export const DEALS: DrawnReport = {
  ...FRAME,
  title: 'My open opportunities',
  parameters: { top: 4 },
  columns: [
    { name: 'name', title: 'Opportunity', kind: 'record' },
    { name: 'customerid', title: 'Account', kind: 'record' },
    { name: 'estimatedvalue', title: 'Estimated value', kind: 'money' },
    { name: 'closeprobability', title: 'Probability', kind: 'percent' },
    { name: 'estimatedclosedate', title: 'Estimated close', kind: 'date', empty: '(no date)' },
  ],
  totals: [{ title: 'Opportunities', value: 4, text: '4' }],
  rows: [
    ['Quay wall sensors', 'Northwind Docks', 9_560, 60, '2026-12-04'],
    ['Cold store retrofit', 'Alpine Freight', 120_040, 40, null],
    ['Berth 9 cranes', 'Harbour Authority', 88_025.5, 25, '2026-11-30'],
    ['Berth 10 cranes', 'Harbour Authority #7d1c6a10', 1_075, 75, '2027-01-15'],
  ],
  values: {
    name: {
      'Quay wall sensors': `opportunity/${GUID}01`,
      'Cold store retrofit': `opportunity/${GUID}02`,
      'Berth 9 cranes': `opportunity/${GUID}03`,
      'Berth 10 cranes': `opportunity/${GUID}04`,
    },
    customerid: {
      'Northwind Docks': `account/${GUID}a1`,
      'Alpine Freight': `account/${GUID}a2`,
      'Harbour Authority': `account/${GUID}a3`,
      'Harbour Authority #7d1c6a10': `account/${GUID}a4`,
    },
  },
  more: true,
  picture: { kind: 'table' },
  recordLink: 'https://harbourpine.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn={entity}&id={id}',
  notes: ['The argument "Top" was read as top.'],
}

/** Amounts of rows in currencies of their own, which a picture would add up. */
export const CURRENCIES: DrawnReport = {
  ...FRAME,
  title: 'Quotes',
  columns: [
    { name: 'name', title: 'Quote', kind: 'text' },
    { name: 'totalamount', title: 'Amount', kind: 'money' },
    { name: 'totalamount_currency', title: 'Currency', kind: 'currency' },
    { name: 'discount', title: 'Discount', kind: 'money', currency: 'USD' },
  ],
  totals: [],
  rows: [
    ['Cranes', 1_200, 'GBP', 10],
    ['Sensors', 900, 'EUR', 20],
    ['Gates', 30, null, null],
    ['Doors', 5, 'nonsense', 0],
  ],
  picture: { kind: 'bars', label: 'name', value: 'totalamount' },
}

export const MARKUP = '<img src=/stolen onerror="document.title=1"><script>document.title=1</script>'
const LONG = 'Wissenschaftsdokumentationsgesellschaft'.repeat(6)
export const HOSTILE: DrawnReport = {
  ...PIPELINE,
  title: `Pipeline ${MARKUP}`,
  columns: PIPELINE.columns.map((column) => ({ ...column, title: `${column.title} ${MARKUP}` })),
  totals: [{ title: MARKUP, value: 1, text: LONG }],
  rows: [[MARKUP, 1, 5], [LONG, 2, -3], [`${MARKUP} `, { odd: [MARKUP] }, 2], []],
  values: { stage: { [`${MARKUP} `]: `account/${GUID}05` } },
  recordLink: 'javascript:document.title=1//{entity}{id}',
  reading: [MARKUP],
  notes: [LONG],
}

/** What objects have of themselves, as names of records and of columns. */
export const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const

/** @param linked those of {@link INHERITED} that stand for a record; text, as such names are lost in a literal */
export function inherited(linked: readonly string[]): DrawnReport {
  const links = linked.map((name) => [name, `account/${GUID}05`])
  const values = [['__proto__', Object.fromEntries(links)], ...(linked.length > 0 ? [] : [['constructor', null]])]
  return {
    ...DEALS,
    columns: [
      { name: '__proto__', title: 'Account', kind: 'record' },
      { name: 'constructor', title: 'Kind', kind: 'record' },
    ],
    rows: INHERITED.map((name) => [name, name]),
    values: Object.fromEntries(values),
  }
}
