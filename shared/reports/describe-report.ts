import { readFetch } from '../dataverse/query/from-fetchxml/parse-fetch.ts'
import { writeFetch } from '../dataverse/query/to-wire/write-fetch.ts'
import { bindParameters } from './run/bind.ts'
import { checkParameters, ownersOf, type ParameterValues } from './check/check-parameters.ts'
import type { ReportDefinition, ReportParameter } from './definition.ts'
import { AS_WRITTEN, inOwnWords, withDates, type ReportTerms } from './terms/in-reports.ts'

/**
 * A report as a person or a model reads it: what it shows, how to ask for it, how to read it, its query. Markdown.
 * @param terms what the company's words make of it
 */
export function describeReport(definition: ReportDefinition, terms: ReportTerms = AS_WRITTEN): string {
  const report = inOwnWords(definition, terms)
  const values = checkParameters(report, {})
  const reading = [...report.reading, ...terms.reading]
  const queryOf = (fetchxml: string): string => {
    const bound = withDates(bindParameters(fetchxml, values, [], terms.asTerm), terms.dates)
    return writeFetch(readFetch(bound, () => undefined))
  }
  const sections = [
    `# ${report.title}`,
    report.description,
    `## Prompt\n${promptText(definition, values, terms)}`,
    `## How to run it\n${howToRun(report)}`,
    ...(reading.length > 0 ? [`## How to read it\n${list(reading)}`] : []),
    `## Query\nWith its defaults, as FetchXML for \`query_crm\`:`,
    ...report.queries.map(({ part, fetchxml, totalsOnly }) => {
      const heading = part === undefined ? '' : `${part}${totalsOnly === true ? ', for totals alone' : ''}:\n`
      return `${heading}\`\`\`xml\n${queryOf(fetchxml)}\n\`\`\``
    }),
  ]
  return `${sections.join('\n\n')}\n`
}

const LONGEST_LINE = 110

/** The reports as a model chooses among them: each with its parameters and what it answers, in one line. */
export function reportLines(reports: readonly ReportDefinition[]): string {
  const lines = reports.map(({ slug, parameters, description }) => {
    const names = parameters.map(({ name }) => name).join(', ')
    return `${slug}${names && `(${names})`}: ${shortened(description.replaceAll(/\s+/g, ' ').replace(/\.$/, ''))}`
  })
  return [...lines, 'saved-views(entity), saved-charts(entity), dashboards: their names'].join('\n')
}

/** A deployment may write long descriptions, and a model reads all of them in each conversation. */
function shortened(text: string): string {
  if (text.length <= LONGEST_LINE) return text
  const space = text.lastIndexOf(' ', LONGEST_LINE)
  return `${text.slice(0, space > 0 ? space : LONGEST_LINE).toWellFormed()}…`
}

/** What a person says to be given the report. */
export function promptText(
  definition: ReportDefinition,
  values: ParameterValues,
  terms: ReportTerms = AS_WRITTEN,
): string {
  const { slug, title, reading } = inOwnWords(definition, terms)
  return [
    `Show me the report "${title}" of Dynamics 365: call run_report with ${JSON.stringify({ report: slug, ...values })}.`,
    'Say first as of when it is, in which time zone and in which currency; then the totals, then a short table of the rows in the order given.',
    'Use the numbers as they come and compute none of your own. Say so when more rows exist than are shown, or when there are none.',
    ...(reading.length > 0 ? [`Keep in mind: ${reading.join(' ')}`] : []),
  ].join('\n')
}

function howToRun({ slug, parameters }: ReportDefinition): string {
  const call = `Call the tool \`run_report\` with \`report: "${slug}"\`.`
  return parameters.length > 0 ? `${call} It takes:\n\n${list(parameters.map(describeParameter))}` : call
}

function describeParameter(parameter: ReportParameter): string {
  const { type } = parameter
  const owners = type === 'owner' ? `one of ${ownersOf(parameter).join(', ')}, ` : ''
  const range = type === 'integer' ? `from ${parameter.min} to ${parameter.max}, ` : owners
  return `\`${parameter.name}\` (${range}default ${parameter.default}): ${parameter.description}`
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
