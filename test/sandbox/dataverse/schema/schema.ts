import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

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
  | 'MultiSelectPicklist'
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
  /** Its value in a row is the id of the file: developer/data-platform/files-images-overview. */
  | 'File'

export type Option = {
  readonly value: number
  readonly label: string
  readonly state?: number
  /** The status reasons that this one may change into, where the table enforces it; without a list, any. */
  readonly to?: readonly number[]
}

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
  /** Whose digits an amount has: 0 its column's, 1 the organization's, 2 its currency's, as without a word. */
  readonly precisionSource?: 0 | 1 | 2
  readonly min?: number
  readonly max?: number
  /** Whether a new row, and a change of one, takes a value; without a word, yes. */
  readonly create?: boolean
  readonly update?: boolean
  /** `SourceType`: 1 is calculated, 2 a rollup, 3 a formula. */
  readonly sourceType?: number
  /** `AutoNumberFormat`: `PRJ-{SEQNUM:4}`. */
  readonly autoNumber?: string
  readonly targets?: readonly string[]
  readonly options?: readonly Option[]
  readonly globalOptionSet?: string
  readonly description?: string
  /** Under column security: null for whoever lacks the profile. */
  readonly secured?: boolean
  /** Whether its changes are noted where its table is audited; without a word, yes. */
  readonly isAudited?: boolean
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

export type AlternateKey = {
  readonly logicalName: string
  readonly schemaName: string
  readonly displayName: string
  readonly columns: readonly string[]
}

/** A table as its schema file holds it. */
export type EntityFile = {
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
  readonly isCustom?: boolean
  /** Auditing is on for the table: its changes leave rows in `audit`. */
  readonly isAudited?: boolean
  /** A table that every role may read whole: one that came at run time, which no role names. */
  readonly isReadableByAll?: boolean
  /** A status reason that names those after it changes into no other. */
  readonly enforcesTransitions?: boolean
  readonly keys?: readonly AlternateKey[]
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
  readonly securedColumns: readonly string[]
}

const FOLDER = new URL('./tables/', import.meta.url)

type Loaded = Entity & { readonly columns: Map<string, Column> }

function load({ columns, virtualColumns, ...rest }: EntityFile): Loaded {
  return {
    ...rest,
    columns: new Map(columns.map((column) => [column.name, column])),
    virtualColumns: new Set(virtualColumns.split(' ').filter(Boolean)),
    securedColumns: columns.filter(({ secured }) => secured).map(({ name }) => name),
  }
}

const LOADED = new Map<string, Loaded>(
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort((a, b) => basename(a) < basename(b) ? -1 : 1)
    .map((file) => load(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as EntityFile))
    .map((entity) => [entity.logicalName, entity]),
)

/** Every table. One schema for the process: what is published is seen by every stand-in in it. */
export const ENTITIES: ReadonlyMap<string, Entity> = LOADED

/** @throws RangeError for a name that the schema files do not hold */
export function entityNamed(logicalName: string): Entity {
  const entity = ENTITIES.get(logicalName)
  if (!entity) throw new RangeError(`the sandbox has no table "${logicalName}"`)
  return entity
}

export function entityOfSet(entitySetName: string): Entity | undefined {
  return [...LOADED.values()].find((entity) => entity.entitySetName === entitySetName)
}

/** Takes a change back. */
export type Undo = () => void

let [revision, changes] = [0, 0]
/** Another number after each change, and after each that was taken back. */
export const schemaRevision = (): number => revision

/** Whether there is a change that was not taken back yet. */
export const isSchemaChanged = (): boolean => changes > 0

function changed(undo: Undo): Undo {
  revision += 1
  changes += 1
  return () => {
    undo()
    revision += 1
    changes -= 1
  }
}

function loadedNamed(logicalName: string): Loaded {
  const entity = LOADED.get(logicalName)
  if (!entity) throw new RangeError(`the sandbox has no table "${logicalName}"`)
  return entity
}

