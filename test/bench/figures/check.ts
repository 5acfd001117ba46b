import type { Counted } from './figures.ts'

/** So much may a size grow before somebody has to look at it. */
const TOLERANCE = 1.02
const ACCEPT = 'npm run bench writes anew what is right'

const shown = (value: unknown): string => JSON.stringify(value)

function requestProblems(now: Counted['requests'], recorded: Counted['requests']): string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(recorded)])
  return [...names].flatMap((name) => {
    const [is, was] = [now[name], recorded[name]]
    return shown(is) === shown(was) ? [] : [`requests of "${name}": ${shown(is)}, recorded ${shown(was)}`]
  })
}

function sizeProblems(now: Counted['bytes'], recorded: Counted['bytes'], limits: Counted['bytes']): string[] {
  return Object.entries(now).flatMap(([name, is]) => {
    const was = recorded[name]
    const limit = limits[name] ?? Infinity
    if (was === undefined) return [`bytes of "${name}" are not recorded`]
    if (is > limit) return [`bytes of "${name}": ${is}, and ${limit} is the most`]
    return is <= was * TOLERANCE ? [] : [`bytes of "${name}": ${is}, recorded ${was}`]
  })
}

/** What has grown, or is counted otherwise, since it was recorded; in words. Times are no part of it. */
export function problemsOf(now: Counted, recorded: Counted, limits: Counted['bytes']): string[] {
  const problems = [
    ...requestProblems(now.requests, recorded.requests),
    ...sizeProblems(now.bytes, recorded.bytes, limits),
  ]
  return problems.length === 0 ? [] : [...problems, ACCEPT]
}
