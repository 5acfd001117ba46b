import { COLLECTIONS } from './collections.ts'
import { LAMBDA_FORMS } from './lambdas.ts'
import { LOGIC, LOGIC_FORMS } from './logic.ts'
import { NETWORKS } from './networks.ts'
import { RESOURCES } from './resources.ts'
import { STRINGS } from './strings.ts'
import type { Function, SpecialForm } from '../evaluate.ts'

type Known = { readonly plain: Function } | { readonly special: SpecialForm }

const plain = (table: Readonly<Record<string, Function>>): [string, Known][] =>
  Object.entries(table).map(([name, work]) => [name.toLowerCase(), { plain: work }])
const special = (table: Readonly<Record<string, SpecialForm>>): [string, Known][] =>
  Object.entries(table).map(([name, work]) => [name.toLowerCase(), { special: work }])

/** Every function that expressions may call here, by its name in lower case. */
export const FUNCTIONS: ReadonlyMap<string, Known> = new Map([
  ...plain(STRINGS),
  ...plain(COLLECTIONS),
  ...plain(LOGIC),
  ...plain(RESOURCES),
  ...plain(NETWORKS),
  ...special(LOGIC_FORMS),
  ...special(LAMBDA_FORMS),
])
