import type * as z from 'zod'
import { QueryError } from '../../dataverse/errors.ts'
import { parseJson } from '../../dataverse/web-api/parse-json.ts'
import { invalid } from './check-template.ts'

export type CheckedEntry<T> =
  | { readonly ok: true; readonly definition: T }
  /** `reason` is one short sentence without a full stop. */
  | { readonly ok: false; readonly reason: string }

export type EntryRules<T> = {
  /** Of its JSON, in characters; a column of Table Storage holds 64 KiB of UTF-16. */
  readonly longest: number
  readonly read: (value: unknown) => z.ZodSafeParseResult<T>
  /** @throws QueryError */
  readonly check: (definition: T) => void
}

const LONGEST_REASON = 200

/** Reads a definition that somebody wrote, and says why it cannot be used; never throws for what it holds. */
export function checkEntry<T extends { readonly slug: string }>(
  slug: string,
  json: string | undefined,
  rules: EntryRules<T>,
): CheckedEntry<T> {
  try {
    return { ok: true, definition: readEntry(slug, json, rules) }
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const reason = error.message.replaceAll(/\s+/g, ' ').replace(/\.$/, '')
    return { ok: false, reason: reason.slice(0, LONGEST_REASON).toWellFormed() }
  }
}

function readEntry<T extends { readonly slug: string }>(
  slug: string,
  json: string | undefined,
  { longest, read, check }: EntryRules<T>,
): T {
  if (json === undefined) throw invalid('it has neither a definition nor hidden = true')
  if (json.length > longest) throw invalid(`the definition is longer than ${longest} characters`)
  const value = parseJson(json)
  if (value === undefined) throw invalid('the definition is not JSON')
  const parsed = read(value)
  if (!parsed.success) throw invalid(firstIssue(parsed.error))
  if (parsed.data.slug !== slug) throw invalid(`its slug is ${parsed.data.slug}, its row key is not`)
  check(parsed.data)
  return parsed.data
}

function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues
  const path = issue?.path.map(String).join('.') ?? ''
  return `${path === '' ? 'the definition' : path}: ${issue?.message ?? 'not as described'}`
}
