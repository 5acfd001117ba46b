import * as z from 'zod'
import type { Catalogue } from '../../../reports/catalogue/catalogue.ts'
import { ownersOf } from '../../../reports/check/check-parameters.ts'
import { OWNERS, type ReportDefinition } from '../../../reports/definition.ts'

const Asked = z.object({ report: z.string().optional(), entity: z.string().optional(), owner: z.string().max(200) })
const TABLE = /<entity\s+name="(\w+)"/
const TERMS = /<filter\s+term="([^"&]{1,40})"/g
const ANY_TERM = /\bterm\b/g

/** What to call for the rows of one owner, of whom no report has a word. */
export function rowsOfOwner({ bySlug }: Catalogue, args: unknown): string | undefined {
  const { report = '', entity, owner } = Asked.safeParse(args).data ?? {}
  if (owner === undefined || owner.trim() === '') return undefined
  const found = bySlug(report)
  const table = TABLE.exec(found?.queries[0]?.fetchxml ?? '')?.[1] ?? entity
  const of = `ownerid eq ${quoted(owner.trim())}`
  const words = `owner takes ${ownersIn(found).join(', ')}`
  if (table === undefined) return `Rows of another owner are for query_crm, filtered by ${of}; ${words}.`
  const filter = found === undefined ? of : [of, ...termsOf(found)].join(' and ')
  const beside =
    found === undefined ? '' : ` (put in filter what else the report is: ${found.description.replace(/\.$/, '')})`
  const call = JSON.stringify({ entity: table, filter })
  return `Rows of another owner are for query_crm: call it with ${call}; ${words}${beside}.`
}

/** Those of the report: one of the person's own rows has no form that shows everybody's. */
function ownersIn(report: ReportDefinition | undefined): readonly string[] {
  const [taken] = report?.parameters.flatMap((one) => (one.type === 'owner' ? [ownersOf(one)] : [])) ?? []
  return taken ?? OWNERS
}

/** Without what a report is of by its terms, closed rows would pass for open ones. */
function termsOf({ queries }: ReportDefinition): readonly string[] {
  const named = queries.map(({ fetchxml }) => {
    const [own = ''] = fetchxml.split('<link-entity', 1)
    const names = [...own.matchAll(TERMS)].flatMap(([, name]) => name ?? [])
    return fetchxml.match(ANY_TERM)?.length === names.length ? names : undefined
  })
  if (named.includes(undefined)) return []
  const all = [...new Set(named.flatMap((names) => names ?? []))].map(quoted)
  return [all.length === 1 ? `term eq ${all.join('')}` : `term in (${all.join(',')})`]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