/** @throws RangeError when there is such a table */
export function addEntity(file: EntityFile): Undo {
  const entity = load(file)
  if (LOADED.has(entity.logicalName)) throw new RangeError(`there is a table "${entity.logicalName}"`)
  LOADED.set(entity.logicalName, entity)
  return changed(() => void LOADED.delete(entity.logicalName))
}

type Related = Pick<Entity, 'manyToOne' | 'oneToMany' | 'manyToMany'>

/** Removes a table and the relationships that other tables have with it. @throws RangeError for an unknown one */
export function removeEntity(logicalName: string): Undo {
  const entity = loadedNamed(logicalName)
  const before = new Map<Loaded, Related>()
  LOADED.delete(logicalName)
  for (const other of LOADED.values()) {
    const { manyToOne, oneToMany, manyToMany } = other
    before.set(other, { manyToOne, oneToMany, manyToMany })
    const stays = ({ target }: { readonly target: string }): boolean => target !== logicalName
    Object.assign(other, {
      manyToOne: manyToOne.filter(stays),
      oneToMany: oneToMany.filter(stays),
      manyToMany: manyToMany.filter(stays),
    })
  }
  return changed(() => {
    LOADED.set(logicalName, entity)
    for (const [other, related] of before) Object.assign(other, related)
  })
}

/** @throws RangeError for an unknown table or a column that it has */
export function addColumn(logicalName: string, column: Column): Undo {
  const { columns } = loadedNamed(logicalName)
  if (columns.has(column.name)) throw new RangeError(`${logicalName} has a column "${column.name}"`)
  columns.set(column.name, column)
  return changed(() => void columns.delete(column.name))
}

/** @throws RangeError for an unknown table or column */
export function removeColumn(logicalName: string, name: string): Undo {
  const { columns } = loadedNamed(logicalName)
  const column = columns.get(name)
  if (!column) throw new RangeError(`${logicalName} has no column "${name}"`)
  const order = [...columns]
  columns.delete(name)
  return changed(() => {
    columns.clear()
    for (const [key, one] of order) columns.set(key, one)
  })
}

/** @throws RangeError for an unknown table */
export function renameEntity(logicalName: string, displayName: string): Undo {
  const entity = loadedNamed(logicalName)
  const before = entity.displayName
  Object.assign(entity, { displayName })
  return changed(() => void Object.assign(entity, { displayName: before }))
}

/** Whether changes of a table are noted. @throws RangeError for an unknown table */
export function auditEntity(logicalName: string, isAudited: boolean): Undo {
  const entity = loadedNamed(logicalName)
  const before = entity.isAudited
  Object.assign(entity, { isAudited })
  return changed(() => void Object.assign(entity, { isAudited: before }))
}

/** Whether changes of a column are noted. @throws RangeError for an unknown table or column */
export function auditColumn(logicalName: string, name: string, isAudited: boolean): Undo {
  const { columns } = loadedNamed(logicalName)
  const column = columns.get(name)
  if (!column) throw new RangeError(`${logicalName} has no column "${name}"`)
  columns.set(name, { ...column, isAudited })
  return changed(() => void columns.set(name, column))
}

/** @throws RangeError for an unknown table, column or choice */
export function renameOption(logicalName: string, columnName: string, value: number, label: string): Undo {
  const entity = loadedNamed(logicalName)
  const column = entity.columns.get(columnName)
  if (!column?.options?.some((option) => option.value === value))
    throw new RangeError(`${logicalName}.${columnName} has no choice ${value}`)
  const options = column.options.map((option) => (option.value === value ? { ...option, label } : option))
  entity.columns.set(columnName, { ...column, options })
  return changed(() => void entity.columns.set(columnName, column))
}

export function isLookup(column: Pick<Column, 'type'>): boolean {
  return column.type === 'Lookup' || column.type === 'Owner' || column.type === 'Customer'
}

export function isChoice(column: Column): boolean {
  return column.type === 'Picklist' || column.type === 'State' || column.type === 'Status'
}

/** A choice of several: its value is text, "2,4,9". */
export function isMultiChoice(column: Column): boolean {
  return column.type === 'MultiSelectPicklist'
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
