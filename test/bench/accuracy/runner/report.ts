import { section } from '../../figures/report.ts'
import { PERSONAS } from '../question.ts'
import { questionOf } from '../questions/all.ts'
import type { Answer } from '../recording.ts'

const READING = 'right in one reading'

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function cells(answers: readonly Answer[]): string[] {
  const wrong = answers.filter((one) => one.wrong !== undefined)
  const unnamed = wrong.filter((one) => one.wrong?.startsWith(READING)).length
  return [
    answers.length - wrong.length,
    wrong.length - unnamed,
    unnamed,
    median(answers.map(({ calls }) => calls.length)),
    Math.round(median(answers.map(({ bytes }) => bytes))),
    answers.reduce((sum, { errors }) => sum + errors, 0),
  ].map(String)
}

const COLUMNS = ['right', 'wrong', 'no reading', 'calls', 'bytes', 'tool errors']

function table(title: string, answers: readonly Answer[], of: (answer: Answer) => string): string {
  const groups = [...Map.groupBy(answers, of)].map(([name, group]) => [name, cells(group)] as const)
  return section(title, COLUMNS, groups)
}

/** Calls and bytes are medians of one question. */
export function report(answers: readonly Answer[]): string {
  const wrong = answers.filter((one) => one.wrong !== undefined)
  const byPersona = PERSONAS.flatMap((persona) => answers.filter((one) => one.persona === persona))
  const right = answers.length - wrong.length
  return [
    table('By kind of answer and person', byPersona, (one) => `${questionOf(one.question).kind}, ${one.persona}`),
    table('By theme', answers, ({ question }) => questionOf(question).theme),
    table('By person', byPersona, ({ persona }) => persona),
    ...wrong.map((one) => `  ${one.question}, ${one.persona}: ${one.wrong ?? ''}\n`),
    `\n${right} of ${answers.length} right (${((100 * right) / answers.length).toFixed(1)} %).\n`,
  ].join('')
}
