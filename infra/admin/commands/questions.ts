import { quoted } from '../../doctor/wire/plain-text.ts'
import { isGuid } from '../../hooks/run/guid.ts'
import { askAudit, type Row } from '../audit/ask-audit.ts'
import { bindQuery } from '../audit/bind-query.ts'
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

/** An id alone, `<table>/<id>`, or the address of the record in Dynamics. */
function recordOf(given: string): string {
  const id = /(?:^|[/=({])([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})[)}]?(?:&[^\s]*)?$/i.exec(
    given.slice(0, 2_000),
  )?.[1]
  if (id !== undefined && isGuid(id)) return id.toLowerCase()
  throw new Misuse(`${quoted(given)} names no record: give <table>/<id>, such as account/1b6f0e4d-…, or its id.`)
}

export const whoRead: Run = async (desk, [given = '']) => {
  const record = recordOf(given)
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

const FULL_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)Z?$/
const TIME = /^\d\d:\d\d$/
const ID = /^[\w.-]{8,100}$/

type Around = { readonly around: string; readonly at: number }

/** A time of today, or a day and a time, in UTC. `undefined` for what is no time. */
function timeOf(given: string, now: number): Around | undefined {
  const today = new Date(now).toISOString().slice(0, 10)
  const [, day = today, clock] = TIME.test(given) ? [given, today, given] : (FULL_TIME.exec(given) ?? [])
  if (clock === undefined) return undefined
  const around = `${day} ${clock}`
  const at = Date.parse(`${day}T${clock}Z`)
  if (Number.isNaN(at) || at > now + DAY_MS)
    throw new Misuse(`${quoted(given)} is no time that has been. Times are UTC.`)
  return { around, at }
}

export const why: Run = async (desk, args) => {
  const given = args.join(' ')
  const now = desk.context.now()
  const time = timeOf(given, now)
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
