import type { Answer } from '../wire/ask-server.ts'
import { describe, jsonObject, textOf } from '../visit.ts'

const STATUSES = ['ok', 'warning', 'failed'] as const
/** What the app looks at; one of them can have several entries, and none may be absent. */
const NAMES = ['storage', 'vault', 'entra-credential', 'dataverse', 'clock', 'reports', 'terms', 'settings'] as const
const MOST_CHECKS = 50

export type Check = {
  readonly name: (typeof NAMES)[number]
  readonly status: (typeof STATUSES)[number]
  readonly code: string | undefined
  readonly found: string
  readonly means: string | undefined
  readonly fix: string | undefined
}

type Read = { readonly checks: readonly Check[] } | { readonly wrong: string }

/** The answer to `{"command":"check"}`, or what about it cannot be: half an answer must never look like a good one. */
export function readChecks(answer: Answer): Read {
  const document = jsonObject(answer)
  if (document?.command !== 'check' || !Array.isArray(document.checks)) return { wrong: describe(answer) }
  const entries = document.checks as unknown[]
  if (entries.length > MOST_CHECKS) return { wrong: `${entries.length} entries` }
  const checks = entries.map(checkIn)
  if (!checks.every((check) => check !== undefined)) return { wrong: 'an entry without a known name, status and found' }
  const lacking = NAMES.filter((name) => !checks.some((check) => check.name === name))
  if (lacking.length > 0) return { wrong: `nothing about ${lacking.join(', ')}` }
  const passed = checks.every(({ status }) => status !== 'failed')
  if (document.passed !== passed) return { wrong: `passed is not ${String(passed)}, as its entries say` }
  return { checks }
}

function checkIn(entry: unknown): Check | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const given = entry as Readonly<Record<string, unknown>>
  const name = NAMES.find((one) => one === given.name)
  const status = STATUSES.find((one) => one === given.status)
  const found = textOf(given.found)
  if (name === undefined || status === undefined || found === undefined) return undefined
  const code = textOf(given.code)
  return {
    name,
    status,
    found,
    means: textOf(given.means),
    fix: textOf(given.fix),
    code: code !== undefined && /^[a-z0-9-]{1,60}$/.test(code) ? code : undefined,
  }
}
