import { isoInZone } from '../../../../dataverse/local-time.ts'
import { isBaseTwin } from '../../../../dataverse/metadata/column-order.ts'
import type { Column, Sight, Table } from '../../../../dataverse/metadata/model.ts'
import { OF_THE_PLATFORM } from '../../../../dataverse/records/belonging/rules.ts'
import type { Change } from '../../../../dataverse/records/timeline/history.ts'
import type { Row } from '../../../../dataverse/rows/rows.ts'
import { plainLine } from '../../../tool/plain-text.ts'
import { wordsOf } from '../../fetch/record-text.ts'
import type { Item } from '../timeline.ts'

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const LONGEST = 300
const LONGEST_LABEL = 100
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
    const [from, to] = isTold ? [textOf(before, column, zone), textOf(after, column, zone)] : []
    if (from === to) return []
    const label = plainLine(column.label ?? column.name, LONGEST_LABEL)
    return [{ column: column.name, label, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

function isOfPeople(column: Column, table: Table): boolean {
  const { name } = column
  const isPlatform = NOISE.has(name) || (OF_THE_PLATFORM.has(name) && name !== OWNER)
  return column.readable && column.hiding !== 'hidden' && !isPlatform && !isBaseTwin(column, table)
}

/** `undefined` for no value. */
function textOf(row: Row, { property, type, options, dateOnly, zoneless }: Column, zone: string): string | undefined {
  const raw = row[property]
  if (raw === null || raw === undefined || raw === '') return undefined
  const formatted = row[property + FORMATTED]
  const plain = typeof raw === 'string' ? raw : JSON.stringify(raw)
  if (type === 'DateTime') return dateText(plain, dateOnly || zoneless === true, zone)
  if (typeof formatted === 'string' && !RAW.has(type)) return plainLine(formatted, LONGEST)
  const option = options?.find(({ value }) => value === Number(raw))
  return plainLine(option?.label ?? wordsOf(plain), LONGEST)
}

function dateText(raw: string, isPlain: boolean, zone: string): string {
  const instant = Date.parse(raw)
  return isPlain || Number.isNaN(instant) ? plainLine(raw, LONGEST) : isoInZone(instant, zone)
}
