import type { Mask } from '../../config/model-hides.ts'
import type { WritableTable } from '../change/writable/writable.ts'
import type { Term } from '../query/terms/term.ts'

/** A table as the index of all tables knows it. */
export type Entity = {
  /** Logical name, e.g. `opportunity`. */
  readonly name: string
  /** The name in the URL, e.g. `opportunities`: from metadata, never by adding an "s". */
  readonly entitySet: string
  readonly idColumn: string
  readonly nameColumn?: string
  readonly label?: string
  readonly pluralLabel?: string
  readonly kind: 'standard' | 'custom' | 'activity'
}

export type EntityIndex = {
  /** By logical name, ascending; without the tables that only pair the rows of two others. */
  readonly all: readonly Entity[]
  /** By logical name, entity set name and label, lower case; with the tables that pair rows. */
  readonly byName: ReadonlyMap<string, Entity>
  /** By the same names, those that an administrator hides from models: they are in neither of the others. */
  readonly hidden?: ReadonlyMap<string, Entity>
}

/** What an administrator keeps of a column from models: all of it, or all but what a mask leaves. */
export type Hiding = 'hidden' | Mask

export type Option = {
  readonly value: number
  readonly label: string
  /** Of a status reason: the value of the state (`statecode`) that it belongs to. */
  readonly state?: number
}

export type Column = {
  /** Logical name, e.g. `ownerid`. */
  readonly name: string
  /** The name in `$select`, `$filter` and `$orderby`, e.g. `_ownerid_value`. */
  readonly property: string
  /** Dataverse's type without its suffix, e.g. `Lookup`, `Owner`, `Customer`, `Money`, `DateTime`, `MultiSelectPicklist`. */
  readonly type: string
  readonly label?: string
  /** The column that this one only describes, e.g. `ownerid` for `owneridname`. */
  readonly describes?: string
  readonly readable: boolean
  /** Ids of columns under column security, its own or those whose values it repeats: who may read all of them sees it. */
  readonly secured?: readonly string[]
  /** Business or system required. */
  readonly required: boolean
  /** Offered in the product's own advanced find. */
  readonly searchable: boolean
  /** A DateTime that holds a day without a time. */
  readonly dateOnly: boolean
  /** A DateTime that holds what a clock showed, wherever it hung. */
  readonly zoneless?: boolean
  /** Choices of a Picklist, MultiSelectPicklist, State, Status or Boolean. */
  readonly options?: readonly Option[]
  /** The column that this one belongs to (`AttributeOf`), where that is another than {@link describes}. */
  readonly partOf?: string
  readonly hiding?: Hiding
  /** A lookup to rows that an administrator hides, or whose names he does: nothing may be asked of what they are called. */
  readonly unnamed?: true
}

/** A way from a row to the row that a lookup column names (many to one). */
export type Navigation = {
  /** Case-sensitive, e.g. `customerid_account`. */
  readonly name: string
  /** Logical name of the lookup column. */
  readonly column: string
  /** Logical name of the entity it leads to. */
  readonly target: string
}

/** A way from a row to the many rows that belong to it. */
export type Collection = {
  /** Navigation property on this entity, case-sensitive, e.g. `contact_customer_accounts`. */
  readonly name: string
  readonly kind: 'one-to-many' | 'many-to-many'
  /** Logical name of the entity it leads to. */
  readonly target: string
  /** One to many: the lookup column on the target. */
  readonly column?: string
  /** Many to many: the logical name of the intersect entity. */
  readonly intersect?: string
}

/** Everything known of one table; the same for everybody who reads the same language. */
export type Table = {
  readonly entity: Entity
  /** By logical name. */
  readonly byName: ReadonlyMap<string, Column>
  /** By logical name, those that an administrator hides from models: they are not in `byName`. */
  readonly hidden?: ReadonlyMap<string, Column>
  readonly navigations: readonly Navigation[]
  readonly collections: readonly Collection[]
  /** Alternate keys: the logical names of their columns. */
  readonly keys: readonly (readonly string[])[]
  /** Columns of the default public view, in its order; empty when there is none. */
  readonly viewColumns: readonly string[]
  /** Columns that quick find searches in; empty when the table has no quick find. */
  readonly quickFindColumns: readonly string[]
}

