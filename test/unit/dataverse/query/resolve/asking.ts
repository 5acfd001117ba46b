import type { Condition, Filter, Link, Source } from '../../../../../shared/dataverse/query/model/query.ts'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { readOptions, type QueryOptions } from '../../../../../shared/dataverse/query/from-odata/read-options.ts'
import type { ResolvedQuery } from '../../../../../shared/dataverse/query/resolve/resolved-query.ts'
import { resolveQuery } from '../../../../../shared/dataverse/query/resolve/resolve-query.ts'
import { writeFetch } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { resolveDeps, type Called } from '../../support/resolve-deps.ts'
import { METADATA } from '../../support/tables.ts'

export const ID = '11111111-2222-4333-8444-555555555555'

/** Rows that go by a name. */
export const CALLED: Called = {
  account: [{ id: 'aaaaaaaa-0000-4000-8000-000000000001', name: 'Contoso' }],
  contact: [{ id: 'cccccccc-0000-4000-8000-000000000001', name: 'Contoso Contact' }],
  opportunity: [{ id: 'dddddddd-0000-4000-8000-000000000001', name: 'Big deal' }],
  systemuser: [
    { id: 'eeeeeeee-0000-4000-8000-000000000001', name: 'Priya Nair' },
    { id: 'eeeeeeee-0000-4000-8000-000000000002', name: 'Ada Byron', also: { firstname: 'Ada' } },
  ],
  team: [{ id: 'ffffffff-0000-4000-8000-000000000001', name: 'Key Accounts' }],
}

/** What is sent of a query, in short, and what is said of it. */
export type Answer = {
  /** `name eq <x> & (t.a lt <1> | any task[regardingobjectid=opportunityid]{…}) + t outer task[…]` */
  readonly sent: string
  readonly said: string
  /** All of it, as it is sent. */
  readonly xml: string
  readonly resolved: ResolvedQuery
}

/** Options of OData; a text is a filter alone. */
export async function inOData(
  asked: QueryOptions | string,
  entity = 'opportunity',
  called: Called = CALLED,
): Promise<Answer> {
  const options = typeof asked === 'string' ? { filter: asked } : asked
  const said: string[] = []
  const query = readOptions(entity, options, (sentence) => void said.push(sentence))
  return answered(await resolveQuery(query, resolveDeps(METADATA, 'odata', called)), said)
}

/** A whole `<fetch>`; `<condition …/>` and the like stand in a filter of the entity. */
export async function inFetchXml(asked: string, entity = 'opportunity', called: Called = CALLED): Promise<Answer> {
  const isWhole = asked.startsWith('<fetch')
  const xml = isWhole ? asked : `<fetch><entity name="${entity}"><filter>${asked}</filter></entity></fetch>`
  const { fetch, interpreted } = parseFetch(xml)
  return answered(await resolveQuery(fetch, resolveDeps(METADATA, 'fetchxml', called)), interpreted)
}

/** `name eq x`, `name in <1><2>`, `name null`: a condition of FetchXML. */
export function condition(text: string): string {
  const [attribute = '', operator = '', ...words] = text.split(' ')
  const rest = words.join(' ')
  const start = `<condition attribute="${attribute}" operator="${escaped(operator)}"`
  const values = rest.startsWith('<') && rest.endsWith('>') ? rest.slice(1, -1).split('><') : []
  const listed = values.map((value) => `<value>${escaped(value)}</value>`)
  if (listed.length > 0) return `${start}>${listed.join('')}</condition>`
  return rest === '' ? `${start}/>` : `${start} value="${escaped(rest === "''" ? '' : rest)}"/>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function answered(resolved: ResolvedQuery, said: readonly string[]): Answer {
  const xml = writeFetch(resolved.query)
  const { entity } = parseFetch(xml).fetch
  return { sent: printed(entity), said: [...said, ...resolved.interpreted].join('\n'), xml, resolved }
}

function printed({ filters, links }: Source): string {
  return [filters.map(printFilter).join(' && '), ...links.map((link) => `+ ${printJoin(link)}`)].join(' ').trim()
}

function printFilter({ type, conditions, filters, links }: Filter): string {
  const parts = [
    ...conditions.map(printCondition),
    ...filters.map((filter) => `(${printFilter(filter)})`),
    ...links.map((link) => `${printLink(link)}{${printed(link)}}`),
  ]
  return parts.join(type === 'and' ? ' & ' : ' | ')
}

function printCondition({ entityName, attribute, operator, values, otherColumn }: Condition): string {
  const name = entityName === undefined ? attribute : `${entityName}.${attribute}`
  const right = otherColumn === undefined ? values.map((value) => `<${value}>`).join('') : `=${otherColumn}`
  return `${name} ${operator} ${right}`.trim()
}

function printLink({ type, name, from = '', to = '' }: Link): string {
  return `${type ?? ''} ${name}[${from}=${to}]`.trim()
}

function printJoin(link: Link): string {
  const inner = printed(link)
  return `${link.alias ?? ''} ${printLink(link)}${inner === '' ? '' : `{${inner}}`}`
}
