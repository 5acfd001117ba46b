import { readdirSync, readFileSync } from 'node:fs'

import { afterAll, describe, expect, test } from '@jest/globals'

import { gradeAnswer, type Recording, recordingSchema } from './recording.ts'
import { fingerprintOfSeed, openOracle } from './world.ts'

const FOLDER = new URL('recorded/', import.meta.url)
const recordings = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Recording] => [
    name,
    recordingSchema.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))),
  ])
const oracle = openOracle()
afterAll(() => oracle.close())

test('there are recordings', () => expect(recordings.length).toBeGreaterThan(0))

describe.each(recordings)('%s', (_name, { answers, seed }) => {
  test('has its verdicts by the seed of today: after a change of the seed, recorded/README.md says what to record anew', () =>
    expect(seed).toBe(fingerprintOfSeed()))

  test('holds each answer once', () => {
    const keys = answers.map(({ question, persona }) => `${question}, ${persona}`)
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
  })

  test.each(answers.map((one) => [one.question, one.persona, one] as const))(
    '%s, asked by the %s',
    (_id, _who, one) => {
      const result = gradeAnswer(oracle, one)
      // Both ways: a grader that grows lenient shows, and so does one that grows too strict.
      expect([result, one.answer]).toEqual([
        one.wrong === undefined ? { verdict: 'right' } : expect.not.objectContaining({ verdict: 'right' }),
        one.answer,
      ])
    },
  )
})