/** The signed-in person in Dynamics 365. */
export type Person = {
  readonly systemUserId: string
  readonly name: string
  readonly signInName?: string
  readonly businessUnit: { readonly id: string; readonly name?: string }
  /** LCID of the language that labels come in, e.g. 1033. */
  readonly language: number
  /** `name` is Windows' own, e.g. `GMT Standard Time`. */
  readonly timeZone: { readonly code: number; readonly name?: string }
  /** The currency of the person's settings, else of the organization. */
  readonly currency?: Currency
  readonly organization: {
    readonly id: string
    readonly name?: string
    readonly baseCurrency?: Currency
    /** Absent where it is not known, or its periods have four weeks. */
    readonly fiscal?: FiscalCalendar
  }
}

/** The first day of the fiscal year, months and days from 1, and the months of each of its periods. */
export type FiscalCalendar = {
  readonly startMonth: number
  readonly startDay: number
  readonly periodMonths: number
}

/** `code` is ISO 4217. */
export type Currency = { readonly code: string; readonly id?: string; readonly symbol?: string; readonly name?: string }

/** `unsure`: under column security, and Dataverse did not say what the person may read. */
export type Visibility = 'shown' | 'hidden' | 'unsure'

/** What column security grants for each column by itself. */
export type ColumnRight = 'read' | 'create' | 'update'

/** How the signed-in person sees a column. */
export type Sight = (column: Column) => Visibility

/** Which changes of a table are recorded; old ones stay where it was switched off. */
export type TableAuditing = {
  readonly isOn: boolean
  /** Logical names of the columns whose changes are not. */
  readonly columnsOff: readonly string[]
}

/** Whether the organization records changes at all, and what it does of tables, in the order asked for. */
export type Auditing = { readonly isOn: boolean; readonly tables: readonly TableAuditing[] }

export type ListedEntity = { readonly entity: Entity; readonly description?: string }

/** What one tool call knows of tables and of the person: from the cache, else read with the caller's own token. */
export type Metadata = {
  readonly entities: () => Promise<EntityIndex>
  /** Finds a table by logical name, entity set name or label. @throws QueryError `unknown_entity`, with the nearest names */
  readonly entity: (name: string) => Promise<Entity>
  /** @param options.fresh reads anew what was read a minute ago or earlier: for a column that the table does not have */
  readonly table: (entity: Entity, options?: { readonly fresh?: boolean }) => Promise<Table>
  /** Several tables in one request, where they are not known yet; in the order asked for. */
  readonly tables: (entities: readonly Entity[]) => Promise<readonly Table[]>
  /** The tables that the person has a privilege to read, asked of Dataverse. */
  readonly readable: () => Promise<readonly ListedEntity[]>
  /**
   * Those of these tables (logical names) that the person has no privilege to read.
   * @param options.ifKnown asks nothing of Dataverse: where it is not known already, none
   */
  readonly unreadable: (
    names: readonly string[],
    options?: { readonly ifKnown?: boolean },
  ) => Promise<readonly string[]>
  /**
   * What column security shows the person of these tables, or lets them write: asked of Dataverse only where one has a
   * secured column.
   */
  readonly sight: (tables: readonly Table[], right?: ColumnRight) => Promise<Sight>
  /** Ids of the privileges that the person has; `undefined` where Dataverse does not say. */
  readonly privileges: () => Promise<ReadonlySet<string> | undefined>
  /** What Dataverse takes when rows of a table are written: read only where writing is switched on. */
  readonly writable: (table: Table) => Promise<WritableTable>
  /** What audit history there can be of these tables: read only where somebody asks for it. */
  readonly auditing: (entities: readonly Entity[]) => Promise<Auditing>
  readonly person: () => Promise<Person>
  /** The company's own words, with those that are built in. */
  readonly terms: () => Promise<readonly Term[]>
}
