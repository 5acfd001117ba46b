import * as z from 'zod/mini'
import { ANSWER_META } from './answers/answer-meta.ts'
import { type PartOfDate, partOfDate } from './draw/period.ts'

const KINDS = ['text', 'money', 'count', 'number', 'percent', 'date', 'record', 'currency', 'id'] as const
/** What other tools call the same. */
const SAME_KIND: Readonly<Record<string, (typeof KINDS)[number]>> = { lookup: 'record', time: 'date' }
const Column = z.object({
  name: z.string(),
  title: z.optional(z.string()),
  /** `currency`: that of the amount in the column before, row by row. */
  kind: z.optional(z.unknown()),
  empty: z.optional(z.string()),
  /** Of all amounts of the column: ISO 4217, or a sign or name as Dataverse writes it. */
  currency: z.optional(z.string()),
})
const Texts = z.catch(z._default(z.array(z.string()), []), [])
const Behind = z.union([z.string(), z.number(), z.boolean()])
export type Behind = z.output<typeof Behind>
/** By column and label: a choice's number, or the `entity/id` of a record. */
export type Values = ReadonlyMap<string, ReadonlyMap<string, Behind>>

/** What can stand beside each amount: a code or a sign. */
export const LONGEST_UNIT = 3

const PICTURES = ['bars', 'columns', 'lines', 'stacked', 'funnel', 'table'] as const
export type PictureKind = (typeof PICTURES)[number]
const Total = z.object({ title: z.string(), text: z.string(), value: z.optional(z.number()) })

/** A result of a report, an analysis or a list as it comes out of the host's message; what is drawn is checked, what is not is let be. */
const Result = z.object({
  title: z._default(z.string(), ''),
  asOf: z.optional(z.string()),
  timeZone: z.optional(z.string()),
  currency: z.optional(z.string()),
  parameters: z._default(z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])), {}),
  columns: z.array(Column),
  totals: z.catch(z.union([z.array(Total), z.record(z.string(), z.unknown())]), []),
  /** Each as long as the columns, and in their order. */
  rows: z.array(z.array(z.unknown())),
  values: z.pipe(z.optional(z.unknown()), z.transform(valuesOf)),
  more: z._default(z.boolean(), false),
  /** Its label, its value and its series are names of columns. */
  picture: z.catch(
    z.object({
      kind: z.catch(z.enum(PICTURES), 'table'),
      label: z.optional(z.string()),
      value: z.optional(z.string()),
      series: z.optional(z.string()),
    }),
    { kind: 'table' },
  ),
  /** An analysis says it in one text. */
  reading: z.catch(
    z.union([
      z.array(z.string()),
      z.pipe(
        z.string(),
        z.transform((text) => [text]),
      ),
    ]),
    [],
  ),
  interpreted: Texts,
  recordLink: z.optional(z.string()),
  notes: Texts,
})
type Result = z.output<typeof Result>

export type Column = {
  readonly name: string
  readonly title: string
  readonly kind: (typeof KINDS)[number]
  readonly empty?: string | undefined
  readonly currency?: string | undefined
  /** Of groups by a part of a date. */
  readonly part?: PartOfDate | undefined
}
export type Report = Omit<Result, 'columns' | 'totals' | 'interpreted'> & {
  readonly columns: readonly Column[]
  readonly totals: readonly z.output<typeof Total>[]
  /** Of the columns that have one: the same figure over all rows. */
  readonly overall: ReadonlyMap<string, number>
}
export type Row = Report['rows'][number]

/** A label is any text of a record: as a member of an object, `__proto__` would be lost and `constructor` be found. */
function valuesOf(values: unknown): Values {
  const columns = membersOf(values).map(([column, labels]) => {
    const known = membersOf(labels).flatMap(([label, value]) => {
      const behind = Behind.safeParse(value).data
      return behind === undefined ? [] : [[label, behind] as const]
    })
    return [column, new Map(known)] as const
  })
  return new Map(columns)
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

function reportOf(
  { columns, totals, reading, interpreted, ...rest }: Result,
  titles: ReadonlyMap<string, string>,
): Report {
  const { picture, rows } = rest
  const groups = [picture.label, picture.series]
  const overall = Array.isArray(totals) ? [] : Object.entries(totals)
  const described = columns.map(({ title, kind, ...column }, at): Column => {
    const isGroup = groups.includes(column.name)
    const found = kindOf(kind) ?? (isGroup ? 'text' : kindFound(rows, at))
    const part = found === 'text' ? partOfDate(column.name, isGroup ? valuesIn(rows, at) : []) : undefined
    // Of the currencies beside amounts the view has a word.
    const named = titles.get(column.name) ?? title ?? (found === 'currency' ? '' : column.name)
    return { ...column, title: titleOf(named, column.currency), kind: found, part }
  })
  return {
    ...rest,
    columns: described,
    totals: Array.isArray(totals) ? totals : [],
    overall: new Map(overall.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : []))),
    reading: [...reading, ...interpreted],
  }
}

/** Where a currency is known by a long name, it is told once. */
function titleOf(title: string, currency: string | undefined): string {
  return currency !== undefined && currency.length > LONGEST_UNIT ? `${title} (${currency})` : title
}

function kindOf(kind: unknown): Column['kind'] | undefined {
  if (typeof kind !== 'string') return undefined
  return SAME_KIND[kind] ?? KINDS.find((one) => one === kind) ?? 'text'
}

/** Of a column that nobody described. */
function kindFound(rows: Result['rows'], at: number): Column['kind'] {
  const cells = rows.map((row) => row[at]).filter((cell) => cell !== null && cell !== undefined)
  return cells.length > 0 && cells.every((cell) => typeof cell === 'number') ? 'number' : 'text'
}

/** What a group is called that no value made: the one without a value, and all further ones in one. */
export const NO_VALUE = '(none)'
export const OTHERS = /^others \((\d{1,9}) groups?\)$/

function valuesIn(rows: Result['rows'], at: number): unknown[] {
  const cells = rows.map((row) => row[at])
  return cells.filter(
    (cell) =>
      cell !== null && cell !== undefined && cell !== NO_VALUE && !(typeof cell === 'string' && OTHERS.test(cell)),
  )
}

const ToolResult = z.object({
  _meta: z.catch(z.record(z.string(), z.unknown()), {}),
  isError: z.optional(z.boolean()),
  structuredContent: z.optional(z.unknown()),
  content: z.catch(z.array(z.object({ text: z.optional(z.string()) })), []),
})

/**
 * The report in a tool's result, or else the text that came with it; empty where none did.
 * @param named what columns are called where the result does not say
 */
export function readReport(
  params: unknown,
  named: Readonly<Record<string, string>> = {},
): { report: Report } | { text: string } {
  const result = ToolResult.safeParse(params).data
  const read = result?.isError === true ? undefined : Result.safeParse(result?.structuredContent).data
  const titles = membersOf(result?._meta[ANSWER_META.titles]).filter(
    (title): title is [string, string] => typeof title[1] === 'string',
  )
  if (read !== undefined) return { report: reportOf(read, new Map([...Object.entries(named), ...titles])) }
  return { text: result?.content.map((part) => part.text ?? '').join('\n') ?? '' }
}
