import type { Entity, Table } from '../../../metadata/model.ts'
import { PARTICIPATION } from '../../../query/resolve/parties.ts'
import { readGuid } from '../../../records/record-key.ts'
import type { AskedChange, PlannedChange, Problem } from '../../model.ts'
import type { ChangeContext } from '../../operation.ts'
import { previewAgain } from '../../plan/body.ts'
import type { Permission } from '../../policy/permission.ts'
import { findRow, type FoundRow } from '../../values/lookup.ts'
import { ValueRefused } from '../../values/place.ts'
import type { Kind } from './kinds.ts'

export const WITH = 'with'
const PARTY = 'activityparty'
const PERSON = 'systemuser'
const MOST_PARTIES = 20
/** Who is meant by a name: nobody calls a queue. */
const PEOPLE = ['contact', 'account', 'lead', PERSON]

export type Parties = {
  readonly changes: readonly PlannedChange[]
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
}
const NOBODY: Parties = { changes: [], problems: [], notes: [] }

type Asking = {
  readonly kind: Kind
  readonly table: Table
  readonly permission: Permission
  readonly given: AskedChange | undefined
  /** What the activity is about, who takes part in a call where nobody else is named. */
  readonly regarding: FoundRow | undefined
}

/** The columns that those who take part stand in. */
export function partyColumns({ parties }: Kind): readonly string[] {
  return parties ? [parties.others, ...(parties.mine === undefined ? [] : [parties.mine])] : []
}

/** Who takes part beside the person who logs it. */
export async function partiesFor(asking: Asking, context: ChangeContext): Promise<Parties> {
  const { kind, table, permission, given, regarding } = asking
  if (!kind.parties) return NOBODY
  const { mine, others } = kind.parties
  const column = table.byName.get(others)
  const closed = partyColumns(kind).flatMap((name) => {
    const one = table.byName.get(name) ?? table.hidden?.get(name)
    return (one && permission.ofColumn(one, WITH)) ?? []
  })
  const [first] = closed
  if (first) return given ? { ...NOBODY, problems: [first] } : NOBODY
  const label = column?.label ?? WITH
  const { targets } = await partyWays(context)
  if (given) return await namedParties(given, label, targets, context)
  if (mine === undefined) return NOBODY
  if (!regarding || !targets.some(({ name }) => name === regarding.entity))
    return { ...NOBODY, problems: [nobody(label)] }
  const change = changeOf(regarding, label)
  return {
    ...NOBODY,
    changes: [change],
    notes: [`Nobody is named beside you: ${label} is ${change.to}, whom it is about.`],
  }
}

const changeOf = ({ id, entity, name = id }: FoundRow, label: string): PlannedChange => {
  return { column: WITH, label, to: name, id, entity }
}

async function namedParties(
  { column, to, entity }: AskedChange,
  label: string,
  targets: readonly Entity[],
  context: ChangeContext,
): Promise<Parties> {
  const names = String(to)
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length > MOST_PARTIES) return { ...NOBODY, problems: [tooMany(column, names.length)] }
  const changes: PlannedChange[] = []
  const problems: Problem[] = []
  for (const name of names) {
    try {
      const row = await findRow(name, targets, { column, label, entity, note: () => undefined }, context)
      if (!changes.some(({ id }) => id === row.id)) changes.push(changeOf(row, label))
    } catch (error) {
      if (!(error instanceof ValueRefused)) throw error
      problems.push(oneOf(error.problem, names))
    }
  }
  return { changes, problems, notes: [] }
}

/** Of several names, one is replaced by an id and the others stay. */
function oneOf(problem: Problem, names: readonly string[]): Problem {
  if (names.length === 1) return problem
  const nextStep = `${problem.nextStep} Several parties stand in one text with "; " between them, each by its name or as entity/id.`
  return { ...problem, nextStep }
}

function nobody(label: string): Problem {
  return {
    code: 'required_missing',
    column: WITH,
    text: `${label} must be filled: with whom the call was, by name or as entity/id.`,
    nextStep: `Ask the person with whom, and add it to changes: {"column":"${WITH}","to":"…"}.`,
  }
}

function tooMany(column: string, count: number): Problem {
  return {
    code: 'too_many_changes',
    column,
    text: `At most ${MOST_PARTIES} parties are named at once, and these are ${count}.`,
    nextStep: `Name the first ${MOST_PARTIES}; the person adds the others in Dynamics 365.`,
  }
}

/** The tables that people are looked for in, and the navigation property of a party to each table. */
async function partyWays({ metadata }: ChangeContext) {
  const { byName } = await metadata.entities()
  const entity = byName.get(PARTY)
  const table = entity && (await metadata.table(entity))
  const ways = new Map(
    (table?.navigations ?? []).flatMap((way) => (way.column === 'partyid' ? [[way.target, way.name]] : [])),
  )
  return { ways, byName, targets: PEOPLE.flatMap((name) => (ways.has(name) ? (byName.get(name) ?? []) : [])) }
}

type Member = Readonly<Record<string, unknown>>

/**
 * The parties of a new activity, which go out inside it.
 * @param isIncoming whoever called is the other side
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/activityparty-entity
 * @throws QueryError `preview_again`
 */
export async function partiesBody(
  { parties }: Kind,
  changes: readonly PlannedChange[],
  table: Table,
  isIncoming: boolean,
  context: ChangeContext,
): Promise<Member> {
  const named = changes.filter(({ column }) => column === WITH)
  if (!parties || named.length === 0) return {}
  const { ways, byName } = await partyWays(context)
  const collection = table.collections.find(({ target }) => target === PARTY)?.name
  const [mine, others] = isIncoming ? [parties.others, parties.mine] : [parties.mine, parties.others]
  const member = (entity: string | undefined, id: string | undefined, column: string | undefined): Member => {
    const [way, set] = [ways.get(entity ?? ''), byName.get(entity ?? '')?.entitySet]
    const [mask, key] = [PARTICIPATION.get(column ?? ''), readGuid(id ?? '')]
    if (!way || !set || mask === undefined || key === undefined) throw previewAgain()
    return { [`${way}@odata.bind`]: `/${set}(${key})`, participationtypemask: mask }
  }
  if (collection === undefined) throw previewAgain()
  const own = mine === undefined ? [] : [member(PERSON, (await context.metadata.person()).systemUserId, mine)]
  return { [collection]: [...own, ...named.map(({ entity, id }) => member(entity, id, others))] }
}
