import { adviceFor, type Code, type Fill } from './advice/advice.ts'
import type { Standing } from './clients/standing.ts'
import { plain, plainLines } from './wire/plain-text.ts'

export const STEPS = {
  address: 'The address',
  connection: 'The connection',
  challenge: 'The refusal that starts the sign-in',
  'resource-metadata': 'What the server says about /mcp',
  'server-metadata': 'What the server says about signing in',
  cors: 'Calls from web pages',
  registration: 'Letting ChatGPT in as a client',
  clients: 'Which clients may connect',
  authorize: 'The page that asks the person',
  token: 'Tokens',
  chunked: 'Bodies in chunks',
  'sign-in': 'A real sign-in',
  'deep-check': 'Inside the app',
  network: 'The private network',
} as const

export type Step = keyof typeof STEPS

export type Finding = {
  readonly step: Step
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was seen; holds no token and no code. */
  readonly found: string
  readonly means?: string
  /** What to do. A line that begins with two spaces is a command, to be copied as it stands. */
  readonly fix?: string
  /** The fault's stable name, in kebab-case. */
  readonly code?: string
}

/** What was seen of the server, whether or not anything is wrong with it; absent where it could not be told. */
export type Facts = {
  /** `refused`: the host's buffered mode; `taken`: HTTP_STREAMS=true, or something in front gathers them. */
  readonly chunkedBodies?: 'taken' | 'refused'
  readonly clients?: readonly Standing[]
}

export type Report = Facts & { readonly url: string; readonly findings: readonly Finding[]; readonly passed: boolean }

/** Where the findings of one step are written. */
export type Page = {
  readonly ok: (found: string) => void
  readonly failed: (code: Code, found: string, fill?: Fill) => void
  readonly warning: (code: Code, found: string, fill?: Fill) => void
  readonly skipped: (because: string) => void
  /** A finding with words of its own. */
  readonly write: (finding: Omit<Finding, 'step'>) => void
}

export type Notebook = {
  readonly page: (step: Step) => Page
  readonly findings: readonly Finding[]
  readonly hasFailed: (step: Step) => boolean
  readonly note: (facts: Facts) => void
  readonly facts: () => Facts
}

/** Collects findings and tells each at once; whatever a server said is cleaned here, whoever forgot to. */
export function createNotebook(mcpUrl: string, onFinding?: (finding: Finding) => void): Notebook {
  const findings: Finding[] = []
  let facts: Facts = {}
  const page = (step: Step): Page => {
    const write = ({ status, found, means, fix, code }: Omit<Finding, 'step'>): void => {
      const finding: Finding = {
        step,
        status,
        found: plain(found, 600),
        ...(means === undefined ? {} : { means: plain(means, 1_200) }),
        ...(fix === undefined ? {} : { fix: plainLines(fix) }),
        ...(code === undefined ? {} : { code }),
      }
      findings.push(finding)
      onFinding?.(finding)
    }
    const problem = (status: 'failed' | 'warning') => (code: Code, found: string, fill?: Fill) =>
      write({ status, found, code, ...adviceFor(code, mcpUrl, fill) })
    return {
      ok: (found) => write({ status: 'ok', found }),
      failed: problem('failed'),
      warning: problem('warning'),
      skipped: (because) => write({ status: 'skipped', found: `skipped: ${because}` }),
      write,
    }
  }
  return {
    page,
    findings,
    hasFailed: (step) => findings.some((one) => one.step === step && one.status === 'failed'),
    note: (more) => {
      facts = { ...facts, ...more }
    },
    facts: () => facts,
  }
}

export function reportOf(url: string, { findings, facts }: Notebook): Report {
  const passed = !findings.some(({ status }) => status === 'failed')
  return { url, findings, ...facts(), passed }
}
