import { existsSync, readFileSync, writeFileSync } from 'node:fs'

import type { Oracle } from '../../../queries/oracle/oracle.ts'
import { type Answer, judged, recordingSchema } from '../recording.ts'
import type { Task } from './options.ts'

/** The answers of a run, and of the runs before it that wrote into the same file. */
export type Logbook = {
  readonly answers: () => readonly Answer[]
  readonly left: (tasks: readonly Task[]) => Task[]
  /** Judges an answer, and writes the file after each: what ends a long run costs nothing that was answered. */
  readonly keep: (answer: Omit<Answer, 'wrong'>) => Answer
  readonly keepFailure: (answer: Answer) => Answer
}

export type LogbookOptions = {
  readonly out: string | undefined
  readonly model: string
  readonly seed: string
  readonly oracle: Oracle
}

/** @throws RangeError where the file holds answers of another model or seed */
function earlier({ out, model, seed }: LogbookOptions): readonly Answer[] {
  if (out === undefined || !existsSync(out)) return []
  const found = recordingSchema.parse(JSON.parse(readFileSync(out, 'utf8')))
  if (found.model !== model) throw new RangeError(`${out} holds answers of ${found.model}: give another --out`)
  if (found.seed !== seed) throw new RangeError(`${out} was recorded with another seed: give another --out`)
  return found.answers
}

export function openLogbook(options: LogbookOptions): Logbook {
  const answers: Answer[] = [...earlier(options)]
  const keepFailure = (answer: Answer): Answer => {
    answers.push(answer)
    const { out, model, seed } = options
    if (out !== undefined) writeFileSync(out, `${JSON.stringify({ model, seed, answers }, null, 2)}\n`)
    return answer
  }
  return {
    answers: () => answers,
    left: (tasks) =>
      tasks.filter(
        ({ persona, question }) => !answers.some((one) => one.persona === persona && one.question === question.id),
      ),
    keep: (answer) => keepFailure(judged(options.oracle, answer)),
    keepFailure,
  }
}
