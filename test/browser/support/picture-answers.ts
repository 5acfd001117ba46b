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

const CRM = 'https://contoso.crm4.dynamics.com/main.aspx?pagetype=entityrecord'
const named = (entity: string, title: string) => ({ id: `${entity}/3c1f0e6a-1111-4222-8333-444455556666`, title })
const DECKING = named('opportunity', 'Ashcombe: oak decking for the terrace')
const LATE = named('incident', 'Delivery two days late')
const CALL = { kind: 'call', by: 'Priya Nair', text: 'Wants the larch a week earlier.\nCall back on Friday.' }

/** What happened with an account of the made-up company. */
export const TIMELINE = {
  ...FRAME,
  title: 'Ashcombe Joinery Ltd',
  of: named('account', 'Ashcombe Joinery Ltd'),
  planned: [
    {
      ...CALL,
      ...named('phonecall', 'Follow-up on quotation'),
      when: '2026-12-03T10:28:00+00:00',
      direction: 'outgoing',
      who: ['Priya Nair', '→ Amelia O’Connor'],
      regarding: DECKING,
      state: 'planned',
    },
  ],
  items: [
    {
      ...named('annotation', 'Site visit'),
      when: '2026-11-28T10:07:00+00:00',
      kind: 'note',
      by: 'Priya Nair',
      text: 'The gate is 2.4 m wide: no articulated lorry.\nAsk for Dafydd.',
      file: { name: 'gate.jpg', type: 'image/jpeg', size: 37_500 },
    },
    {
      title: 'Update',
      when: '2026-11-26T13:21:00+00:00',
      kind: 'change',
      by: 'Priya Nair',
      on: LATE,
      changes: [{ label: 'Priority', from: 'Normal', to: 'High' }],
    },
    {
      title: 'Update',
      when: '2026-11-17T15:24:00+00:00',
      kind: 'change',
      by: 'Marcus Webb',
      changes: [
        { label: 'Credit Limit', from: '£10,000.00', to: '£15,000.00' },
        { label: 'Main Phone', to: '+44 20 7946 0100' },
      ],
    },
    {
      ...named('opportunityclose', 'Won: Ashcombe: oak decking for the terrace'),
      when: '2026-11-17T10:24:00+00:00',
      kind: 'close',
      by: 'Priya Nair',
      regarding: DECKING,
      text: 'Best finish of the three samples.',
    },
    {
      ...named('email', 'Quotation attached'),
      when: '2026-10-10T11:50:00+01:00',
      kind: 'email',
      direction: 'outgoing',
      who: ['Priya Nair', '→ Amelia O’Connor'],
      by: 'Priya Nair',
      text: 'Please find the quotation attached; the oak is 5 % dearer than last year.',
    },
  ],
  more: false,
  history: 'Changes come from the audit history of the record and of 10 records that belong to it.',
  recordLink: `${CRM}&etn={entity}&id={id}`,
}

/** Deals by owner, and the rows behind the second bar. */
export const DEALS_BY_OWNER = {
  structuredContent: {
    ...FRAME,
    title: 'Open opportunities by owner',
    columns: [
      { name: 'ownerid', title: 'Owner', kind: 'lookup' },
      { name: 'count', title: 'Opportunities', kind: 'number' },
    ],
    rows: [
      ['Priya Nair', 34],
      ['Callum Fraser', 4],
    ],
    picture: { kind: 'bars', label: 'ownerid', value: 'count' },
  },
  _meta: {
    'chatgpt-dynamics-mcp/behind': {
      tool: 'query_crm',
      rows: [null, { entity: 'opportunity', ids: true, count: true }],
      columns: { name: 'Topic', customerid: 'Customer', estimatedvalue: 'Est. Revenue', salesstage: 'Sales Stage' },
    },
  },
  content: [],
}
export const ROWS_BEHIND = {
  structuredContent: {
    entity: 'opportunity',
    returned: 4,
    more: false,
    columns: [
      { name: 'name' },
      { name: 'customerid', kind: 'lookup' },
      { name: 'estimatedvalue', kind: 'money', currency: 'GBP' },
      { name: 'salesstage', kind: 'choice' },
      { name: 'opportunityid', kind: 'id' },
    ],
    rows: [
      ['Anchor: larch cladding, phase 2', 'Anchor & Hope Inns', 107_750, 'Qualify'],
      ['Nettlecombe: yacht interior refit', 'Nettlecombe Farm Shops', 124_250, 'Propose'],
      ['O’Dowd: annual timber supply', 'O’Dowd Boatyards', 107_750, 'Develop'],
      ['Tamarisk: oak decking for the terrace', 'Tamarisk Spas', 36_250, 'Propose'],
    ].map((row, at) => [...row, `3c1f0e6a-1111-4222-8333-44445555666${at}`]),
    recordLink: `${CRM}&etn=opportunity&id={opportunityid}`,
  },
  content: [],
}
