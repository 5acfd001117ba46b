import type { ExpansionPlan } from './expansion-plan.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * The columns of outer links as the rows behind lookups: `alias.column` and its annotations become a row under the
 * lookup's name. Of several links of one lookup each row has one at most.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/join-tables
 */
export function nestLinks(rows: readonly Row[], plans: readonly ExpansionPlan[]): Row[] {
  const links = plans.filter(({ kind }) => kind === 'link')
  const under = new Map(links.flatMap((plan) => plan.names.map((alias) => [alias, plan.under])))
  return under.size > 0 ? rows.map((row) => nested(row, under)) : [...rows]
}

function nested(row: Row, under: ReadonlyMap<string, string>): Row {
  const own: Record<string, unknown> = {}
  const linked = new Map<string, Record<string, unknown>>()
  for (const [key, value] of Object.entries(row)) {
    const dot = key.indexOf('.')
    const name = under.get(key.slice(0, Math.max(0, dot)))
    if (name === undefined) own[key] = value
    else linked.set(name, { ...linked.get(name), [key.slice(dot + 1)]: value })
  }
  return { ...own, ...Object.fromEntries(linked) }
}
