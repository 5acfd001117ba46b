import { askApp } from '../app/ask-app.ts'
import type { Desk, Run } from '../desk.ts'
import { findPerson } from '../find-person.ts'
import { clean, column, jsonText, minute, tableOf, time, type Column } from '../render.ts'

type Row = Readonly<Record<string, unknown>>

/** A member of an answer that is a list of objects; anything else is none. */
export const rowsIn = (answer: Row, member: string): readonly Row[] => {
  const value = answer[member]
  return Array.isArray(value) ? value.filter((one): one is Row => typeof one === 'object' && one !== null) : []
}

/** A list as a table, or what is said where nothing is in it. */
export function printRows({ print }: Desk, columns: readonly Column[], rows: readonly Row[], none: string): void {
  if (rows.length === 0) print(none)
  else for (const line of tableOf(columns, rows)) print(line)
}

/** The answer as JSON where that was asked for, else what `show` makes of it. */
export function shown(desk: Desk, answer: unknown, show: () => void): void {
  if (desk.options.json) desk.print(jsonText(answer))
  else show()
}

const SESSIONS = [
  column('session', 'session', true),
  column('client', 'client'),
  column('redirects to', 'redirectHost'),
  time('created', 'createdAt'),
  time('last used, to the hour', 'lastUsedAt'),
  time('ends', 'expiresAt'),
]

export const sessions: Run = async (desk, [who = '']) => {
  const person = await findPerson(desk.context, who)
  const answer = await askApp(desk, { command: 'sessions', person })
  shown(desk, answer, () => {
    printRows(desk, SESSIONS, rowsIn(answer, 'sessions'), `${clean(who)} has no running connection.`)
    const unread = Number(answer['unread'] ?? 0)
    if (unread > 0) desk.print(`${unread} more were not looked at.`)
  })
}

const SHORT_ID = 24

const CLIENTS = [
  column('name', 'name'),
  column('kind', 'kind'),
  {
    title: 'id, or how it begins',
    isWhole: true,
    of: ({ clientId }: Row) => {
      const id = String(clientId)
      return id.length > SHORT_ID + 4 && id.startsWith('dmi2_') ? `${id.slice(0, SHORT_ID)}…` : id
    },
  },
  { title: 'hosts', of: ({ hosts }: Row) => (Array.isArray(hosts) ? hosts.join(' ') : '') },
  { title: 'off', of: ({ isOff }: Row) => (isOff === true ? 'off' : '') },
  column('sign-ins', 'signIns'),
  time('first used', 'firstUsedAt'),
  time('last used', 'lastUsedAt'),
]

export const clients: Run = async (desk) => {
  const answer = await askApp(desk, { command: 'clients' })
  shown(desk, answer, () => {
    printRows(desk, CLIENTS, rowsIn(answer, 'clients'), 'Nobody has signed in with any client yet.')
    desk.print('A name is what the client calls itself. sign-ins: connections that run, or ended not long ago.')
    if (answer['countedAll'] !== true)
      desk.print('There were too many sign-ins to count: the numbers are least numbers.')
    if (answer['more'] === true) desk.print('There are more clients than these.')
  })
}

const KEYS = [
  column('version', 'id', true),
  column('age in days', 'ageDays'),
  time('created', 'createdAt'),
  {
    title: 'state',
    of: ({ isEnabled, isCurrent }: Row) =>
      isEnabled !== true ? 'disabled' : isCurrent === true ? 'current' : 'replaced',
  },
  time('readable until', 'readableUntil'),
]

export const keys: Run = async (desk) => {
  const answer = await askApp(desk, { command: 'keys' })
  shown(desk, answer, () => {
    const { index, credential } = answer as { readonly index?: Row; readonly credential?: Row }
    if (answer['kept'] === 'file') desk.print('The keys rest in a file, which Development alone may.')
    else printRows(desk, KEYS, rowsIn(answer, 'sealing'), 'There is no sealing key: npm run doctor -- <address> --deep')
    desk.print(
      `Index key: ${index?.['present'] === true ? 'there' : 'MISSING'}, ${String(index?.['versions'])} version(s).`,
    )
    const end = credential?.['endsAt']
    const until = typeof end === 'string' ? `ends ${minute(end)} UTC` : 'no end is known'
    desk.print(`The app proves itself to Entra by ${clean(String(credential?.['kind']))}; ${until}.`)
  })
}

/** What is offered of a kind that a deployment may add to. */
const inForce =
  (command: 'reports' | 'terms'): Run =>
  async (desk) => {
    const answer = await askApp(desk, { command })
    shown(desk, answer, () => {
      for (const [member, title] of [
        ['builtIn', 'built in'],
        ['own', 'this deployment’s own'],
        ['hidden', 'hidden'],
      ] as const) {
        const slugs = Array.isArray(answer[member]) ? (answer[member] as readonly unknown[]).map(String).map(clean) : []
        desk.print(`${title}, ${slugs.length}: ${slugs.length === 0 ? 'none' : slugs.join(', ')}`)
      }
      const skipped = rowsIn(answer, 'skipped')
      if (skipped.length > 0) desk.print('\nNot offered:')
      if (skipped.length > 0) printRows(desk, [column('slug', 'slug', true), column('why', 'reason')], skipped, '')
      desk.print('An instance may be ten minutes behind.')
    })
  }

export const reports = inForce('reports')
export const terms = inForce('terms')
