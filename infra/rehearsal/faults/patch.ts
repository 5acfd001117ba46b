import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'

const fileOf = (patch: string): string => join(import.meta.dirname, patch)

const git = (dir: string, args: readonly string[]): string | undefined => {
  // In a folder below a repository `git apply` would skip what is not of that repository, and say nothing.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(dir) }
  try {
    execFileSync('git', ['apply', ...args], { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).trim()
  }
}

/** Why a patch does not apply to a copy of the project; undefined: it does. Changes nothing. */
export const whyNotApplicable = (dir: string, patch: string): string | undefined => {
  const why = git(dir, ['--check', fileOf(patch)])
  if (why === undefined) return undefined
  return `infra/rehearsal/faults/${patch} no longer applies and must be rewritten for the files as they are now, so that this fault stays known: ${why}`
}

/** Applies a patch while `work` runs. @throws Error when it does not apply */
export async function withPatch(dir: string, patch: string, work: () => Promise<void>): Promise<void> {
  const why = whyNotApplicable(dir, patch) ?? git(dir, [fileOf(patch)])
  if (why !== undefined) throw new Error(why)
  await work().finally(() => {
    const left = git(dir, ['--reverse', fileOf(patch)])
    if (left !== undefined) throw new Error(`${patch} cannot be taken back: ${left}`)
  })
}
