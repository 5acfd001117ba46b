import type { Mask } from '../../config/model-hides.ts'

/** Stands for what is not shown. */
export const KEPT = '•••'

/** Of a shorter text the last four characters would be most of it. */
const SHORTEST_FOR_LAST_FOUR = 8
const LONGEST = 400
const MOST_INITIALS = 3

type Left = (text: string) => string | undefined

/** What each mask leaves; `undefined` where the value has no such part. */
const LEFT: Readonly<Record<Mask, Left>> = {
  all: () => undefined,
  last4: (text) => {
    const characters = Array.from(text.replaceAll(/[^\p{L}\p{N}]/gu, ''))
    return characters.length < SHORTEST_FOR_LAST_FOUR ? undefined : KEPT + characters.slice(-4).join('')
  },
  domain: (text) => {
    const domain = /@([a-z\d][a-z\d.-]{1,252})$/i.exec(text)?.[1]
    return domain === undefined ? undefined : `${KEPT}@${domain}`
  },
  year: (text) => /^(\d{4})-\d{2}-\d{2}(?:T|$)/.exec(text)?.[1],
  initials: (text) => {
    const words = text.split(/[\s,.;()]+/).filter((word) => /^\p{L}/u.test(word))
    const initials = words.slice(0, MOST_INITIALS).map((word) => `${Array.from(word)[0] ?? ''}.`)
    return initials.length === 0 ? undefined : initials.join(' ')
  },
}

/** A value as a model sees it: no value stays none, and what a mask does not fit is not shown at all. */
export function maskValue(mask: Mask, value: unknown): unknown {
  if (value === null || value === undefined) return value
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return (text.length <= LONGEST ? LEFT[mask](text) : undefined) ?? KEPT
}
