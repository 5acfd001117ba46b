import type { Column, Entity } from './schema.ts'

/** What of the schema speaks of writing; README.md beside this says where each comes from. */
export type Operation = 'create' | 'update'

/** Tables of Microsoft's that are enabled for offline use; which they are is assumed, as no page lists them. */
const OFFLINE_TABLES = new Set([
  'account',
  'annotation',
  'appointment',
  'competitor',
  'contact',
  'email',
  'incident',
  'lead',
  'list',
  'opportunity',
  'phonecall',
  'product',
  'quote',
  'salesorder',
  'task',
])

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/optimistic-concurrency */
export function hasConcurrency({ logicalName, isCustom }: Entity): boolean {
  return isCustom === true || OFFLINE_TABLES.has(logicalName)
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/annotation-note-entity */
export function hasNotes({ oneToMany }: Entity): boolean {
  return oneToMany.some(({ target, column }) => target === 'annotation' && column === 'objectid')
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/enable-disable-duplicate-detection */
export function detectsDuplicates({ logicalName }: Entity): boolean {
  return logicalName === 'account' || logicalName === 'contact' || logicalName === 'lead'
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata */
export function isValidFor(operation: Operation, column: Column): boolean {
  if ((column.sourceType ?? 0) !== 0) return false
  return (operation === 'create' ? column.create : column.update) !== false
}

export function maxLengthOf({ maxLength, type }: Column): number {
  return maxLength ?? (type === 'Memo' ? 2000 : 100)
}

export function precisionOf({ precision }: Column): number {
  return precision ?? 2
}

/** The widest that a type can hold, where the column says nothing narrower. */
const WIDEST: Readonly<Partial<Record<Column['type'], number>>> = {
  Integer: 2_147_483_647,
  BigInt: Number.MAX_SAFE_INTEGER,
  Decimal: 100_000_000_000,
  Double: 100_000_000_000,
  Money: 922_337_203_685_477,
}

export function rangeOf({ type, min, max }: Column): { readonly min: number; readonly max: number } {
  const widest = WIDEST[type] ?? Infinity
  return { min: min ?? (type === 'Integer' ? -widest - 1 : -widest), max: max ?? widest }
}

/** `DefaultStatus`: the reason that goes with a state where none is said; that it is the lowest number is assumed. */
export function defaultReason({ columns }: Entity, state: number): number {
  const reasons = (columns.get('statuscode')?.options ?? []).filter((option) => option.state === state)
  return Math.min(...reasons.map(({ value }) => value))
}
