import type { CompactRow } from './rows.ts'

/** What stands behind a label: a lookup's `entity/id`, a choice's number, whether a yes or a no. */
export type Behind = string | number | boolean

/** What the cells of a column are, where they are not plain texts or numbers; `time` is UTC, `date` a day. */
export type CellKind =
  | 'money'
  | 'currency'
  | 'choice'
  | 'choices'
  | 'yes-no'
  | 'lookup'
  | 'date'
  | 'time'
  | 'id'
  | 'table'

/** A column as it is known before its cells are. */
export type KnownColumn = {
  readonly name: string
  readonly kind?: CellKind | undefined
  /** Of all its amounts. */
  readonly currency?: string | undefined
  /** What an empty cell is called: of groups. */
  readonly empty?: string | undefined
  /** Columns of the rows in its cells. */
  readonly below?: readonly KnownColumn[] | undefined
}

export type CellColumn = Pick<KnownColumn, 'name' | 'kind' | 'currency'>

/** The cells of one column, and what stands behind those that are labels; both in the order of the rows. */
export type Cells = {
  readonly column: CellColumn
  readonly cells: readonly unknown[]
  readonly behind: readonly (Behind | undefined)[]
}

/** How much of an id tells two rows of one name apart. */
const START_OF_ID = 8
const NUMERIC = /[\d\s.,'’()+\u00a0\u202f-]/g
const CURRENCY_SIGN = /^(?:\p{Sc}|\p{L}[\p{L}.]{0,4}\p{Sc}?)$/u

type Reference = { readonly id: string; readonly label?: unknown; readonly entity?: unknown }
type Labelled = { readonly label: string; readonly value?: unknown }

/** One column of compact rows that holds no lists and no rows: its labels told apart, its amounts as numbers. */
export function cellsOf(known: KnownColumn, values: readonly unknown[]): readonly Cells[] {
  const { name, kind, currency, empty } = known
  if (isAmounts(known, values)) return amountsOf(known, values)
  const behind = values.map(behindOf)
  const labels = toldApart(values.map(labelOf), behind)
  const found = kind ?? kindOf(values)
  const column = { name, ...(found && { kind: found }), ...(currency !== undefined && { currency }) }
  // A group that is really called so is not the one without a value.
  const nothing = labels.includes(empty) ? null : (empty ?? null)
  return [{ column, cells: labels.map((label) => label ?? nothing), behind }]
}

export function isReference(value: unknown): value is Reference {
  return isObject(value) && typeof value['id'] === 'string'
}

export function isObject(value: unknown): value is CompactRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLabelled(value: unknown): value is Labelled {
  return isObject(value) && !isReference(value) && typeof value['label'] === 'string'
}

function labelOf(value: unknown): unknown {
  if (isReference(value)) return value.label ?? behindOf(value)
  return isLabelled(value) ? value.label : value
}

function behindOf(value: unknown): Behind | undefined {
  if (isReference(value)) return typeof value.entity === 'string' ? `${value.entity}/${value.id}` : value.id
  if (!isLabelled(value)) return undefined
  const { value: behind } = value
  return typeof behind === 'number' || typeof behind === 'boolean' || typeof behind === 'string' ? behind : undefined
}

function kindOf(values: readonly unknown[]): CellKind | undefined {
  if (values.some(isReference)) return 'lookup'
  const labelled = values.find(isLabelled)
  if (typeof labelled?.value === 'boolean') return 'yes-no'
  return Number.isInteger(labelled?.value) ? 'choice' : undefined
}

/** Two rows of one name, or two choices of one label, are two. */
function toldApart(labels: readonly unknown[], behind: readonly (Behind | undefined)[]): readonly unknown[] {
  if (!isAmbiguous(labels, behind)) return labels
  const meant = new Map<unknown, Set<Behind>>()
  labels.forEach((label, at) => {
    const one = behind[at]
    if (one !== undefined) meant.set(label, (meant.get(label) ?? new Set()).add(one))
  })
  return labels.map((label, at) => {
    const one = behind[at]
    const all = meant.get(label)
    if (one === undefined || all === undefined || all.size < 2) return label
    const mark = ` ${markOf(one, all)}`
    let marked = `${String(label)}${mark}`
    // Another row may be called just so.
    while (meant.has(marked)) marked += mark
    return marked
  })
}

function isAmbiguous(labels: readonly unknown[], behind: readonly (Behind | undefined)[]): boolean {
  const meant = new Map<unknown, Behind>()
  return labels.some((label, at) => {
    const one = behind[at]
    if (one === undefined) return false
    const other = meant.get(label)
    meant.set(label, one)
    return other !== undefined && other !== one
  })
}

function markOf(one: Behind, all: ReadonlySet<Behind>): string {
  if (typeof one !== 'string') return `(${one})`
  const start = (of: Behind): string =>
    String(of)
      .slice(String(of).lastIndexOf('/') + 1, -1)
      .slice(0, START_OF_ID)
  const isEnough = [...all].every((other) => other === one || start(other) !== start(one))
  return isEnough ? `#${start(one)}` : `#${one}`
}

/** Of a column that nobody described, amounts are known by the sign in each of their labels. */
function isAmounts({ kind }: KnownColumn, values: readonly unknown[]): boolean {
  if (kind !== undefined) return kind === 'money'
  const filled = values.filter((value) => value !== undefined && value !== null)
  return filled.length > 0 && filled.every((value) => signOf(value) !== undefined)
}

/** Stands beside amounts of several currencies; no column of Dataverse has a blank in its name. */
export function currencyColumn(name: string): string {
  return `${name} currency`
}

/** Where amounts are in several currencies, or some in none, these are a column beside them. */
function amountsOf({ name, currency, empty }: KnownColumn, values: readonly unknown[]): readonly Cells[] {
  const cells = values.map((value) => (isLabelled(value) ? value.value : value) ?? empty ?? null)
  const nothing = values.map(() => undefined)
  const signs = values.map((value) => (currency === undefined ? signOf(value) : undefined))
  const [found, ...others] = new Set(signs.filter((one) => one !== undefined))
  const sign = found ?? currency
  const isOfSome = found !== undefined && cells.some((cell, at) => typeof cell === 'number' && signs[at] === undefined)
  const isMixed = others.length > 0 || isOfSome
  const column: CellColumn = {
    name,
    kind: 'money',
    ...(!isMixed && sign !== undefined && { currency: sign }),
  }
  const amounts: Cells = { column, cells, behind: nothing }
  if (!isMixed) return [amounts]
  return [
    amounts,
    {
      column: { name: currencyColumn(name), kind: 'currency' },
      cells: signs.map((one) => one ?? null),
      behind: nothing,
    },
  ]
}

/** `£` of `£1,200.00`. */
function signOf(value: unknown): string | undefined {
  if (!isLabelled(value) || typeof value.value !== 'number') return undefined
  const sign = value.label.replaceAll(NUMERIC, '')
  return /\d/.test(value.label) && CURRENCY_SIGN.test(sign) ? sign : undefined
}
