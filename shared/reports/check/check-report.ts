import { readFetch } from '../../dataverse/query/from-fetchxml/parse-fetch.ts'
import { bindParameters } from '../run/bind.ts'
import type { ParameterValues } from './check-parameters.ts'
import { checkEntry, type CheckedEntry } from './check-entry.ts'
import { checkTemplate, invalid } from './check-template.ts'
import { readDefinition, type ReportDefinition, type ReportParameter, type ReportTotal } from '../definition.ts'
import type { Query } from '../../dataverse/query/model/query.ts'

export type CheckedReport = CheckedEntry<ReportDefinition>

export const LONGEST_DEFINITION = 32_000
const LONGEST_NAME = 60
/** Arguments that `run_report` has besides those of the reports. */
const RESERVED: readonly string[] = ['report', 'view', 'entity']

/** Reads a report's definition that somebody wrote, and says why it cannot be used; never throws for what it holds. */
export function checkReport(slug: string, json: string | undefined): CheckedReport {
  return checkEntry(slug, json, { longest: LONGEST_DEFINITION, read: readDefinition, check: checkDefinition })
}

function checkDefinition(definition: ReportDefinition): void {
  checkParameters(definition.parameters)
  checkKeys(definition)
  for (const { part, fetchxml } of definition.queries) {
    const queries = checkQuery(fetchxml, definition.parameters)
    for (const query of queries) checkTotalsOf(part, query, definition)
  }
}

function checkParameters(parameters: readonly ReportParameter[]): void {
  const names = new Set<string>()
  for (const parameter of parameters) {
    const { name } = parameter
    // `constructor` and the like would be found in any object that holds parameters by name.
    if (name in Object.prototype || RESERVED.includes(name)) throw invalid(`a parameter cannot be named ${name}`)
    if (names.has(name)) throw invalid(`the parameter ${name} is declared twice`)
    names.add(name)
    if (parameter.type !== 'integer') continue
    if (parameter.default < parameter.min || parameter.default > parameter.max)
      throw invalid(`the default of ${name} is not from ${parameter.min} to ${parameter.max}`)
  }
}

/** What draws, adds up or sorts names columns that exist. */
function checkKeys({ columns, totals, sort, picture, queries, everyMonth }: ReportDefinition): void {
  const keys = new Set(columns.map(({ key }) => key))
  if (keys.size < columns.length) throw invalid('two columns have the same key')
  if (new Set(columns.map(({ title }) => title)).size < columns.length) throw invalid('two columns have the same title')
  const named = [
    ...totals.flatMap((total) => ('of' in total && !('part' in total) ? [total.of] : [])),
    ...[sort?.key, picture.label, picture.value, everyMonth].filter((key) => key !== undefined),
  ]
  const unknown = named.find((key) => !keys.has(key))
  if (unknown !== undefined) throw invalid(`${unknown} is the key of no column`)
  if (queries.length > 1 && queries.some(({ part }) => part === undefined))
    throw invalid('with several queries each needs a part')
  if (queries.every(({ totalsOnly }) => totalsOnly === true)) throw invalid('no query gives rows')
  const parts = new Set(queries.map(({ part }) => part))
  const lost = totals.find((total) => 'part' in total && !parts.has(total.part))
  if (lost) throw invalid(`${lost.title.slice(0, LONGEST_NAME)} is a total of a part that no query has`)
}

/** A total of one part may be of what its query alone gives, which no column shows. */
function checkTotalsOf(part: string | undefined, { entity }: Query, { totals }: ReportDefinition): void {
  const given = new Set(entity.attributes.map(({ alias, name }) => alias ?? name))
  const isOfPart = (total: ReportTotal): boolean => part !== undefined && 'part' in total && total.part === part
  const named = totals
    .filter(isOfPart)
    .flatMap((total) => [...('of' in total ? [total.of] : []), ...('label' in total ? [total.label] : [])])
  const unknown = named.find((key) => !given.has(key))
  if (unknown !== undefined) throw invalid(`${unknown.slice(0, LONGEST_NAME)} is no column of the query ${part ?? ''}`)
}

/** As it goes out with everything that is optional, and with nothing of it. */
function checkQuery(fetchxml: string, parameters: readonly ReportParameter[]): Query[] {
  checkTemplate(fetchxml, parameters)
  return [true, false].map((isWanted) => {
    const values = parameters.map((one) => [one.name, endOf(one, isWanted)])
    return readFetch(bindParameters(fetchxml, Object.fromEntries(values) as ParameterValues), () => undefined)
  })
}

function endOf({ type, default: value }: ReportParameter, isWanted: boolean): number | boolean | string {
  if (type === 'owner') return isWanted ? 'me' : 'anyone'
  return type === 'boolean' ? isWanted : value
}
