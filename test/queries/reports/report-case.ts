export type Given = Readonly<Record<string, number | boolean | string>>

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
  /**
   * The first and last dates that the report must name, by the column that they are of, as SQL counts them; absent for a
   * report of all time.
   */
  readonly period?: { readonly column: string; readonly dates: (given: Given) => string }
  /** What is added up of the rows: the keys of their number, where they are groups, and of their amount. */
  readonly sums?: { readonly count?: string; readonly amount?: string }
  /** Groups that may have equal values come in descending order of this, in no order of their own among equals. */
  readonly descending?: string
  /** Rows come in the order of a name, which SQLite cannot tell as SQL Server does; then of their ids. */
  readonly byName?: string
}

const TEAMS = 'ownerid in (select teamid from my_teams)'
const OWNED: Readonly<Record<string, string>> = {
  me: 'ownerid = me()',
  'my-teams': TEAMS,
  'me-or-my-teams': `(ownerid = me() or ${TEAMS})`,
}

/** The name of a row's owner, a person or a team, as the label of a column; of who is disabled, with that. */
export const ownerName = (table: string, column = 'ownerid'): string =>
  `coalesce((select fullname || iif(isdisabled = 1, ' (disabled)', '') from systemuser where systemuserid = ${table}.ownerid),
    (select team.name from team where teamid = ${table}.ownerid)) as "${column}/label"`

/** A condition where somebody's rows are asked for. */
export const ifOwned = ({ owner }: Given): string => (owner === 'anyone' ? '' : ` and ${OWNED[String(owner)] ?? ''}`)

/** Midnight of a day before today, where the person is; text, as `local` gives it. */
export const daysAgo = (days: Given[string] | undefined): string => `date(today(), '-${String(days)} days')`
