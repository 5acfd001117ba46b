import type { Advice, Advise } from '../admission-advice.ts'

/** An address of a registration that is not admitted, by its place in the list that was sent. */
export type LeftOut = { readonly place: number; readonly uri: string; readonly advice: Advice }

export const leftOutOf = (asked: readonly string[], kept: readonly string[], advise: Advise): readonly LeftOut[] =>
  asked.flatMap((uri, place) => (kept.includes(uri) ? [] : [{ place, uri, advice: advise.redirect(uri) }]))

/** Each reason once, after the places that it holds for: sentences of ours, and nothing of what was sent. */
export function reasonsOf(leftOut: readonly LeftOut[]): string {
  const places = Map.groupBy(leftOut, ({ advice }) => advice.reason)
  return [...places]
    .map(([reason, ones]) => `${ones.map(({ place }) => `redirect_uris[${place}]`).join(', ')}: ${reason}`)
    .join(' ')
}
