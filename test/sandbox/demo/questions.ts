import { formatAmount } from '../../../shared/reports/rows/format.ts'
import { cell, cellsOf, columnsSchema, identitySchema, recordSchema, type Row, rowsOf, rowsSchema } from './answers.ts'
import { call, callForAllRows, type Stage, upstreamRequests, type Visitor } from './stage.ts'
import type { Column } from './table.ts'

export type Cast = { readonly rep: Visitor; readonly manager: Visitor; readonly analyst: Visitor }

const SHOWN = 8
const VALUE: Column = { title: 'value in GBP', right: true }

function sayRest({ print }: Stage, rows: readonly unknown[]): void {
  if (rows.length > SHOWN) print.say(`  … and ${rows.length - SHOWN} more`)
}

export async function whoAmI({ print, prove }: Stage, everybody: readonly Visitor[]): Promise<void> {
  const rows: string[][] = []
  for (const visitor of everybody) {
    print.question(visitor.first, 'Who am I in Dynamics?')
    const { name, signInName, businessUnit } = identitySchema.parse((await call(visitor, 'whoami')).structuredContent)
    rows.push([name, signInName, businessUnit.name])
  }
  print.table([{ title: 'name' }, { title: 'signs in as' }, { title: 'business unit' }], rows)
  const themselves = everybody.every(({ upn }, at) => rows[at]?.[1] === upn)
  prove('each person is known to Dynamics as themselves', themselves)
}

export async function columnsOfOpportunity({ print, prove }: Stage, { rep }: Cast): Promise<void> {
  print.question(rep.first, 'Which columns about stage does an opportunity have?')
  const args = { entity: 'opportunity', search: 'stage' }
  const { columns } = columnsSchema.parse((await call(rep, 'get_entity_metadata', args)).structuredContent)
  print.table(
    [{ title: 'column' }, { title: 'label' }, { title: 'type' }, { title: 'choices' }],
    columns.map((one) => [one.name, one.label ?? '', one.type, one.choices ?? '']),
  )
  prove(
    'columns come with their types and choices',
    columns.some(({ name }) => name === 'salesstage'),
  )
}

/** @returns one of the rep's own opportunities */
export async function myOpenOver50k(stage: Stage, { rep }: Cast): Promise<Row> {
  const { print, prove } = stage
  print.question(rep.first, 'Show me my open opportunities over £50k')
  const rows = await callForAllRows(rep, {
    entity: 'opportunity',
    select: ['name', 'customerid', 'estimatedvalue_base', 'estimatedclosedate', 'ownerid'],
    filter: `statecode eq 0 and estimatedvalue_base gt 50000 and ownerid eq ${rep.systemUserId ?? ''}`,
    orderby: 'estimatedvalue_base desc',
  })
  const columns = [{ title: 'opportunity' }, { title: 'account' }, VALUE, { title: 'closes' }, { title: 'owner' }]
  print.table(
    columns,
    cellsOf(rows.slice(0, SHOWN), ['name', 'customerid', 'estimatedvalue_base', 'estimatedclosedate', 'ownerid']),
  )
  sayRest(stage, rows)
  const own = rows.length > 0 && rows.every(({ ownerid }) => cell(ownerid) === rep.name)
  prove(`all ${rows.length} are open, over £50k and owned by ${rep.name}`, own)
  return rows[0] ?? {}
}

