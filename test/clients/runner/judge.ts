import { openOracle } from '../../bench/accuracy/world.ts'
import { PEOPLE, type Person, person } from '../../sandbox/people.ts'
import { QUERY_IN_SQL, type Shown } from './visit.ts'

/** Two people who see different rows: what one package shows both of them tells whose token it sent. */
export const VISITORS: readonly Person[] = [person('sales rep'), person('sales manager')]

const TOOLS = ['whoami', 'query_crm', 'get_record', 'run_report', 'search', 'fetch']
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

export type Judge = (who: Person, shown: Shown) => string[]

/** Whoever reads a list first to last meets its ids in this order, each for the first time. */
const idsIn = (text: string, known: ReadonlySet<unknown>): string[] =>
  [...new Set(text.match(ID))].filter((id) => known.has(id))

/** Holds what a package showed against SQL over the same rows. @returns what is wrong; nothing where all is right */
export function createJudge(): Judge {
  const oracle = openOracle()
  const known = new Set(oracle.ids(person('analyst'), 'select opportunityid from opportunity'))
  const expected = new Map(VISITORS.map((who) => [who, oracle.ids(who, QUERY_IN_SQL)]))
  oracle.close()
  if (new Set([...expected.values()].map(String)).size !== VISITORS.length) throw new Error('all see the same rows')
  const areRows = (who: Person, text: string) => String(idsIn(text, known)) === String(expected.get(who))
  return (who, { tools, whoami, rows, refreshed }) => {
    const others = PEOPLE.filter((one) => one !== who)
    return [
      ...TOOLS.filter((name) => !tools.includes(name)).map((name) => `no tool ${name}`),
      ...(whoami.includes(who.name) ? [] : [`whoami does not say ${who.name}: ${whoami}`]),
      ...others.filter(({ name }) => whoami.includes(name)).map(({ name }) => `whoami says ${name}`),
      ...(areRows(who, rows) ? [] : [`not the rows of ${who.name}: ${rows}`]),
      ...(areRows(who, refreshed) ? [] : [`after the refresh not the rows of ${who.name}: ${refreshed}`]),
    ]
  }
}
