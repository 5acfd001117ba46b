import type { Column, Entity, Table } from '../../metadata/model.ts'
import { kindOf, type ColumnKind } from '../../query/model/column-kind.ts'
import type { Clock } from '../../query/resolve/values/clock.ts'
import type { Scalar } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import type { WritableColumn } from '../writable/writable.ts'
import { nameOf, readChoice, readChoices, readYes, yesName } from './choice.ts'
import { readDate, readDayShown, readMoment, readWallTime } from './dates.ts'
import { findRow, type FoundRow, type LookupPlace } from './lookup.ts'
import { readNumber } from './number.ts'
import { refusedAt } from './place.ts'
import { targetsOf } from './targets.ts'
import { readText } from './text.ts'

/** A value as it stands in the arguments of a call: from it alone the body is built. */
export type CanonicalValue = {
  readonly to: Scalar
  readonly id?: string
  readonly entity?: string
}

/** A column as its value is read. */
export type ValuePlace = LookupPlace & {
  readonly table: Table
  readonly of: Column
  readonly rules: WritableColumn | undefined
  readonly clock: Clock
  /** Told the row that a lookup is set to. */
  readonly found: (row: FoundRow) => void
}

type Given = Exclude<Scalar, null>
type Read = (to: Given, place: ValuePlace, context: ChangeContext) => Scalar | CanonicalValue | Promise<CanonicalValue>

/** Notes are drawn as HTML, whatever their column's format says. */
const DRAWN_TABLES: ReadonlySet<string> = new Set(['annotation'])

const READERS: Readonly<Partial<Record<ColumnKind, Read>>> = {
  text: (to, place) => {
    const { maxLength, format } = place.rules ?? {}
    const isMarkup = format === 'RichText' || DRAWN_TABLES.has(place.table.entity.name)
    return readText(to, { maxLength, format, isMarkup }, place)
  },
  number: (to, place) => {
    const { min, max, precision: own, precisionBy } = place.rules ?? {}
    const precision = precisionBy === undefined ? own : undefined
    const isWhole = place.of.type === 'Integer' || place.of.type === 'BigInt'
    return readNumber(to, { isWhole, min, max, precision, usualPrecision: own }, place)
  },
  date: (to, place) => {
    if (place.of.dateOnly) return readDate(to, place, place.clock)
    if (showsDays(place)) return readDayShown(to, place, place.clock)
    if (place.of.zoneless === true) return readWallTime(to, place, place.clock)
    return readMoment(to, place, place.clock).local
  },
  choice: (to, { of, ...place }) => nameOf(readChoice(to, of, place), of),
  choices: (to, { of, ...place }) =>
    readChoices(to, of, place)
      .map((option) => nameOf(option, of, true))
      .join('; '),
  'yes-no': (to, { of, ...place }) => yesName(readYes(to, of, place), of),
  lookup: async (to, place, context) => {
    const targets = await entitiesOf(place.table, place.of, context)
    const row = await findRow(to, targets, { ...place, isUnnamed: place.of.unnamed }, context)
    place.found(row)
    return { to: row.name ?? row.id, id: row.id, entity: row.entity }
  },
}

/** A column of the kind `UserLocal` that is drawn as a day holds the instant at which that day begins for a person. */
export function showsDays({ rules }: Pick<ValuePlace, 'rules'>): boolean {
  return rules?.format === 'DateOnly'
}

/**
 * A value as it will be shown and written.
 * @throws ValueRefused with what is wrong about it; DataverseError
 */
export async function readValue(to: Scalar, place: ValuePlace, context: ChangeContext): Promise<CanonicalValue> {
  const read = READERS[kindOf(place.of)]
  if (!read)
    throw refusedAt(
      place,
      'column_not_writable',
      `${place.label} holds what is not written from here.`,
      `Leave ${place.column} out; the person sets it in Dynamics 365.`,
    )
  if (to === null) return { to: null }
  const found = await read(to, place, context)
  return typeof found === 'object' && found !== null ? found : { to: found }
}

/** Whether values of a column are written from here at all. */
export function isReadable(column: Column): boolean {
  return READERS[kindOf(column)] !== undefined
}

async function entitiesOf(table: Table, column: Column, { metadata }: ChangeContext): Promise<readonly Entity[]> {
  const { byName } = await metadata.entities()
  return targetsOf(table, column).flatMap((name) => byName.get(name) ?? [])
}
