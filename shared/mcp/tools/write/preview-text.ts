import { cut } from '../../tool/plain-text.ts'
import { denseTable } from '../../tool/readable-text.ts'
import type { Preview } from './preview-change.ts'

const TABLE_BYTES = 12_288
const FEW = 20
const LONGEST_CELL = { few: 200, many: 70 } as const

/** All that a client needs that shows its model texts alone: the difference, what stands in its way, and the call. */
export function previewText({
  summary,
  changes,
  problems = [],
  duplicates = [],
  notes = [],
  next,
  call,
}: Preview): string {
  const isNew = changes.every(({ from }) => from === undefined)
  const longest = changes.length > FEW ? LONGEST_CELL.many : LONGEST_CELL.few
  const rows = changes.map(({ label, from, to, entity, id }) => {
    const row = id === undefined ? '' : ` (${entity}/${id})`
    const after = `${to === null ? '(empty)' : cut(String(to), longest)}${row}`
    const before = from === undefined || from === null ? '(empty)' : cut(String(from), longest)
    return isNew ? [label, after] : [label, from === undefined ? '' : before, after]
  })
  const columns = (isNew ? ['Column', 'Value'] : ['Column', 'Now', 'New']).map((name) => ({ name }))
  const told = problems.map(
    ({ code, column, text, nextStep }) => `${code}${column === undefined ? '' : ` (${column})`}: ${text} ${nextStep}`,
  )
  const candidates = problems.flatMap((problem) => problem.candidates ?? [])
  const parts = [
    problems.length > 0 ? `Not ready. ${summary}` : summary,
    denseTable(columns, rows, TABLE_BYTES).text,
    ...told,
    listed('Rows that may be meant', candidates.length > 0 ? candidates : duplicates),
    ...notes,
    next ?? '',
    call ? `call: ${JSON.stringify(call)}` : '',
  ]
  return parts.filter((part) => part.trim() !== '').join('\n\n')
}

type Row = NonNullable<Preview['duplicates']>[number]

function listed(what: string, rows: readonly Row[]): string {
  const named = rows.map(
    ({ entity, id, name, about }) => `${name}${about === undefined ? '' : `, ${about}`} (${entity}/${id})`,
  )
  return rows.length === 0 ? '' : `${what}: ${named.join('; ')}`
}
