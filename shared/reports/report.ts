import type { FetchXml } from '../dataverse/fetch-xml.ts'

/** What may be asked of a report; each report names those that it takes. */
export type ReportParameters = {
  /** Days back from today. */
  readonly days: number
  /** Only rows owned by the person or by a team of theirs. */
  readonly mine: boolean
  /** One row more than this is asked for, so that "more" can be told truthfully. */
  readonly top: number
}

export type ReportId = 'my-open-opportunities' | 'pipeline-by-stage' | 'accounts-no-activity' | 'closing-this-month'

export type Report = {
  readonly id: ReportId
  readonly title: string
  readonly description: string
  /** How to read the rows, and what they leave out. */
  readonly reading: readonly string[]
  readonly takes: readonly (keyof ReportParameters)[]
  /** A standard table of the platform, so its names need no metadata. */
  readonly entity: { readonly name: string; readonly entitySet: string; readonly idColumn: string }
  /** Where rows are totals, not records: the column that is absent for rows without a value, and its label. */
  readonly group?: { readonly column: string; readonly emptyLabel: string }
  readonly query: (parameters: ReportParameters) => FetchXml
}
