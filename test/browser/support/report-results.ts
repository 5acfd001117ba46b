import type { ReportResult } from '../../../shared/reports/definition.ts'

const FRAME = {
  asOf: '2026-11-24T13:05:09+01:00',
  timeZone: 'Europe/Amsterdam',
  currency: 'EUR',
  parameters: { mine: false },
  more: false,
  reading: ['Only rows that the signed-in person may read are in it.'],
  notes: [],
} as const

const stage = (value: number, label: string, opportunities: number, total: number) => ({
  stage: { value, label },
  opportunities,
  total,
})

export const PIPELINE: ReportResult = {
  ...FRAME,
  report: 'pipeline-by-stage',
  title: 'Pipeline by stage',
  columns: [
    { key: 'stage', title: 'Stage', kind: 'text', empty: '(no stage)' },
    { key: 'opportunities', title: 'Opportunities', kind: 'count' },
    { key: 'total', title: 'Estimated value', kind: 'money' },
  ],
  totals: [
    { title: 'Opportunities', value: 71, text: '71' },
    { title: 'Estimated value', value: 4_182_300.5, text: '€4,182,300.50' },
  ],
  rows: [
    stage(0, 'Qualify', 32, 1_904_000),
    stage(1, 'Develop', 21, 1_310_250.5),
    stage(2, 'Propose', 11, 702_050),
    stage(3, 'Close', 5, 246_000),
    { stage: { label: '(no stage)' }, opportunities: 2, total: 20_000 },
  ],
  picture: { kind: 'funnel', label: 'stage', value: 'total' },
}

export const TEAM: ReportResult = {
  ...PIPELINE,
  report: 'team-pipeline',
  title: 'Team pipeline by owner',
  picture: { kind: 'bars', label: 'stage', value: 'opportunities' },
}

const cases = (part: string, priority: string, count: number) => ({
  part,
  priority: { value: 1, label: priority },
  cases: count,
})
/** Its rows are finer than its picture. */
export const CASES: ReportResult = {
  ...FRAME,
  report: 'open-cases-by-priority-and-age',
  title: 'Open cases by priority and age',
  columns: [
    { key: 'part', title: 'Age', kind: 'text' },
    { key: 'priority', title: 'Priority', kind: 'text' },
    { key: 'cases', title: 'Cases', kind: 'count' },
  ],
  totals: [{ title: 'Cases', value: 9, text: '9' }],
  rows: [cases('up to 7 days', 'High', 2), cases('up to 7 days', 'Low', 4), cases('over 90 days', 'Low', 3)],
  picture: { kind: 'bars', label: 'part', value: 'cases' },
}

const MONTHS = ['Nov 2026', 'Dec 2026', 'Jan 2027', 'Feb 2027', 'Mar 2027', 'Apr 2027', 'May 2027', 'Jun 2027']
export const FORECAST: ReportResult = {
  ...FRAME,
  report: 'forecast-by-month',
  title: 'Forecast by month',
  columns: [
    { key: 'month', title: 'Month', kind: 'text' },
    { key: 'weighted', title: 'Weighted value', kind: 'money' },
  ],
  totals: [{ title: 'Weighted value', value: 1_340_000, text: '€1,340,000' }],
  rows: MONTHS.map((month, index) => ({ month, weighted: 80_000 + ((index * 67_000) % 310_000) })),
  picture: { kind: 'columns', label: 'month', value: 'weighted' },
}

export const GUID = '7d1c6a10-0000-4000-8000-0000000000'
const deal = (id: string, name: string, account: string, value: number, close?: string) => ({
  name: { id: `${GUID}${id}`, label: name, entity: 'opportunity' },
  customerid: { id: `${GUID}a${id.slice(1)}`, label: account, entity: 'account' },
  estimatedvalue: value,
  ...(close !== undefined && { estimatedclosedate: close }),
  closeprobability: value % 100,
})

export const DEALS: ReportResult = {
  ...FRAME,
  report: 'my-open-opportunities',
  title: 'My open opportunities',
  parameters: { top: 4 },
  columns: [
    { key: 'name', title: 'Opportunity', kind: 'record' },
    { key: 'customerid', title: 'Account', kind: 'record' },
    { key: 'estimatedvalue', title: 'Estimated value', kind: 'money' },
    { key: 'closeprobability', title: 'Probability', kind: 'percent' },
    { key: 'estimatedclosedate', title: 'Estimated close', kind: 'date', empty: '(no date)' },
  ],
  totals: [{ title: 'Opportunities', value: 4, text: '4' }],
  rows: [
    deal('01', 'Quay wall sensors', 'Northwind Docks', 9_560, '2026-12-04'),
    deal('02', 'Cold store retrofit', 'Alpine Freight', 120_040),
    deal('03', 'Berth 9 cranes', 'Harbour Authority', 88_025.5, '2026-11-30'),
    deal('04', 'Berth 10 cranes', 'Harbour Authority', 1_075, '2027-01-15'),
  ],
  more: true,
  picture: { kind: 'table' },
  recordLink: 'https://harbourpine.crm4.dynamics.com/main.aspx?pagetype=entityrecord&etn={entity}&id={id}',
  notes: ['The argument "Top" was read as top.'],
}

export const MARKUP = '<img src=/stolen onerror="document.title=1"><script>document.title=1</script>'
const LONG = 'Wissenschaftsdokumentationsgesellschaft'.repeat(6)
export const HOSTILE: ReportResult = {
  ...PIPELINE,
  title: `Pipeline ${MARKUP}`,
  columns: PIPELINE.columns.map((column) => ({ ...column, title: `${column.title} ${MARKUP}` })),
  totals: [{ title: MARKUP, value: 1, text: LONG }],
  rows: [
    { stage: MARKUP, opportunities: 1, total: 5 },
    { stage: LONG, opportunities: 2, total: -3 },
    { stage: { id: `${GUID}05`, label: MARKUP, entity: 'account' }, opportunities: { odd: [MARKUP] }, total: 2 },
  ],
  recordLink: 'javascript:document.title=1//{entity}{id}',
  reading: [MARKUP],
  notes: [LONG],
}