/** JSON that lines can be broken in. */
function spaced(value: unknown): string {
  return JSON.stringify(value).replaceAll(/(?<=["\]}\d]),(?=["[{\d])/g, ', ')
}

/** A result as the model gets it: what its columns are once, then a cell for each. */
export async function asTheModelSeesIt({ print, prove }: Stage, { rep }: Cast): Promise<void> {
  const args = { entity: 'opportunity', select: ['name', 'estimatedvalue', 'customerid', 'salesstage'], top: 1 }
  print.question(rep.first, 'One opportunity, as ChatGPT is given it')
  const { structuredContent = {}, content } = await call(rep, 'query_crm', { ...args, orderby: 'estimatedvalue desc' })
  for (const member of ['columns', 'rows', 'values']) print.quote(`${member}: ${spaced(structuredContent[member])}`)
  const { columns, rows } = rowsSchema.parse(structuredContent)
  prove(
    'columns come once, and each row has a cell for each of them',
    rows.every((row) => row.length === columns.length),
  )
  prove(
    'the text says the same',
    columns.every(({ name }) => content[0]?.text?.includes(name) === true),
  )
}

export async function closingThisMonth(stage: Stage, { rep }: Cast): Promise<void> {
  const { print, prove } = stage
  print.question(rep.first, 'What closes this month?')
  const { rows } = rowsOf(await call(rep, 'run_report', { report: 'closing-this-month' }))
  const names = ['name', 'customerid', 'estimatedvalue_base', 'estimatedclosedate', 'closeprobability']
  const columns = [
    { title: 'opportunity' },
    { title: 'account' },
    VALUE,
    { title: 'closes' },
    { title: '%', right: true },
  ]
  print.table(columns, cellsOf(rows.slice(0, SHOWN), names))
  sayRest(stage, rows)
  const months = new Set(rows.map(({ estimatedclosedate }) => cell(estimatedclosedate).slice(0, 7)))
  prove(`"closing this month" has answers, all in one month (${[...months].join()})`, months.size === 1)
}

const figures = (row: Row, currency: string): string[] => [
  cell(row.opportunities),
  typeof row.total === 'number' ? formatAmount(row.total, currency) : '',
]
const figureColumns = (first: string): Column[] => [
  { title: `${first}: number`, right: true },
  { title: 'total', right: true },
]
const opportunitiesIn = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Number(row.opportunities), 0)

export async function teamPipeline({ print, prove }: Stage, { rep, manager }: Cast): Promise<void> {
  const report = { report: 'pipeline-by-stage' }
  print.question(manager.first, 'Show the team’s pipeline by stage')
  const { rows: team, currency = '' } = rowsOf(await call(manager, 'run_report', report))
  print.question(rep.first, 'Show the team’s pipeline by stage')
  const own = rowsOf(await call(rep, 'run_report', report)).rows
  const ofRep = (stage: string) => own.find((row) => cell(row.stage) === stage) ?? {}
  print.table(
    [{ title: 'stage' }, ...[manager, rep].flatMap(({ first }) => figureColumns(first))],
    team.map((row) => [cell(row.stage), ...[row, ofRep(cell(row.stage))].flatMap((one) => figures(one, currency))]),
  )
  const [most, fewer] = [opportunitiesIn(team), opportunitiesIn(own)]
  const counts = `${most} for ${manager.first}, ${fewer} for ${rep.first}`
  prove(`totals count only what the person may read: ${counts}`, fewer > 0 && most > fewer)
}

export async function quietAccounts(stage: Stage, { manager }: Cast): Promise<void> {
  const { print, prove } = stage
  print.question(manager.first, 'Which accounts had no activity for 30 days?')
  const asked = { report: 'accounts-no-activity', days: 30 }
  await call(manager, 'run_report', asked)
  const before = upstreamRequests(stage)
  const { rows } = rowsOf(await call(manager, 'run_report', asked))
  const after = upstreamRequests(stage)
  const changed = (row: Row) => cell(row.modifiedon).slice(0, 10)
  print.table(
    [{ title: 'account' }, { title: 'owner' }, { title: 'last changed' }],
    rows.slice(0, SHOWN).map((row) => [cell(row.name), cell(row.ownerid), changed(row)]),
  )
  sayRest(stage, rows)
  prove(`${rows.length} quiet accounts, found inside Dataverse`, rows.length > 0)
  const [dataverse, entra] = [after.dataverse - before.dataverse, after.entra - before.entra]
  prove(
    `asked again, it cost ${dataverse} Dataverse request and ${entra} Entra requests`,
    dataverse === 1 && entra === 0,
  )
}

/** Figures that nobody has to work out: not the model, and not the person who reads its answer. */
export async function winRates(stage: Stage, { manager }: Cast): Promise<void> {
  const { print, prove } = stage
  print.question(manager.first, 'How often does each of my people win, and how long do they take?')
  const won = "statecode eq 'Won'"
  const measures = ['count as closed', `count(where ${won}) as won`, `count(where ${won}) / count as win_rate`]
  const days = `avg(days(createdon, actualclosedate) where ${won}) as days_to_win`
  const asked = { entity: 'opportunity', filter: "statecode ne 'Open'", measures: [...measures, days], by: ['ownerid'] }
  const { rows } = rowsOf(await call(manager, 'analyze', asked))
  const title = ['owner', 'closed', 'won', 'win rate', 'days to win']
  print.table(
    title.map((one, at) => ({ title: one, right: at > 0 })),
    cellsOf(rows, ['ownerid', 'closed', 'won', 'win_rate', 'days_to_win']),
  )
  const list = { entity: 'opportunity', select: ['name'], filter: "statecode ne 'Open'", top: 1, count: true }
  const { total = 0 } = rowsOf(await call(manager, 'query_crm', list))
  const closed = rows.reduce((sum, row) => sum + Number(row.closed), 0)
  prove(`figures count all ${total} rows, however many a list would show`, total > 0 && closed === total)
}

export async function oneRecord({ print, prove }: Stage, { rep }: Cast, row: Row): Promise<void> {
  print.question(rep.first, `Tell me about "${cell(row.name)}"`)
  const args = {
    entity: 'opportunity',
    id: row.opportunityid,
    select: [
      'name',
      'customerid',
      'estimatedvalue_base',
      'salesstage',
      'closeprobability',
      'estimatedclosedate',
      'ownerid',
    ],
  }
  const { record, link } = recordSchema.parse((await call(rep, 'get_record', args)).structuredContent)
  const filled = args.select.map((name) => [name, cell(record[name])])
  print.table([{ title: 'column' }, { title: 'value' }], [...filled, ['opens at', link]])
  prove('a record is read by its id, with a link into Dynamics 365', record.opportunityid === row.opportunityid)
}
