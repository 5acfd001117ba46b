import { readFileSync } from 'node:fs'

export const EXPECTED_FAILURES = new URL('expected-failures.yml', import.meta.url).pathname

export type NotApplicable = { readonly reason: string; readonly entries: readonly string[] }

/** The groups of `expected-failures.yml`: a comment says why, the entries below it are what does not apply. */
export function readExpectedFailures(): NotApplicable[] {
  const groups: { reason: string; entries: string[] }[] = []
  for (const line of readFileSync(EXPECTED_FAILURES, 'utf8').split('\n')) {
    const reason = /^ {2}# (.+)$/.exec(line)?.[1]
    const entry = /^ {2}- (\S+)$/.exec(line)?.[1]
    const last = groups.at(-1)
    if (reason !== undefined && last && last.entries.length === 0) last.reason += ` ${reason}`
    else if (reason !== undefined) groups.push({ reason, entries: [] })
    if (entry !== undefined) (last ?? failWithoutReason(entry)).entries.push(entry)
  }
  return groups
}

function failWithoutReason(entry: string): never {
  throw new Error(`${entry} stands without a reason`)
}
