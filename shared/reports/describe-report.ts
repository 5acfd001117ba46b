import { readFetch } from '../dataverse/query/from-fetchxml/parse-fetch.ts'
import { writeFetch } from '../dataverse/query/to-wire/write-fetch.ts'
import { bindParameters } from './run/bind.ts'
import { checkParameters, type ParameterValues } from './check/check-parameters.ts'
import type { ReportDefinition, ReportParameter } from './definition.ts'

/** A report as a person or a model reads it: what it shows, how to ask for it, how to read it, its query. Markdown. */
export function describeReport(report: ReportDefinition): string {
  const values = checkParameters(report, {})
  const sections = [
    `# ${report.title}`,
    report.description,
    `## Prompt\n${promptText(report, values)}`,
    `## How to run it\n${howToRun(report)}`,
    ...(report.reading.length > 0 ? [`## How to read it\n${list(report.reading)}`] : []),
    `## Query\nWith its defaults, as FetchXML for \`query_crm\`:`,
    ...report.queries.map(({ part, fetchxml }) => {
      const heading = part === undefined ? '' : `${part}:\n`
      return `${heading}\`\`\`xml\n${writeFetch(readFetch(bindParameters(fetchxml, values), () => undefined))}\n\`\`\``
    }),
  ]
  return `${sections.join('\n\n')}\n`
}

/** What a person says to be given the report. */
export function promptText({ slug, title, reading }: ReportDefinition, values: ParameterValues): string {
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
  const range = parameter.type === 'integer' ? `from ${parameter.min} to ${parameter.max}, ` : ''
  return `\`${parameter.name}\` (${range}default ${parameter.default}): ${parameter.description}`
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}
