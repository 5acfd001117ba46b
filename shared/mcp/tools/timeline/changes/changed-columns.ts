import { isoInZone } from '../../../../dataverse/local-time.ts'
import { isBaseTwin } from '../../../../dataverse/metadata/column-order.ts'
import type { Column, Sight, Table } from '../../../../dataverse/metadata/model.ts'
import { OF_THE_PLATFORM } from '../../../../dataverse/records/belonging/rules.ts'
import type { Change } from '../../../../dataverse/records/timeline/history.ts'
import type { Row } from '../../../../dataverse/rows/rows.ts'
import { cut, plainLine } from '../../../tool/plain-text.ts'
import { wordsOf } from '../../fetch/record-text.ts'
import type { Item } from '../timeline.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LONGEST = 300
const LONGEST_LABEL = 100
/** Characters before the place where two long texts part. */
const BEFORE = 40
const OWNER = 'ownerid'
/** Changed by the platform whenever anything is. */
const NOISE: ReadonlySet<string> = new Set([
  ...['createdon', 'modifiedon', 'versionnumber', 'exchangerate', 'traversedpath', 'processid', 'stageid'],
  ...['timezoneruleversionnumber', 'utcconversiontimezonecode', 'importsequencenumber', 'overriddencreatedon'],
])
/** Their raw value says it better than the text that Dataverse formats for a person's country. */
const RAW = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'String', 'Memo', 'Uniqueidentifier'])

export type Changed = NonNullable<Item['changes']>[number]

/** How the columns of a table are seen by the person, and by the clock of which place. */
export type Seeing = { readonly table: Table; readonly sight: Sight; readonly zone: string }

/** What was changed, old and new, as labels: without what the person or a model may not see. */
export function changedColumns({ before, after }: Change, { table, sight, zone }: Seeing): Changed[] {
  return [...table.byName.values()].flatMap((column) => {
    const isTold = isOfPeople(column, table) && sight(column) !== 'hidden'
    if (!isTold || rawOf(before, column) === rawOf(after, column)) return []
    const [from, to] = parted(textOf(before, column, zone), textOf(after, column, zone))
    const label = plainLine(column.label ?? column.name, LONGEST_LABEL)
    return [{ column: column.name, label, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

function isOfPeople(column: Column, table: Table): boolean {
  const { name } = column
  const isPlatform = NOISE.has(name) || (OF_THE_PLATFORM.has(name) && name !== OWNER)
  return column.readable && column.hiding !== 'hidden' && !isPlatform && !isBaseTwin(column, table)
}

/** Two values may look alike, as two people of one name: what was changed is told all the same. */
function rawOf(row: Row, { property }: Column): string | undefined {
  const raw = row[property]
  if (raw === null || raw === undefined || raw === '') return undefined
  return typeof raw === 'string' ? raw : JSON.stringify(raw)
}

type Text = string | undefined

/** Both cut; where they begin alike for longer than that, from shortly before the place where they part. */
function parted(from: Text, to: Text): readonly [Text, Text] {
  const isHidden = from !== undefined && to !== undefined && from !== to && cut(from, LONGEST) === cut(to, LONGEST)
  const begin = isHidden ? Math.max(0, placeOfParting(from, to) - BEFORE) : 0
  const shown = (text: Text): Text => (text === undefined ? text : cut(behind(text, begin), LONGEST))
  return [shown(from), shown(to)]
}

function placeOfParting(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}

/** Never begins within a pair of surrogates. */
function behind(text: string, begin: number): string {
  return begin === 0
    ? text
    : `…${text
        .slice(begin)
        .toWellFormed()
        .replace(/^\ufffd/, '')}`
}

/** Whole, in one line; `undefined` for no value. */
function textOf(row: Row, column: Column, zone: string): Text {
  const { property, type, options, dateOnly, zoneless } = column
  const plain = rawOf(row, column)
  if (plain === undefined) return undefined
  const [raw, formatted] = [row[property], row[property + FORMATTED]]
  if (type === 'DateTime') return dateText(plain, dateOnly || zoneless === true, zone)
  if (typeof formatted === 'string' && !RAW.has(type)) return plainLine(formatted, Infinity)
  const option = options?.find(({ value }) => value === Number(raw))
  return plainLine(option?.label ?? wordsOf(plain), Infinity)
}

function dateText(raw: string, isPlain: boolean, zone: string): string {
  const instant = Date.parse(raw)
  return isPlain || Number.isNaN(instant) ? plainLine(raw, Infinity) : isoInZone(instant, zone)
}
