import type { Verdict } from '../operation.ts'

declare const checked: unique symbol

/** What `If-Match` says. A PATCH cannot be built without one: with a wrong id it would make a row. */
export type Version = string & { readonly [checked]: true }

/** @see RFC 9110 section 8.8.3 */
const TAG = /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/

/** The tag of a row as it was shown; `undefined` for what is none. */
export function versionOf(etag: string): Version | undefined {
  return TAG.test(etag) ? (etag as Version) : undefined
}

/** Any version of a row that is there: of tables that keep none, and only once its values were compared. */
export function anyVersion({ kind }: Verdict & { readonly kind: 'not-there' }): Version {
  const any: Readonly<Record<typeof kind, string>> = { 'not-there': '*' }
  return any[kind] as Version
}
