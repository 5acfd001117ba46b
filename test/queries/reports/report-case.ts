export type Given = Readonly<Record<string, number | boolean>>

/**
 * A report in SQL, written from what its description says and from how Dataverse counts, never from its FetchXML.
 * Columns of the rows are named as keys of the report's rows (a record's holds its id, and with `/label` its name), those of the
 * totals by their titles.
 */
export type ReportCase = {
  readonly slug: string
  /** What is asked besides nothing at all: each parameter at its ends. */
  readonly asked: readonly Given[]
  /** What the description promises where nothing is asked. */
  readonly defaults: Given
  readonly rows: (given: Given) => string
  readonly totals: (given: Given) => string
  /** Groups that may have equal values come in descending order of this, in no order of their own among equals. */
  readonly descending?: string
  /** Rows come in the order of a name, which SQLite cannot tell as SQL Server does; then of their ids. */
  readonly byName?: string
}

export const OWN = '(ownerid = me() or ownerid in (select teamid from my_teams))'

/** The name of a row's owner, a person or a team, as the label of a column. */
export const ownerName = (table: string, column = 'ownerid'): string =>
  `coalesce((select fullname from systemuser where systemuserid = ${table}.ownerid),
    (select team.name from team where teamid = ${table}.ownerid)) as "${column}/label"`

/** A condition where a boolean is given. */
export const ifMine = ({ mine }: Given): string => (mine === true ? ` and ${OWN}` : '')

/** Midnight of a day before today, where the person is; text, as `local` gives it. */
export const daysAgo = (days: Given[string] | undefined): string => `date(today(), '-${String(days)} days')`
