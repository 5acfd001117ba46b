import * as z from 'zod/mini'
import { ANSWER_META } from './answer-meta.ts'

export type Arguments = Readonly<Record<string, unknown>>

const Asked = z.record(z.string(), z.unknown())
const Behind = z.object({
  tool: z.literal('query_crm'),
  /** By row of the answer. */
  rows: z.array(z.nullable(Asked)),
  /** Those of the period before, by row, and the columns that are of it. */
  before: z.catch(z.array(z.nullable(Asked)), []),
  ofBefore: z.catch(z.array(z.string()), []),
  /** By column that is of some rows of its group alone. */
  where: z.catch(z.record(z.string(), z.nullable(z.string())), {}),
  /** The columns to list, with what they are called. */
  columns: z.catch(z.record(z.string(), z.string()), {}),
  /** Whether the calls were too many to be given. */
  left: z.catch(z.optional(z.boolean()), undefined),
})
export type Behind = z.output<typeof Behind>

const Going = z.object({ tool: z.literal('timeline'), arguments: Asked })
const Meta = z.object({ _meta: z.optional(z.record(z.string(), z.unknown())) })
const LONGEST_FILTER = 8_000

/** The calls that give the rows behind each row of an answer; nothing where the result names none. */
export function readBehind(params: unknown): Behind | undefined {
  return Behind.safeParse(Meta.safeParse(params).data?._meta?.[ANSWER_META.behind]).data
}

/** The call of which a further page of a timeline is asked. */
export function readAsked(params: unknown): Arguments | undefined {
  return Going.safeParse(Meta.safeParse(params).data?._meta?.[ANSWER_META.asked]).data?.arguments
}

/**
 * Arguments of `query_crm` for what one mark stands for; nothing where one of its rows cannot be asked for.
 * @param at places of rows
 * @param column that is drawn
 */
export function argumentsFor(
  { rows, before, ofBefore, where, columns }: Behind,
  at: readonly number[],
  column: string,
): Arguments | undefined {
  const calls = ofBefore.includes(column) ? before : rows
  const [first, ...others] = at.map((row) => calls[row] ?? undefined)
  if (first === undefined) return undefined
  const all = others.length === 0 ? first : anyOf([first, ...others])
  const condition = Object.hasOwn(where, column) ? where[column] : ''
  if (all === undefined || condition === null || condition === undefined) return undefined
  const names = Object.keys(columns)
  const asked = typeof all['entity'] === 'string' && names.length > 0 ? { ...all, select: names } : all
  return condition === '' ? asked : within({ ...asked, filter: joined([all['filter'], condition], 'and') })
}

/** One list for several rows of one table, by conditions alone. */
function anyOf(asked: readonly (Arguments | undefined)[]): Arguments | undefined {
  const [first] = asked
  const filters = asked.map((one) => one?.['filter'])
  const isOne = asked.every((one) => one?.['entity'] === first?.['entity'] && typeof one?.['filter'] === 'string')
  return isOne && first ? within({ ...first, filter: joined(filters, 'or') }) : undefined
}

function joined(filters: readonly unknown[], by: 'and' | 'or'): string {
  const texts = filters.filter((one) => typeof one === 'string' && one !== '')
  return texts.map((one) => `(${String(one)})`).join(` ${by} `)
}

function within(asked: Arguments): Arguments | undefined {
  return String(asked['filter']).length <= LONGEST_FILTER ? asked : undefined
}
