import type { Candidate, Problem, ProblemCode, Scalar } from '../model.ts'

/** Where a value stands: what is said of it is printed in the words of whoever asked. */
export type Place = {
  /** The column, or the argument of an operation, as it was written. */
  readonly column: string
  /** What a person calls it. */
  readonly label: string
  /** Says how the value was read, where it was read otherwise than it was written. */
  readonly note: (sentence: string) => void
}

/** A value that cannot be written; the plan gathers the problems of all. */
export class ValueRefused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.text)
    this.name = 'ValueRefused'
    this.problem = problem
  }
}

/** @param nextStep made by {@link pass}, so that it leads on when it is followed */
export function refusedAt(
  { column }: Pick<Place, 'column'>,
  code: ProblemCode,
  text: string,
  nextStep: string,
  candidates: readonly Candidate[] = [],
): ValueRefused {
  return new ValueRefused({ code, column, text, nextStep, ...(candidates.length > 0 && { candidates }) })
}

/** A change as it stands among the arguments. */
export function changeWith({ column }: Pick<Place, 'column'>, to: Scalar, entity?: string): string {
  return JSON.stringify({ column, to, ...(entity !== undefined && { entity }) })
}

/** `Pass {"column":"rating","to":"Hot"} or …`. */
export function pass(place: Pick<Place, 'column'>, ...values: readonly Scalar[]): string {
  return `Pass ${values.map((to) => changeWith(place, to)).join(' or ')}.`
}

/** Of a value that nobody named: `Pass it as in {"column":"minutes","to":30}.` */
export function passLike(place: Pick<Place, 'column'>, example: Scalar): string {
  return `Pass it as in ${changeWith(place, example)}.`
}

const LONGEST_SHOWN = 80

/** What was written, in a sentence. */
export function written(to: Scalar): string {
  const text = typeof to === 'string' ? to.replaceAll(/\s+/g, ' ').toWellFormed() : String(to)
  return `"${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…` : text}"`
}
