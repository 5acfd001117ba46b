import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../../sandbox/dataverse/seed/tools.ts'
import { ask, type Asked, type Kind } from './ask.ts'
import type { Signed, Stage } from './stage.ts'

/** Whether the heavy person is there. */
export type Phase = 'quiet' | 'heavy'
export type Heavy = 'polite' | 'rude'

export type Outcome = {
  /** Milliseconds of the others' answers. */
  readonly others: Readonly<Record<Phase, number[]>>
  readonly kinds: Readonly<Record<'others' | 'heavy', Record<Kind, number>>>
  readonly undeclared: string[]
}

export type CrowdOptions = {
  readonly heavy: Signed
  readonly others: readonly Signed[]
  readonly atOnce: number
  readonly manner: Heavy
  /** Seconds between two questions of a person, on average. */
  readonly thinkSeconds: number
  readonly phase: () => Phase | 'over'
}

const LOOK_AGAIN_MS = 50
const THOUSAND = 1_000
const MOST_KEPT = 20

const noAnswers = (): Record<Kind, number> => ({ answered: 0, limit_reached: 0, '429': 0, undeclared: 0 })

/** Everybody asks and thinks, and asks again; in heavy phases one more person asks many things at once. */
export async function crowd(stage: Stage, options: CrowdOptions): Promise<Outcome> {
  const outcome: Outcome = {
    others: { quiet: [], heavy: [] },
    kinds: { others: noAnswers(), heavy: noAnswers() },
    undeclared: [],
  }
  const note = (whose: 'others' | 'heavy', { kind, what }: Asked): void => {
    outcome.kinds[whose][kind] += 1
    if (what !== undefined && outcome.undeclared.length < MOST_KEPT) outcome.undeclared.push(`${whose}: ${what}`)
  }
  const random = createRandom(1)
  const person = async (who: Signed): Promise<void> => {
    await pause(random(options.thinkSeconds * THOUSAND))
    for (;;) {
      const phase = options.phase()
      if (phase === 'over') return
      const asked = await ask(stage, who)
      note('others', asked)
      if (asked.kind === 'answered') outcome.others[phase].push(asked.ms)
      await pause(random(2 * options.thinkSeconds * THOUSAND))
    }
  }
  const hand = async (): Promise<void> => {
    while (options.phase() !== 'over') {
      if (options.phase() === 'quiet') await pause(LOOK_AGAIN_MS)
      else note('heavy', await heavyCall(stage, options))
    }
  }
  await Promise.all([...options.others.map(person), ...Array.from({ length: options.atOnce }, hand)])
  return outcome
}

/** A polite one waits as long as it is told to, or until it may not ask any more. */
async function heavyCall(stage: Stage, { heavy, manner, phase }: CrowdOptions): Promise<Asked> {
  const asked = await ask(stage, heavy)
  const until = performance.now() + (manner === 'polite' ? asked.waitSeconds * THOUSAND : 0)
  while (performance.now() < until && phase() === 'heavy') await pause(LOOK_AGAIN_MS)
  return asked
}
