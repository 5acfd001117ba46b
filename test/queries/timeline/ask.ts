import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { Item } from '../../../shared/mcp/tools/timeline/timeline.ts'
import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { covering, pairsOf } from '../covering.ts'
import { ASKERS } from '../suite.ts'
import type { Person } from '../../sandbox/people.ts'
import type { SqlRow, SqlValue } from '../oracle/oracle.ts'
import { changesSql, filesSql, partiesSql, timelineSql } from './sql.ts'
import { openStage, type Stage } from './stage.ts'

const TABLES = {
  account: 'name',
  contact: 'fullname',
  opportunity: 'name',
  incident: 'title',
  lead: 'fullname',
} as const
type Table = keyof typeof TABLES
const TABLE_NAMES = Object.keys(TABLES) as Table[]
const ACTIVITIES = ['email', 'call', 'meeting', 'task', 'letter', 'close', 'note', 'other']
/** What each is written as, and from which moment on it holds: on the clock of the person, or in UTC. */
const SINCE = [
  [undefined, '1'],
  ['2026-09-01', "wall >= '2026-09-01'"],
  ['last-30-days', "wall >= date(today(), '-30 days')"],
  ['this-month', "wall >= strftime('%Y-%m-01', today())"],
  ['2026-11-05T08:15:30Z', "at >= '2026-11-05T08:15:30Z'"],
  ['25 October 2026', "wall >= '2026-10-25'"],
  ['2026-11-01', "wall >= '2026-11-01'"],
  ['2026-11-20 09:00', "wall >= '2026-11-20 09:00:00'"],
] as const
const MOST_RECORDS = 5

let stage: Stage
const seen = new Set<string>()
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => await stage.close())

/** Those of which there is most to tell, and some of which there is little. */
function recordsOf(table: Table, one: Person): string[] {
  const sql = `select ${table}id as id, (select count(*) from activitypointer where regardingobjectid = ${table}id) as n
    from ${table} order by n desc, id`
  const ids = stage.oracle.rows(one, sql).map(({ id }) => String(id))
  return [...ids.slice(0, MOST_RECORDS - 1), ...ids.slice(-1)]
}

/** All pages of it. */
async function read(args: Record<string, unknown>, one: Person) {
  const [items, planned]: [Item[], Item[]] = [[], []]
  let next: Record<string, unknown> | undefined = args
  while (next) {
    const { structuredContent: told } = await stage.call(one, next)
    expect(told['error']).toBeUndefined()
    items.push(...(told['items'] as Item[]))
    planned.push(...((told['planned'] ?? []) as Item[]))
    next = told['cursor'] === undefined ? undefined : { cursor: told['cursor'] }
  }
  return { items, planned }
}

/** Those that the texts of the stand-in are written with. */
const CHARACTERS: Readonly<Record<string, string>> = { nbsp: ' ', lt: '<', gt: '>', amp: '&', ouml: 'ö', szlig: 'ß' }

/** A name of a file is no mark-up. */
function inOneLine(name: unknown): string | undefined {
  return typeof name === 'string' ? name.replaceAll(/[\p{Cf}[\p{Cc}--\s]]/gv, '').replaceAll(/\s+/g, ' ') : undefined
}

/** The words of a text without its mark-up, whatever blanks it has. */
function words(value: unknown): string {
  const text = typeof value === 'string' ? value : ''
  const bare = text
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<br>|<\/p>/g, ' ')
    .replaceAll(/<(?:\/?(?:html|head|body|p|b))(?: [^>]*)?>/g, '')
    .replaceAll(/\p{Cf}/gu, '')
  const plain = bare.replaceAll(/&(\w+);/g, (whole, name: string) => CHARACTERS[name] ?? whole)
  return plain.replaceAll(/\s+/g, ' ').trim()
}

const wallOf = (when: string | undefined): string | null =>
  when === undefined ? null : when.slice(0, 19).replace('T', ' ')

function lineOfItem(item: Item): unknown[] {
  const { id, kind, when, title, direction, by, regarding, text, file, files = [], who = [] } = item
  return [
    id,
    kind,
    wallOf(when),
    title,
    direction,
    by,
    regarding?.id,
    regarding?.title,
    words(text),
    file?.name,
    file?.size,
    who.join(),
    files.map(({ name, type, size }) => [name, type, size]),
  ]
}

/** By the id of an activity: who took part, and what is attached. */
type Beside = {
  readonly parties: ReadonlyMap<unknown, readonly string[]>
  readonly files: ReadonlyMap<unknown, readonly SqlRow[]>
}

function lineOfRow(row: SqlRow, of: string, { parties, files }: Beside): unknown[] {
  const isOwn = row['regarding'] === of
  const direction = row['outgoing'] === null ? undefined : row['outgoing'] === 1 ? 'outgoing' : 'incoming'
  const filled = (name: string): unknown => row[name] ?? undefined
  const isOpen = row['state'] === 0 || row['state'] === 3
  return [
    row['id'],
    row['kind'],
    isOpen ? row['duewall'] : row['wall'],
    words(row['title']) || undefined,
    direction,
    filled('author'),
    isOwn ? undefined : filled('regarding'),
    isOwn ? undefined : filled('regardingname'),
    words(row['text']),
    inOneLine(row['filename']),
    filled('filesize'),
    (parties.get(row['activity']) ?? []).join(),
    (files.get(row['activity']) ?? []).map((file) => [inOneLine(file['filename']), file['mimetype'], file['filesize']]),
  ]
}

function besideFor(one: Person): Beside {
  return {
    parties: partiesFor(one),
    files: Map.groupBy(stage.oracle.rows(one, filesSql()), ({ objectid }) => objectid),
  }
}

