import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import type { Stage } from '../agreement/ask.ts'
import type { Place } from '../agreement/place.ts'
import { ASKERS } from '../suite.ts'
import type { Language } from './wrong.ts'

export type Arguments = Readonly<Record<string, unknown>>
/** What a question came to: a refusal or none, and every sentence that may print a condition. */
export type Said = { readonly code: string; readonly hints: readonly string[]; readonly text: string }

export const [REP] = ASKERS as readonly [(typeof ASKERS)[number]]

export async function said(stage: Stage, args: Arguments): Promise<Said> {
  const { structuredContent: content } = await stage.call(REP, { ...args, top: 1 })
  const error = content?.error
  const hints = error ? [error.nextStep] : (content?.interpreted ?? [])
  return { code: error?.code ?? '', hints, text: [error?.text ?? '', ...hints].join(' ') }
}

/** A condition as a question in its language. */
export function asking({ entity, fetch }: Place, language: Language, condition: string): Arguments {
  const id = entityNamed(entity).primaryIdAttribute
  if (language === 'odata') return { entity, filter: condition, select: [id] }
  return { fetchxml: fetch({}, () => condition, '') }
}

/** So many questions are under way at once. */
export async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: 6 }, worker))
}
