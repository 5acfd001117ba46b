import { dayIn } from '../../../../../shared/dataverse/local-time.ts'
import { DataverseError } from '../../../../../shared/dataverse/errors.ts'
import type { Column, Entity, Table } from '../../../../../shared/dataverse/metadata/model.ts'
import { kindOf } from '../../../../../shared/dataverse/query/model/column-kind.ts'
import type { Meaning } from '../../../../../shared/dataverse/query/model/meaning.ts'
import { operatorNamed } from '../../../../../shared/dataverse/query/model/operators.ts'
import type { Clock } from '../../../../../shared/dataverse/query/resolve/values/clock.ts'
import {
  readMeaning,
  type NamedRows,
  type ValueContext,
} from '../../../../../shared/dataverse/query/resolve/values/read-meaning.ts'
import { printCondition } from '../../../../../shared/dataverse/query/say/notation.ts'
import { escapeLike, isLike } from '../../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import { OPPORTUNITY, TABLES } from '../../support/tables.ts'

export const ME = '00000000-aaaa-4000-8000-000000000001'
export const CALENDAR_YEAR = { startMonth: 1, startDay: 1, periodMonths: 3 }

export function clockAt(time: string, zone: string, fiscal: Clock['fiscal'] = CALENDAR_YEAR): Clock {
  const now = Date.parse(time)
  return { now, zone, today: dayIn(now, zone), fiscal }
}

/** Either side of what clocks do: two changes of the clock, a year that ends, a leap day, offsets of all kinds. */
export const CLOCKS: readonly Clock[] = [
  clockAt('2026-11-18T10:30:15Z', 'Europe/London'),
  clockAt('2026-03-29T00:30:00Z', 'Europe/London'),
  clockAt('2026-10-25T23:59:59Z', 'Europe/London'),
  clockAt('2026-03-08T06:59:00Z', 'America/New_York'),
  clockAt('2026-11-01T05:30:00Z', 'America/New_York'),
  clockAt('2027-12-31T18:40:00Z', 'Asia/Kolkata'),
  clockAt('2026-09-26T14:00:00Z', 'Pacific/Auckland'),
  clockAt('2028-02-29T12:00:00Z', 'Etc/UTC'),
]

/** One row a line: `entity id name column=value …`. */
export type Row = { readonly entity: string; readonly id: string; readonly values: Readonly<Record<string, string>> }

/** Rows as Dataverse would find them. @param forbidden entities that the person may not read */
export function namedRows(rows: readonly Row[], forbidden: readonly string[] = []): NamedRows {
  return {
    find: async (entity: Entity, columns, text, how, most) => {
      if (forbidden.includes(entity.name))
        throw new DataverseError({ kind: 'refused', status: 403, code: '0x80040220', text: 'no' })
      const pattern = how === 'eq' ? escapeLike(text) : text
      return rows
        .filter((row) => row.entity === entity.name)
        .filter(({ values }) => columns.some((column) => isLike(values[column] ?? '', pattern)))
        .slice(0, most + 1)
        .map(({ id, values }) => ({ id, name: values[entity.nameColumn ?? ''] ?? '' }))
    },
  }
}

export type Situation = {
  readonly table?: Table
  readonly clock?: Clock
  readonly rows?: NamedRows
  readonly notation?: ValueContext['notation']
  /** Besides those of the tests of queries. */
  readonly tables?: readonly Table[]
}

export type Answer = { readonly meaning: Meaning; readonly notes: readonly string[] }

/** Reads `column operator values`; a column that the table lacks is given whole. */
export async function ask(
  column: string | Column,
  operator: string,
  values: readonly string[],
  situation: Situation = {},
): Promise<Answer> {
  const { tables = [], table = OPPORTUNITY, clock = clockAt('2026-11-18T10:30:15Z', 'Europe/London') } = situation
  const notes: string[] = []
  /** As older links write one as well. */
  const codes: Readonly<Record<string, string>> = { 'etc=4210': 'phonecall' }
  const named = (name: string): Table | undefined =>
    [...TABLES, ...tables].find(({ entity }) =>
      [entity.name, entity.label].some((one) => one?.toLowerCase() === (codes[name] ?? name).toLowerCase()),
    )
  const found = typeof column === 'string' ? table.byName.get(column) : column
  if (!found) throw new Error(`no column ${JSON.stringify(column)}`)
  const meaning = await readMeaning(
    {
      table,
      column: found,
      operator: operatorNamed(operator),
      isNegated: false,
      values,
      written: `${found.name} ${operator} ${values.join(', ')}`,
      say: ({ column: subject = found.name, ...change } = {}) =>
        printCondition({ subject, operator, values, kind: kindOf(found), ...change }, situation.notation ?? 'odata'),
    },
    {
      note: (sentence) => notes.push(sentence),
      clock: async () => clock,
      person: { systemUserId: ME },
      rows: situation.rows ?? namedRows([]),
      entityNamed: async (name) => named(name)?.entity,
      tableOf: async (name) => named(name),
      notation: situation.notation ?? 'odata',
    },
  )
  return { meaning, notes }
}

/** `eq 5`, `in 1 2`, `(ge 1 and le 2)`, `name like %a%`. */
export function printed(meaning: Meaning): string {
  if ('parts' in meaning) return `(${meaning.parts.map(printed).join(` ${meaning.kind} `)})`
  const words = [meaning.operator, ...meaning.values].join(' ')
  return meaning.kind === 'test' ? words : `${meaning.kind} ${words}`
}

export async function read(...asked: Parameters<typeof ask>): Promise<string> {
  return printed((await ask(...asked)).meaning)
}
