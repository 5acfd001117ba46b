// Not in a bare npm test: asks in a process of its own whatever a hint could come of.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from '@jest/globals'
import { z } from 'zod'
import { OF_DEFINITIONS, OF_THE_OTHER, UNREACHED } from './unreached.ts'

const HOOKS = new URL('../../../jest/hooks.ts', import.meta.url).href
const PROGRAM = fileURLToPath(new URL('ask-everything.ts', import.meta.url))
const LANGUAGES = ['odata', 'fetchxml'] as const
type Language = (typeof LANGUAGES)[number]

const Sentences = z.object({ odata: z.array(z.string()), fetchxml: z.array(z.string()) })
const Answers = z.object({
  unreached: Sentences,
  reached: Sentences,
  found: z.array(z.string()),
  counts: z.object({ questions: z.number(), printed: z.number() }),
})
let answers: z.infer<typeof Answers>

beforeAll(async () => {
  const run = promisify(execFile)(process.execPath, ['--import', HOOKS, PROGRAM], { maxBuffer: 2 ** 24 })
  answers = Answers.parse(JSON.parse((await run).stdout))
}, 240_000)

const isOf = (language: Language, sentence: string): boolean =>
  OF_THE_OTHER[language].some((start) => sentence.startsWith(start))

test.each(LANGUAGES)('every sentence of the resolver is said to who asks in %s, but for these', (language) => {
  const missing = answers.unreached[language].filter((sentence) => !isOf(language, sentence))
  expect(missing.toSorted()).toEqual(UNREACHED[language].toSorted())
})

test.each(LANGUAGES)('what is left to the other language is never said to who asks in %s', (language) => {
  const said = answers.reached[language].filter((sentence) => !OF_DEFINITIONS.includes(sentence))
  expect(said.filter((sentence) => isOf(language, sentence))).toEqual([])
})

test('no answer has words of the other language, and each condition that one prints is read where the question stood', () => {
  expect(answers.found).toEqual([])
  expect(answers.counts.questions).toBeGreaterThan(300)
  expect(answers.counts.printed).toBeGreaterThan(60)
})
