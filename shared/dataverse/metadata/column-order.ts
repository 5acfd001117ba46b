import type { Column, Table } from './model.ts'

export type OrderedColumns = {
  /** Id, name, state and owner, what is required, what the default view shows, when it was made and changed. */
  readonly main: readonly Column[]
  /** All others, those first that the product's own advanced find offers. */
  readonly rest: readonly Column[]
  /** Kept by the platform for itself: audit, import, process, keys of parts. */
  readonly technical: readonly Column[]
}

const STATE_AND_OWNER = ['statecode', 'statuscode', 'ownerid']
const DATES = ['createdon', 'modifiedon']
const BY_PLATFORM = new Set(
  (
    'createdby createdonbehalfby modifiedby modifiedonbehalfby overriddencreatedon importsequencenumber versionnumber ' +
    'timezoneruleversionnumber utcconversiontimezonecode owningbusinessunit owninguser owningteam exchangerate ' +
    'processid stageid stepid traversedpath slaid slainvokedid onholdtime lastonholdtime participatesinworkflow ' +
    'isprivate teamsfollowed entityimageid subscriptionid merged masterid timespentbymeonemailandmeetings ' +
    'pricingerrorcode skippricecalculation'
  ).split(' '),
)
const TECHNICAL_TYPES = new Set(['EntityName', 'ManagedProperty', 'BigInt', 'CalendarRules', 'Image', 'File'])

/** The readable columns of a table, each once, those first that matter most. */
export function orderColumns(table: Table): OrderedColumns {
  const { idColumn, nameColumn } = table.entity
  const columns = [...table.byName.values()].filter((column) => column.readable && !onlyDescribes(column))
  const first = [idColumn, nameColumn, ...STATE_AND_OWNER]
  const technical = columns.filter((column) => !first.includes(column.name) && isTechnical(column, table))
  const useful = columns.filter((column) => !technical.includes(column))
  const required = useful.filter((column) => column.required).map(({ name }) => name)
  const mainNames = new Set([...first, ...required, ...table.viewColumns, ...DATES])
  const main = [...mainNames].flatMap((name) => useful.find((column) => column.name === name) ?? [])
  const rest = useful.filter(({ name }) => !mainNames.has(name)).toSorted(byWorth)
  return { main, rest, technical: technical.toSorted((a, b) => a.name.localeCompare(b.name)) }
}

/** Whether a column is an amount once more, in the currency of the organization. */
export function isBaseTwin(column: Column, table: Table): boolean {
  const twin = /^(.+)_base$/.exec(column.name)?.[1]
  return column.type === 'Money' && twin !== undefined && table.byName.get(twin)?.type === 'Money'
}

/** Whether a column only says of another one what it is called, how it is pronounced or which table it leads to. */
function onlyDescribes({ name, type, describes }: Column): boolean {
  const tableOfLookup = type === 'EntityName' && name.endsWith('type')
  return describes !== undefined || type === 'Virtual' || name.endsWith('yominame') || tableOfLookup
}

function isTechnical({ name, type }: Column, table: Table): boolean {
  if (table.viewColumns.includes(name) || name === 'activitytypecode') return false
  const keyOfPart = type === 'Uniqueidentifier'
  return BY_PLATFORM.has(name) || TECHNICAL_TYPES.has(type) || keyOfPart || name.includes('yomi')
}

/** What questions filter and add up by comes first, then texts, then flags; second addresses and third telephones last. */
function byWorth(a: Column, b: Column): number {
  const number = ({ name }: Column): number => Number(/\d/.exec(name)?.[0] ?? 0)
  const order = Number(b.searchable) - Number(a.searchable) || number(a) - number(b) || use(a) - use(b)
  return order || a.name.localeCompare(b.name)
}

function use({ type, options }: Column): number {
  if (type === 'Boolean' || options?.length === 1) return 2
  return type === 'String' || type === 'Memo' ? 1 : 0
}