function partiesFor(one: Person): ReadonlyMap<unknown, readonly string[]> {
  const named = stage.oracle.rows(one, partiesSql()).filter(({ name }) => name !== null)
  const told = Map.groupBy(named, ({ activityid }) => activityid)
  const isFrom = ({ role }: SqlRow): boolean => role === 1 || role === 7
  return new Map(
    [...told].map(([id, rows]) => [
      id,
      rows.map((row) => `${isFrom(row) ? '' : '→ '}${words(row['name']).replace(/^[→\s]+/u, '')}`),
    ]),
  )
}

/** Each record of each person once, so that every two of person, table, record's place and "since" meet in some question. */
const ASKED = covering(
  ASKERS.flatMap((one, who) =>
    TABLE_NAMES.flatMap((table, which) =>
      Array.from({ length: MOST_RECORDS }, (_, record) => record).flatMap((record) =>
        // Each begins with another one, so that a first choice meets few that are known.
        SINCE.map((_since, at) => ({
          one,
          table,
          record,
          since: (at + 3 * record + 2 * which + 5 * who) % SINCE.length,
        })),
      ),
    ),
  ),
  ({ one, table, record, since }) => [
    `${one.persona} ${table} ${record}`,
    ...pairsOf([one.persona, table, String(record), String(since)]),
  ],
)

const asksOf = (one: Person, table: Table, record: number) =>
  ASKED.filter((asked) => asked.one === one && asked.table === table && asked.record === record).map(
    ({ since }) => SINCE[since] ?? SINCE[0],
  )

export function askTimelines(): void {
  describe.each(ASKERS.map((one) => [one.name, one] as const))('to %s', (_name, one) => {
    let beside: Beside
    beforeAll(() => {
      beside = besideFor(one)
    })
    test.each(TABLE_NAMES)('what happened with each %s is what the tables hold, text for text', async (table) => {
      let told = 0
      for (const [at, id] of recordsOf(table, one).entries())
        for (const [since, isIn] of asksOf(one, table, at)) {
          const of = `${table}/${id}`
          const sql = timelineSql(table, id)
          const closed = stage.oracle.rows(one, `${sql} where state in (1, 2) and ${isIn} order by at desc, id desc`)
          const open = stage.oracle.rows(one, `${sql} where state in (0, 3) order by due is null, due, activity`)
          const { items, planned } = await read({ of, kinds: ACTIVITIES, top: 7, ...(since && { since }) }, one)
          expect([of, since, items.map(lineOfItem)]).toEqual([
            of,
            since,
            closed.map((row) => lineOfRow(row, of, beside)),
          ])
          expect([of, planned.map(lineOfItem)]).toEqual([of, open.slice(0, 7).map((row) => lineOfRow(row, of, beside))])
          told += items.length
          for (const { kind, direction = '', files = [] } of items) {
            seen.add(`${kind} ${direction}`)
            if (files.length > 0) seen.add(`${kind} with ${files.length} files`)
          }
        }
      expect(told).toBeGreaterThan(0)
    })
  })

  test('among all of it are letters, calls and mails both ways, and files', () => {
    const both = ['letter', 'call', 'email'].flatMap((kind) => [`${kind} incoming`, `${kind} outgoing`])
    expect([...seen]).toEqual(expect.arrayContaining([...both, 'email with 1 files', 'email with 3 files']))
  })
}

/** A value as the trail holds it, by the label that the schema of the table has for it. */
function labelOf(table: string, name: string, value: SqlValue | undefined): string | undefined {
  if (value === null || value === undefined) return undefined
  const { options } = entityNamed(table).columns.get(name) ?? {}
  return options?.find((option) => String(option.value) === String(value))?.label ?? String(value)
}

const READERS = ASKERS.filter(({ roles = [] }) => roles.some((role) => role === 'Sales Manager' || role === 'Analyst'))

export function askChanges(): void {
  describe.each(READERS.map((one) => [one.name, one] as const))('to %s', (_name, one) => {
    test.each(TABLE_NAMES)('what was changed of each %s is what the audits hold', async (table) => {
      let found = 0
      const audited = `select distinct objectid as id from raw_audit where objecttypecode = '${table}'`
      const ids = stage.oracle.rows(
        one,
        `select ${table}id as id from ${table} where ${table}id in (${audited}) order by id`,
      )
      for (const { id } of ids.slice(0, 12)) {
        const rows = stage.oracle.rows(one, changesSql(String(id)))
        const expected = rows.flatMap((row) => {
          const name = String(row['name'])
          const isOwner = name === 'ownerid'
          const [from, to] = [row['old'], row['new']].map((value) =>
            isOwner ? undefined : labelOf(table, name, value),
          )
          return [[row['wall'], row['author'], name, ...(isOwner ? [] : [from, to])]]
        })
        const { items } = await read({ of: `${table}/${String(id)}`, kinds: ['change'], top: 100 }, one)
        const own = items.filter(({ on }) => on === undefined)
        const told = own.flatMap((item) =>
          (item.changes ?? []).map(({ column, from, to }) => [
            wallOf(item.when),
            item.by,
            column,
            ...(column === 'ownerid' ? [] : [from, to]),
          ]),
        )
        const inOrder = (lines: readonly unknown[][]): string[] => lines.map((line) => JSON.stringify(line)).sort()
        found += expected.length
        expect([id, inOrder(told.map(numbered))]).toEqual([id, inOrder(expected.map(numbered))])
      }
      // The seed has none of leads.
      expect(found > 0).toBe(table !== 'lead')
    })
  })
}

/** Amounts come with their sign and their separators. */
function numbered(line: readonly unknown[]): unknown[] {
  return line.map((cell) =>
    typeof cell === 'string' && /^[£€$]?\d[\d.,]*$/.test(cell) ? Number(cell.replaceAll(/[£€$,]/g, '')) : cell,
  )
}
