/** What Dataverse says of a column when it is written; read only where writing is switched on. */
export type WritableColumn = {
  /** Logical name. */
  readonly name: string
  /** Dataverse ignores without a word what is not valid for the operation. */
  readonly create: boolean
  readonly update: boolean
  /** `application` is enforced by forms, not by the API. */
  readonly required: 'none' | 'recommended' | 'application' | 'system'
  /** Characters. */
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  /** Digits behind the point. */
  readonly precision?: number
  /** Of a Money column whose digits another decides: `precision` is then only what it would have of its own. */
  readonly precisionBy?: 'organization' | 'currency'
  /** `Email`, `Url`, `Phone`, `TextArea`, `RichText`, …: as Dataverse names it. */
  readonly format?: string
  /** Formula, calculated or rollup: Dataverse alone computes it. */
  readonly computed: boolean
  readonly autoNumber: boolean
  readonly secured: boolean
  /** Of a DateTime column. */
  readonly behaviour?: 'UserLocal' | 'DateOnly' | 'TimeZoneIndependent'
}

/** The same of a table. */
export type WritableTable = {
  /** Logical name. */
  readonly entity: string
  /** By logical name. */
  readonly columns: ReadonlyMap<string, WritableColumn>
  /** Ids of the privileges of which a person needs one to create a row; none where it has no privilege of its own. */
  readonly createPrivileges: readonly string[]
  /** Whether `If-Match` takes the tag of a row. */
  readonly concurrency: boolean
  readonly owned: 'user' | 'organization' | 'none'
  readonly hasNotes: boolean
  readonly hasActivities: boolean
  readonly duplicateDetection: boolean
  /** Whether Dynamics 365 keeps a history of its changes, where the organization does at all. */
  readonly audited: boolean
  /** Virtual, elastic, private, or a pairing of two others: never written. */
  readonly closed: boolean
  /** By status reason, those it may become; absent where all are allowed, as is a reason that says nothing. */
  readonly transitions?: ReadonlyMap<number, readonly number[]>
}
