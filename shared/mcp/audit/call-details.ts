import type { EventFields } from '../../telemetry/events.ts'
import { shapeOf, type AskedQuery, type ShapeOptions } from './query-shape.ts'
import type { RecordsRead } from '../../dataverse/records/records-read.ts'
import { kindOfValue } from './value-kind.ts'

/**
 * How much of a call is written down: `none` is who, which tool, which table and how much; `shape` adds the query, with
 * kinds in place of values, and the ids of the records read; `full` adds the values.
 */
export const AUDIT_DETAILS = ['none', 'shape', 'full'] as const
export type AuditDetails = (typeof AUDIT_DETAILS)[number]

/** What a call is about, as it becomes known. */
export type Subject = {
  /** Logical name. */
  readonly entity?: string
  readonly report?: string
  /** The tool that a tool ran. */
  readonly ran?: string
  /** As they are sent: names and values bound. */
  readonly queries?: readonly AskedQuery[]
  /** Of a report, by its own names. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Words that are searched for. */
  readonly words?: readonly string[]
}

type Details = Pick<
  EventFields,
  | 'entity'
  | 'report'
  | 'kind'
  | 'queries'
  | 'parameters'
  | 'search'
  | 'records'
  | 'moreRecords'
  | 'recordsUnnamed'
  | 'cut'
>

const QUERY_CHARACTERS = 4_000
const PARAMETER_CHARACTERS = 1_000
const SEARCH_CHARACTERS = 400
/** More ids than this would not fit beside the rest. */
const MOST_RECORDS = 200

/** The part of a call's event that tells what was asked and read. */
export function detailsOf(subject: Subject, records: readonly RecordsRead[], level: AuditDetails): Details {
  const { entity, report, ran } = subject
  const about = {
    ...(entity !== undefined && { entity }),
    ...(report !== undefined && { report }),
    ...(ran !== undefined && { kind: ran }),
  }
  if (level === 'none') return about
  const values = level === 'full'
  const queries = queriesText(subject.queries ?? [], values)
  return { ...about, ...queries, ...askedText(subject, values), ...recordsText(records) }
}

/** What is too long is told shorter, and that it is: first without values, then without conditions. */
function queriesText(queries: readonly AskedQuery[], values: boolean): Pick<Details, 'queries' | 'cut'> {
  if (queries.length === 0) return {}
  const written = (options: ShapeOptions): string => JSON.stringify(queries.map((one) => shapeOf(one, options)))
  const whole = written({ values })
  if (whole.length <= QUERY_CHARACTERS) return { queries: whole }
  const kinds = values ? written({ values: false }) : whole
  if (kinds.length <= QUERY_CHARACTERS) return { queries: kinds, cut: 'values' }
  const tables = written({ values: false, tablesOnly: true })
  return tables.length <= QUERY_CHARACTERS ? { queries: tables, cut: 'conditions' } : { cut: 'queries' }
}

function askedText({ parameters, words }: Subject, values: boolean): Pick<Details, 'parameters' | 'search'> {
  const told = Object.entries(parameters ?? {}).map(([name, value]) => [name, values ? value : kindOfValue(value)])
  const text = JSON.stringify(Object.fromEntries(told))
  const search = values ? words?.join(' ').slice(0, SEARCH_CHARACTERS) : words && `text*${words.length}`
  return {
    ...(told.length > 0 && text.length <= PARAMETER_CHARACTERS && { parameters: text }),
    ...(search !== undefined && { search }),
  }
}

/** By table, each id once. */
function recordsText(records: readonly RecordsRead[]): Pick<Details, 'records' | 'moreRecords' | 'recordsUnnamed'> {
  const seen = new Map<string, Set<string>>()
  const byTable = new Map<string, string[]>()
  let count = 0
  for (const { entity, ids } of records) {
    const known = seen.get(entity) ?? new Set()
    const told = byTable.get(entity) ?? []
    for (const id of ids) {
      if (known.has(id)) continue
      known.add(id)
      count += 1
      if (count <= MOST_RECORDS) told.push(id)
    }
    seen.set(entity, known)
    if (told.length > 0) byTable.set(entity, told)
  }
  const unnamed = new Set(records.flatMap(({ entity, lacksIds }) => (lacksIds ? [entity] : [])))
  const more = Math.max(0, count - MOST_RECORDS)
  return {
    ...(byTable.size > 0 && { records: JSON.stringify(Object.fromEntries(byTable)) }),
    ...(more > 0 && { moreRecords: more }),
    ...(unnamed.size > 0 && { recordsUnnamed: [...unnamed].join(' ') }),
  }
}
