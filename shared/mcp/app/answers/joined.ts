import type { Behind, Column, Row, Values } from '../report.ts'
import type { Answer } from './list.ts'

const START_OF_ID = 8

/** With the rows of a further page, which tells its own columns, currencies and labels: each row keeps what it said. */
export function joined(answer: Answer, next: Answer): Answer {
  const unlike = answer.columns.flatMap(({ name }) => (isOfOtherCurrency(name, answer, next) ? [name] : []))
  const [first, further] = [withCurrencies(answer, unlike), toldApart(withCurrencies(next, unlike), answer.values)]
  const known = new Set(first.columns.map(({ name }) => name))
  const columns = [...first.columns, ...further.columns.filter(({ name }) => !known.has(name))]
  const places = columns.map((column) => further.columns.findIndex(({ name }) => name === column.name))
  const placed = mapRows(further, (row) => places.map((place) => row[place] ?? null))
  const { more, cursor, notes } = next
  return {
    ...first,
    columns,
    rows: [...first.rows, ...placed.rows],
    values: together(first.values, further.values),
    records: new Map([...first.records, ...placed.records]),
    more,
    cursor,
    notes,
  }
}

function mapRows(answer: Answer, change: (row: Row) => Row): Pick<Answer, 'rows' | 'records'> {
  const rows = answer.rows.map((row) => [row, change(row)] as const)
  const records = rows.flatMap(([row, changed]) => {
    const record = answer.records.get(row)
    return record === undefined ? [] : [[changed, record] as const]
  })
  return { rows: rows.map(([, changed]) => changed), records: new Map(records) }
}

/** A page without an amount says nothing of any currency. */
function isOfOtherCurrency(name: string, one: Answer, other: Answer): boolean {
  const unit = unitOf(name, other)
  return unit !== undefined && unit !== unitOf(name, one)
}

const EACH_ITS_OWN = ' '

function unitOf(name: string, { columns, rows, currency }: Answer): string | undefined {
  const at = columns.findIndex((column) => column.name === name && column.kind === 'money')
  if (at < 0 || !rows.some((row) => typeof row[at] === 'number')) return undefined
  return columns[at + 1]?.kind === 'currency' ? EACH_ITS_OWN : (columns[at]?.currency ?? currency ?? '')
}

/** Amounts with their currency in a column beside them. */
function withCurrencies(answer: Answer, names: readonly string[]): Answer {
  return names.reduce((one, name) => withCurrency(one, name), answer)
}

function withCurrency(answer: Answer, name: string): Answer {
  const { columns } = answer
  const at = columns.findIndex((column) => column.name === name)
  const column = columns[at]
  if (column === undefined || columns[at + 1]?.kind === 'currency') return answer
  const { currency, title, ...rest } = column
  const unit = currency ?? answer.currency ?? null
  const bare: Column = {
    ...rest,
    title: title.endsWith(` (${currency})`) ? title.slice(0, -` (${currency})`.length) : title,
  }
  const beside: Column = { name: `${name} currency`, title: '', kind: 'currency' }
  const changed = mapRows(answer, (row) => row.toSpliced(at + 1, 0, typeof row[at] === 'number' ? unit : null))
  return { ...answer, ...changed, columns: columns.toSpliced(at, 1, bare, beside) }
}

/** What a label of an earlier page stands for it goes on to stand for. */
function toldApart(answer: Answer, known: Values): Answer {
  return answer.columns.reduce((one, { name }, at) => {
    const labels = [...(one.values.get(name) ?? [])].map(([label, behind]) => {
      const other = known.get(name)?.get(label)
      return { label, behind, named: other === undefined || other === behind ? label : `${label} #${startOf(behind)}` }
    })
    if (labels.every(({ label, named }) => label === named)) return one
    const names = new Map(labels.map(({ label, named }) => [label, named]))
    const changed = mapRows(one, (row) => row.toSpliced(at, 1, names.get(String(row[at])) ?? row[at]))
    const values = new Map(one.values).set(name, new Map(labels.map(({ named, behind }) => [named, behind])))
    return { ...one, ...changed, values }
  }, answer)
}

function startOf(behind: Behind): string {
  const text = String(behind)
  return text.slice(text.lastIndexOf('/') + 1).slice(0, START_OF_ID)
}

function together(one: Values, other: Values): Values {
  const all = new Map(one)
  for (const [column, labels] of other) all.set(column, new Map([...(one.get(column) ?? []), ...labels]))
  return all
}
