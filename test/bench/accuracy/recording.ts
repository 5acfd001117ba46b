import { z } from 'zod'

import type { Oracle } from '../../queries/oracle/oracle.ts'
import { rightAnswer } from './expected.ts'
import { type Grade, grade } from './grade/grade.ts'
import { askersOf, PERSONAS } from './question.ts'
import { questionOf } from './questions/all.ts'

/** What somebody answered to one question, and how they came to it. */
export const answerSchema = z.strictObject({
  question: z.string(),
  persona: z.enum(PERSONAS),
  /** The last words, whole. */
  answer: z.string(),
  calls: z.array(z.strictObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })).readonly(),
  /** Of all that the tools gave. */
  bytes: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative().default(0),
  /** Why it is not right; absent where it is. */
  wrong: z.string().optional(),
})
export type Answer = z.infer<typeof answerSchema>

/** A file of `recorded/`. */
export const recordingSchema = z.strictObject({
  /** The model, or `written by hand` for answers that no model gave. */
  model: z.string().min(1),
  /** The seed by which the answers are right or wrong: by another one, other answers are. */
  seed: z.string(),
  answers: z.array(answerSchema),
})
export type Recording = z.infer<typeof recordingSchema>

/** @throws RangeError for a question that does not exist, or that this person does not ask */
export function gradeAnswer(
  oracle: Oracle,
  { question: id, persona, answer }: Pick<Answer, 'question' | 'persona' | 'answer'>,
): Grade {
  const question = questionOf(id)
  if (!askersOf(question).includes(persona)) throw new RangeError(`the ${persona} does not ask "${id}"`)
  return grade(rightAnswer(oracle, persona, question), answer)
}

/** The answer with what is wrong about it. */
export function judged(oracle: Oracle, answer: Omit<Answer, 'wrong'>): Answer {
  const result = gradeAnswer(oracle, answer)
  return result.verdict === 'right' ? answer : { ...answer, wrong: result.why }
}
