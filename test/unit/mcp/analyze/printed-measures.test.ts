// Not in a bare npm test: asks for every word in every form of a measure.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Refusal = { readonly code: string; readonly nextStep: string } | undefined
const refused = async (entity: string, measure: string): Promise<Refusal> =>
  (await called(worker, 'analyze', { entity, measures: [measure] }, 'analyst')).answer.structuredContent?.error

const ENTITIES = ['opportunity', 'incident']
const WORDS = [
  ...['deals won', 'won deals', 'foo', 'foo bar', "'foo bar'", 'amount', 'topic', 'owner', 'createdon', 'actualvalue'],
  ...['estimatdvalue', 'customers lost', 'parentaccountid/foo', 'foo/name', 'open pipeline of north', 'cases open now'],
]
const FORMS: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => `${word} as x`,
  (word) => `${word} with sum`,
  (word) => `share(${word})`,
  (word) => `first(${word})`,
  (word) => `median(${word}, 5)`,
  (word) => `sum(count(${word}))`,
  (word) => `count(${word} eq 1)`,
  (word) => `sum where ${word} eq 1`,
  (word) => `avg of`.concat(' (', word, ' eq 1)'),
  (word) => `sum(${word} where`,
  (word) => `days(${word}, today)`,
  (word) => `distinct(${word} + 1)`,
  (word) => `count(1 + 1) / ${word}`,
]
const WRITE =
  /^(?:There is no column .{1,99}\. |"[^"]*" is .{1,99}\. )?Write: (.*?)\.(?: Terms of | For an? | Put what |$)/s

/** What a step offers: the whole, or one measure or the other. */
const offersOf = (printed: string): readonly (readonly string[])[] => [[printed], printed.split(/, | or /)]

test.each(ENTITIES)(
  '%s: each measure that a refusal prints is taken',
  async (entity) => {
    const failed: string[] = []
    let printed = 0
    for (const measure of FORMS.flatMap((form) => WORDS.map(form))) {
      const error = await refused(entity, measure)
      const [, offer] = WRITE.exec(error?.nextStep ?? '') ?? []
      if (error?.code !== 'invalid_measure' && error?.code !== 'unknown_term') continue
      if (offer === undefined) continue
      printed += 1
      const all = offersOf(offer).map(
        async (ways) => await Promise.all(ways.map(async (one) => await refused(entity, one))),
      )
      const isTaken = (await Promise.all(all)).some((errors) => errors.every((one) => one === undefined))
      if (!isTaken) failed.push(`${measure}: ${error.nextStep}`)
    }
    expect(failed).toEqual([])
    expect(printed).toBeGreaterThan(WORDS.length * 4)
  },
  120_000,
)

test.each([
  ['opportunity', 'deals won', "term('won')"],
  ['opportunity', 'customers lost', "term('lost')"],
  ['opportunity', 'deals overdue now', "term('overdue')"],
])('of %s: what has the name of a term among its words leads to the term: %s', async (entity, measure, step) => {
  expect(await refused(entity, measure)).toMatchObject({
    code: 'unknown_term',
    nextStep: expect.stringContaining(step),
  })
  expect(await refused(entity, step)).toBeUndefined()
})

/** Without the term another figure would be told as the one that was asked for. */
test.each([
  ['won this quarter', 'won'],
  ['pipeline value', 'pipeline'],
  ['lost where ownerid eq me', 'lost'],
  ['won / lost last year', 'won / lost'],
])('of a term with more behind it, "%s", the step keeps the term: %s', async (measure, term) => {
  const { code, nextStep = '' } = (await refused('opportunity', measure)) ?? {}
  expect([code, nextStep]).toEqual(['invalid_measure', expect.stringMatching(`^Write: ${term}\\. Put what`)])
  const [, filter] = /go by (.*)\.$/.exec(nextStep) ?? []
  const args = { entity: 'opportunity', measures: [term], filter }
  const { structuredContent } = (await called(worker, 'analyze', args, 'analyst')).answer
  expect([filter, structuredContent?.error]).toEqual(['period eq this-quarter', undefined])
})

/** Else the part of what was closed well would be told as the rate that was asked for. */
test.each([
  ['incident', 'sla breach rate', 'part'],
  ['account', 'churn_rate', 'part'],
  ['incident', 'resolution rate', 'resolution_rate'],
  ['lead', 'conversion rate', 'conversion_rate'],
])(
  'of %s: a rate is called as it was asked for where it is that of closing alone: %s',
  async (entity, measure, name) => {
    const { nextStep = '' } = (await refused(entity, measure)) ?? {}
    const [, offer = ''] = WRITE.exec(nextStep) ?? []
    expect([offer, nextStep.includes(`Put what ${measure} counts`)]).toEqual([
      expect.stringMatching(` as ${name}$`),
      name === 'part',
    ])
    expect(await refused(entity, offer)).toBeUndefined()
  },
)
