import { nearest } from '../../advice/suggest.ts'
import { quoted } from '../../query/say/refusals.ts'
import type { AskedChange, Problem, Scalar, WriteTool } from '../model.ts'

/** One argument of an operation. */
export type Argument = {
  /** As it stands in `changes`: `actualRevenue`. */
  readonly name: string
  /** Logical name of the column that it fills, which may be written in its place. */
  readonly column?: string
  /** Other words for it. */
  readonly also?: readonly string[]
}

export type Given = {
  /** By the argument's name; what is null was not given. */
  readonly values: ReadonlyMap<string, AskedChange>
  readonly problems: readonly Problem[]
  /** Of what no argument is called. */
  readonly others: readonly AskedChange[]
}

/** Puts what was asked for under the names of an operation's arguments. */
export function givenArguments(asked: readonly AskedChange[], known: readonly Argument[]): Given {
  const values = new Map<string, AskedChange>()
  const [problems, others]: [Problem[], AskedChange[]] = [[], []]
  for (const one of asked) {
    const argument = argumentCalled(one.column, known)
    if (!argument) others.push(one)
    else if (values.has(argument.name)) problems.push(twice(one, argument))
    else values.set(argument.name, one)
  }
  const filled = [...values].filter(([, { to }]) => to !== null && to !== '')
  return { values: new Map(filled), problems, others }
}

function argumentCalled(written: string, known: readonly Argument[]): Argument | undefined {
  const word = squashed(written)
  return known.find(({ name, column = name, also = [] }) =>
    [name, column, ...also].some((one) => squashed(one) === word),
  )
}

function twice({ column }: AskedChange, { name }: Argument): Problem {
  return {
    code: 'column_twice',
    column,
    text: `${name} is given twice.`,
    nextStep: `Give ${name} once.`,
  }
}

/** What is no argument of an operation that takes no other. */
export function unknownArguments({ others }: Given, tool: WriteTool, known: readonly Argument[]): readonly Problem[] {
  const names = known.map(({ name }) => name)
  return others.map(({ column }): Problem => {
    const [near] = nearest(
      column,
      known.map(({ name, also = [] }) => ({ name, aliases: also })),
      1,
    )
    return {
      code: 'unknown_column',
      column,
      text: `${tool} has no ${quoted(column)}.`,
      nextStep: `${near === undefined ? '' : `Did you mean ${near}? `}It takes: ${names.join(', ')}.`,
    }
  })
}

/** A problem of a column under the name of the argument that fills it, also where it says what to pass. */
export function underArguments(problem: Problem, known: readonly Argument[]): Problem {
  const { column } = problem
  const name = column === undefined ? undefined : nameFor(column, known)
  if (column === undefined || name === undefined) return problem
  const [was, is] = [column, name].map((one) => `"column":${JSON.stringify(one)}`)
  return { ...problem, column: name, nextStep: problem.nextStep.replaceAll(was ?? '', is ?? '') }
}

/** The argument that fills a column. @param column logical name */
export function nameFor(column: string, known: readonly Argument[]): string | undefined {
  return known.find((one) => one.column === column)?.name
}

/** What a person wrote for an argument, in one line of the notation that it is asked in. */
export function said(column: string, to: Scalar): string {
  return JSON.stringify({ column, to })
}

/** Letters and digits alone: `Actual Revenue`, `actual_revenue`. */
export function squashed(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}
