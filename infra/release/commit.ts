import { execFileSync } from 'node:child_process'

const git = (root: string, args: readonly string[]): string | undefined => {
  try {
    return execFileSync('git', [...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

/** Seconds since 1970 of the commit: what a release has for its date. @throws Error where nobody can say */
export function commitSeconds(root: string, given: string | undefined): number {
  const text = given ?? git(root, ['log', '-1', '--format=%ct'])?.trim() ?? ''
  if (/^\d{1,11}$/.test(text)) return Number(text)
  throw new Error(
    given === undefined
      ? 'This is no clone, so the date of its commit is not known: add --date and the seconds since 1970.'
      : `--date is seconds since 1970, such as 1767225600, not ${JSON.stringify(given)}.`,
  )
}

/** Whether all files are those of the commit. */
export const isClean = (root: string): boolean => git(root, ['status', '--porcelain'])?.trim() === ''
