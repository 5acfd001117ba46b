import { quoted } from '../../doctor/wire/plain-text.ts'
import { askAudit, type Row } from '../audit/ask-audit.ts'
import { bindQuery } from '../audit/bind-query.ts'
import { recordOf } from '../audit/record-of.ts'
import { timeOf } from '../audit/time-of.ts'
import { type Desk, Misuse, type Run } from '../desk.ts'
import { findPerson } from '../find-person.ts'
import { column, time } from '../render.ts'
import { printRows, shown } from './look.ts'

const DEFAULT_DAYS = 30
const SOME_DAYS = 7
const DAY_MS = 86_400_000
const SEEN = time('when', 'TimeGenerated')

const daysOf = ({ options }: Desk, usual: number): number => options.days ?? usual

/** What is not yet there is not told apart from what never was, so it is said. */
const told = (days: number): string =>
  `From the audit, ${days === 1 ? '1 day' : `${days} days`} back; what happened in the last minutes may not be there yet.`

async function answer(desk: Desk, file: string, days: number, value?: string): Promise<readonly Row[]> {
  return askAudit(desk, bindQuery(file, value), days)
}

const PEOPLE = [
  column('person (object id)', 'UserId', true),
  column('signs in as', 'Upn'),
  column('sign-ins', 'SignIns'),
  column('calls', 'Calls'),
  column('rows', 'Rows'),
  time('last', 'Last'),
]

export const people: Run = async (desk) => {
  const days = daysOf(desk, DEFAULT_DAYS)
  const rows = await answer(desk, 'questions/people.kql', days)
  shown(desk, { people: rows, days, source: 'audit' }, () => {
    printRows(desk, PEOPLE, rows, 'Nobody signed in or asked anything.')
    desk.print(told(days))
    desk.print('Who is connected now, a person at a time: npm run admin -- sessions <person>')
  })
}

const USAGE = [
  {
    member: 'calls',
    file: 'metrics/calls-per-day.kql',
    title: 'Calls',
    columns: [time('day', 'Day'), column('tool', 'Tool'), column('calls', 'Calls'), column('people', 'People')],
  },
  {
    member: 'signIns',
    file: 'metrics/sign-in-success.kql',
    title: 'Sign-ins',
    columns: [
      time('day', 'Day'),
      ...[column('begun', 'Started'), column('completed', 'Completed'), column('failed', 'Failed')],
      ...[column('never came back', 'NeverCameBack'), column('success in %', 'SuccessPercent')],
    ],
  },
  {
    member: 'reports',
    file: 'metrics/most-used-reports.kql',
    title: 'Reports',
    columns: [column('report', 'Report'), column('runs', 'Runs'), column('people', 'People')],
  },
  {
    member: 'errors',
    file: 'metrics/errors-by-type.kql',
    title: 'Refused or failed',
    columns: [
      ...[column('what', 'Type'), column('tool', 'Tool'), column('step', 'Step'), column('code', 'Code')],
      column('times', 'Errors'),
    ],
  },
] as const

export const usage: Run = async (desk) => {
  const days = daysOf(desk, DEFAULT_DAYS)
  const all: [string, readonly Row[]][] = []
  for (const { member, file } of USAGE) all.push([member, await answer(desk, file, days)])
  const rows = Object.fromEntries(all)
  shown(desk, { ...rows, days, source: 'audit' }, () => {
    for (const { member, title, columns } of USAGE) {
      desk.print(`${title}:`)
      printRows(desk, columns, rows[member] ?? [], '  none')
      desk.print('')
    }
    desk.print(told(days))
  })
}

const READERS = [
  SEEN,
  column('person (object id)', 'UserId', true),
  column('signs in as', 'Upn'),
  column('read', 'Certain'),
  column('tool', 'Tool'),
  column('report', 'Report'),
  column('from', 'ClientAddress'),
  column('correlation id', 'CorrelationId', true),
]

export const whoRead: Run = async (desk, [given = '']) => {
  const record = recordOf(given)
  if (record === undefined)
    throw new Misuse(
      `${quoted(given)} names no record: give <table>/<id>, such as account/1b6f0e4d-…, its id, or its whole address, in quotes.`,
    )
  const days = daysOf(desk, SOME_DAYS)
  const rows = await answer(desk, 'questions/who-read-record.kql', days, record)
  shown(desk, { record, readers: rows, days, source: 'audit' }, () => {
    printRows(desk, READERS, rows, `Nobody read ${record} through the app.`)
    desk.print(told(days))
    desk.print('Whoever opened it in Dynamics itself stands in the audit of Dynamics, not here.')
  })
}

const ASKED = [
  SEEN,
  column('what', 'Event'),
  column('tool', 'Tool'),
  column('report', 'Report'),
  column('table', 'Entity'),
  column('outcome', 'Outcome'),
  column('code', 'Code'),
  column('rows', 'Rows'),
  column('query', 'Queries'),
]

export const asked: Run = async (desk, [who = '']) => {
  const person = await findPerson(desk.context, who)
  const days = daysOf(desk, SOME_DAYS)
  const rows = await answer(desk, 'questions/what-did-person-ask.kql', days, person)
  shown(desk, { person, asked: rows, days, source: 'audit' }, () => {
    printRows(desk, ASKED, rows, 'They asked nothing.')
    desk.print(told(days))
  })
}

const EVENTS = [
  SEEN,
  column('what', 'Event'),
  ...[column('kind', 'Kind'), column('times', 'Count'), column('step', 'Step'), column('outcome', 'Outcome')],
  column('code', 'Code'),
  column('why', 'Reason'),
  column('person (object id)', 'UserId', true),
  column('from', 'ClientAddress'),
  column('redirects to', 'RedirectHost'),
  column('correlation id', 'CorrelationId', true),
  column('Microsoft’s id', 'EntraCorrelationId', true),
]

const ID = /^[\w.-]{8,100}$/

export const why: Run = async (desk, args) => {
  const given = args.join(' ')
  const now = desk.context.now()
  const time = timeOf(given, now)
  if (time === 'never') throw new Misuse(`${quoted(given)} is no time that has been. Times are UTC.`)
  if (!time && !ID.test(given))
    throw new Misuse(`${quoted(given)} is neither a time in UTC (10:42, or 2026-11-28 10:42) nor an id of a page.`)
  const days = time ? Math.max(1, Math.ceil((now - time.at) / DAY_MS) + 1) : daysOf(desk, DEFAULT_DAYS)
  const rows = time
    ? await answer(desk, 'questions/why-did-sign-in-fail.kql', days, time.around)
    : await answer(desk, 'questions/what-is-behind-id.kql', days, given)
  shown(desk, { asked: given, events: rows, days, source: 'audit' }, () => {
    const none = time ? `No sign-in ten minutes before and after ${time.around} UTC.` : 'Nothing stands under that id.'
    printRows(desk, EVENTS, rows, none)
    desk.print(told(days))
    desk.print('What a code means, and what to do: infra/troubleshooting.md')
  })
}
