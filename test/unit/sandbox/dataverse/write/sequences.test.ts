import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'

import type { Random } from '../../../../sandbox/dataverse/seed/tools.ts'
import { createRandom, cycle } from '../../../../sandbox/dataverse/seed/tools.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness, Loose, Reply } from '../harness.ts'
import { MANAGER, REP, startHarness } from '../harness.ts'
import { REPRESENTATION } from './support.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())
beforeEach(() => harness.dataverse.reset())

const IDS = [1, 2, 3].map((one) => `00000000-0000-4000-8000-00000000000${one}`)
const CONDITIONS = ['none', '*', 'current', 'stale'] as const

/** What a table of such rows is, whatever happened to answers: by id whose it is, its title, the tags that it has had. */
type Known = { readonly owner: string; readonly title: string; readonly tags: readonly string[] }
type Model = Map<string, Known>
type Step = {
  readonly method: 'POST' | 'PATCH'
  readonly id: string
  readonly title: string
  readonly condition: (typeof CONDITIONS)[number]
  readonly persona: string
  readonly isLost: boolean
}

function stepFrom(random: Random, serial: number): Step {
  return {
    method: random(3) === 0 ? 'POST' : 'PATCH',
    id: cycle(IDS, random(3)),
    title: `title ${serial}`,
    condition: cycle(CONDITIONS, random(4)),
    persona: cycle([REP, MANAGER], random(2)),
    isLost: random(4) === 0,
  }
}

function tagOf({ condition }: Step, tags: readonly string[]): string | undefined {
  if (condition === 'none') return undefined
  if (condition === '*') return '*'
  return (condition === 'current' ? tags.at(-1) : tags.at(-2)) ?? 'W/"1"'
}

/** The status that a step deserves: the rep may not change what the manager made. */
function expected({ method, condition, persona }: Step, row: Known | undefined): number {
  if (method === 'POST') return row === undefined ? 201 : 412
  if (row === undefined) return condition === 'none' ? 201 : 404
  if (persona === REP && row.owner === MANAGER) return 403
  return condition === 'stale' ? 412 : 200
}

function send(step: Step, tags: readonly string[]): Promise<Reply> {
  const { method, id, title, persona } = step
  const body = { jobtitle: title, ...(method === 'POST' && { contactid: id }) }
  const tag = method === 'PATCH' ? tagOf(step, tags) : undefined
  const headers = tag === undefined ? {} : { 'if-match': tag }
  const path = method === 'POST' ? 'contacts' : `contacts(${id})`
  return harness.send(persona, method, path, { body, headers, prefer: REPRESENTATION })
}

const read = async (id: string): Promise<Loose> => (await harness.get(MANAGER, `contacts(${id})?$select=jobtitle`)).body

async function take(step: Step, model: Model): Promise<void> {
  const before = model.get(step.id)
  const status = expected(step, before)
  if (step.isLost) harness.dataverse.fault({ upn: person(step.persona).upn, kind: 'commit-then-503', times: 1 })
  const reply = await send(step, before?.tags ?? [])
  expect([step, reply.status]).toEqual([step, step.isLost && status < 300 ? 503 : status])
  const row = await read(step.id)
  if (status < 300) {
    const { owner, tags } = before ?? { owner: step.persona, tags: [] }
    model.set(step.id, { owner, title: step.title, tags: [...tags, String(row['@odata.etag'])] })
  }
  const after = model.get(step.id)
  expect([step, row.jobtitle, row['@odata.etag']]).toEqual([step, after?.title, after?.tags.at(-1)])
}

test.each([1, 2, 3, 4, 5, 6])(
  'any sequence of writes, with answers lost on the way, leaves what it should: %i',
  async (seed) => {
    const random = createRandom(seed)
    const model: Model = new Map()
    for (let serial = 0; serial < 40; serial++) await take(stepFrom(random, serial), model)
    expect(model.size).toBe(IDS.length)
  },
)
