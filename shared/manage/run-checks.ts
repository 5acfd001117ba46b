import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '../http/reason-of.ts'
import { type Check, failed, type Finding, type Verdict } from './finding.ts'

export type RunOptions = {
  readonly timeoutMs: number
  /** Told the classes of an error that a check did not expect; never its message. */
  readonly onBroken: (check: Check['name'], reason: string) => void
}

/** All checks side by side: what one of them does, or fails to do, changes nothing for the others. Never rejects. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<readonly Finding[]> {
  const all = await Promise.all(
    checks.map(async (check) => (await runOne(check, options)).map((verdict) => ({ name: check.name, ...verdict }))),
  )
  return all.flat()
}

async function runOne(check: Check, { timeoutMs, onBroken }: RunOptions): Promise<readonly Verdict[]> {
  const done = new AbortController()
  try {
    return await Promise.race([check.run(), timeOut(timeoutMs, done.signal)])
  } catch (error) {
    onBroken(check.name, reasonOf(error))
    return [broke]
  } finally {
    done.abort()
  }
}

/** Whoever lost the race is not waited for; its timer is taken back. */
async function timeOut(ms: number, signal: AbortSignal): Promise<readonly Verdict[]> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
  const found = `There was no result within ${ms / 1000} seconds.`
  return [failed({ code: 'check-timed-out', found, ...AGAIN })]
}

const AGAIN = {
  means: 'The service that was asked is slow or cannot be reached from here, or this server is very busy.',
  fix: 'Run the check again in a minute. If it stays, see https://azure.status.microsoft and the service health of your subscription.',
}

const broke = failed({
  code: 'check-broke',
  found: 'The check itself came to an unexpected end.',
  means: 'Nothing is known about this part.',
  fix: 'Run the check again. If it stays, the log names the kind of error in the event manage.called.',
})
