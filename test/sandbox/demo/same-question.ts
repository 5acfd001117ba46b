import { cell, type Row } from './answers.ts'
import type { Cast } from './questions.ts'
import { callForAllRows, type Stage, type Visitor } from './stage.ts'

const QUERY = {
  entity: 'opportunity',
  select: ['name', 'estimatedvalue_base', 'ownerid'],
  filter: 'statecode eq 0 and estimatedvalue_base gt 50000',
  orderby: 'estimatedvalue_base desc',
}
const OF_EACH_KIND = 4

const idOf = (row: Row): string => cell(row.opportunityid)

/** Rows that all see, that two see, that one sees: a few of each. */
function examples(rows: readonly Row[], seenBy: (row: Row) => number): Row[] {
  return [3, 2, 1].flatMap((people) => rows.filter((row) => seenBy(row) === people).slice(0, OF_EACH_KIND))
}

const isStrictSuperset = (larger: ReadonlySet<string>, smaller: ReadonlySet<string>): boolean =>
  larger.size > smaller.size && [...smaller].every((id) => larger.has(id))

/** The same query by three people: who sees which row. @returns a row that the manager sees and the rep does not */
export async function sameQuestion({ print, prove }: Stage, { rep, manager, analyst }: Cast): Promise<Row> {
  const everybody: readonly Visitor[] = [rep, manager, analyst]
  const answers = new Map<Visitor, readonly Row[]>()
  for (const visitor of everybody) {
    print.question(visitor.first, 'All open opportunities over £50k, please')
    answers.set(visitor, await callForAllRows(visitor, QUERY))
  }
  const ids = everybody.map((visitor) => new Set(answers.get(visitor)?.map(idOf)))
  const all = [...new Map([...answers.values()].flat().map((row) => [idOf(row), row])).values()]
  const seenBy = (row: Row) => ids.filter((set) => set.has(idOf(row))).length
  const shown = examples(all, seenBy)
  print.say('')
  print.table(
    [
      ...[{ title: 'opportunity' }, { title: 'value in GBP', right: true }, { title: 'owner' }],
      ...everybody.map(({ first }, at) => ({ title: `${first} (${ids[at]?.size ?? 0})` })),
    ],
    shown.map((row) => [
      ...[cell(row.name), cell(row.estimatedvalue_base), cell(row.ownerid)],
      ...ids.map((set) => (set.has(idOf(row)) ? '●' : '·')),
    ]),
  )
  print.say(`  … and ${all.length - shown.length} more; in brackets how many rows each person gets`)
  const [own = new Set<string>(), team = new Set<string>(), organisation = new Set<string>()] = ids
  const counts = `${own.size} < ${team.size} < ${organisation.size}`
  prove(`the same query gives different rows to different people: ${counts}`, own.size > 0 && team.size > own.size)
  prove(`${manager.first} sees all that ${rep.first} sees, and more`, isStrictSuperset(team, own))
  prove(`${analyst.first} sees all that ${manager.first} sees, and more`, isStrictSuperset(organisation, team))
  return answers.get(manager)?.find((row) => !own.has(idOf(row))) ?? {}
}

export async function foreignRecord({ print, prove }: Stage, { rep }: Cast, row: Row): Promise<void> {
  print.question(rep.first, `Show me "${cell(row.name)}" (which belongs to ${cell(row.ownerid)})`)
  const result = await rep.chat.callTool('get_record', { entity: 'opportunity', id: row.opportunityid })
  print.quote(result.content[0]?.text ?? '')
  prove('Dataverse itself refuses a record of somebody else, and says so', result.isError === true)
}
