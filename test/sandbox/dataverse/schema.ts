import { readdirSync, readFileSync } from 'node:fs'

export type ColumnType =
  | 'String'
  | 'Memo'
  | 'Integer'
  | 'BigInt'
  | 'Decimal'
  | 'Double'
  | 'Money'
  | 'Boolean'
  | 'Picklist'
  | 'State'
  | 'Status'
  | 'DateTime'
  | 'Uniqueidentifier'
  | 'Lookup'
  | 'Owner'
  | 'Customer'
  | 'EntityName'
  | 'PartyList'
  | 'Image'

export type Option = { readonly value: number; readonly label: string; readonly state?: number }

export type Column = {
  readonly name: string
  readonly schemaName: string
  readonly type: ColumnType
  readonly label: string
  readonly required?: string
  readonly behavior?: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent'
  readonly format?: string
  readonly maxLength?: number
  readonly precision?: number
  readonly targets?: readonly string[]
  readonly options?: readonly Option[]
  readonly globalOptionSet?: string
}

/** A lookup of this table: `column` points at `target`, reached by the navigation property `nav`. */
export type ManyToOne = {
  readonly name: string
  readonly column: string
  readonly target: string
  readonly nav: string
}
/** Rows of `target` whose `column` points at this table. */
export type OneToMany = {
  readonly name: string
  readonly target: string
  readonly column: string
  readonly nav: string
}
export type ManyToMany = {
  readonly name: string
  readonly intersect: string
  readonly column: string
  readonly target: string
  readonly targetColumn: string
  readonly nav: string
}

type EntityFile = {
  readonly logicalName: string
  readonly schemaName: string
  readonly entitySetName: string
  readonly objectTypeCode: number
  readonly displayName: string
  readonly displayCollectionName: string
  readonly primaryIdAttribute: string
  readonly primaryNameAttribute: string
  readonly ownershipType: 'UserOwned' | 'BusinessOwned' | 'OrganizationOwned' | 'None'
  readonly isActivity: boolean
  readonly isIntersect?: boolean
  readonly virtualColumns: string
  readonly columns: readonly Column[]
  readonly manyToOne: readonly ManyToOne[]
  readonly oneToMany: readonly OneToMany[]
  readonly manyToMany: readonly ManyToMany[]
}

export type Entity = Omit<EntityFile, 'columns' | 'virtualColumns'> & {
  readonly columns: ReadonlyMap<string, Column>
  /** Columns such as `owneridname` that FetchXML and metadata know and the Web API does not. */
  readonly virtualColumns: ReadonlySet<string>
}

const FOLDER = new URL('./schema/', import.meta.url)

function load(file: string): Entity {
  const { columns, virtualColumns, ...rest } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as EntityFile
  return {
    ...rest,
    columns: new Map(columns.map((column) => [column.name, column])),
    virtualColumns: new Set(virtualColumns.split(' ').filter(Boolean)),
  }
}

export const ENTITIES: ReadonlyMap<string, Entity> = new Map(
  readdirSync(FOLDER)
    .sort()
    .map((file) => load(file))
    .map((entity) => [entity.logicalName, entity]),
)

const BY_SET = new Map([...ENTITIES.values()].map((entity) => [entity.entitySetName, entity]))

/** @throws RangeError for a name that the schema files do not hold */
export function entityNamed(logicalName: string): Entity {
  const entity = ENTITIES.get(logicalName)
  if (!entity) throw new RangeError(`the sandbox has no table "${logicalName}"`)
  return entity
}

export function entityOfSet(entitySetName: string): Entity | undefined {
  return BY_SET.get(entitySetName)
}

export function isLookup(column: Column): boolean {
  return column.type === 'Lookup' || column.type === 'Owner' || column.type === 'Customer'
}

export function isChoice(column: Column): boolean {
  return column.type === 'Picklist' || column.type === 'State' || column.type === 'Status'
}

export function isNumeric(column: Column): boolean {
  return ['Integer', 'BigInt', 'Decimal', 'Double', 'Money'].includes(column.type)
}

export function isDateOnly(column: Column): boolean {
  return column.behavior === 'DateOnly'
}

/** The column behind a virtual one: `owneridname` and `owneridyominame` show `ownerid`. */
export function columnBehind(entity: Entity, name: string): Column | undefined {
  if (!entity.virtualColumns.has(name)) return undefined
  return entity.columns.get(name.replace(/(yomi)?name$/, ''))
}
