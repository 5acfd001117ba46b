import type { Diagnostic } from './build.ts'

/** The linter's rule on API versions. It ages: what it takes today it refuses one day, so azd's build only warns. */
export const AGE_RULE = 'use-recent-api-versions'

export type OldVersion = {
  /** Absolute path. */
  readonly file: string
  readonly line: number
  readonly type: string
  readonly used: string
  /** The newest stable version that the pinned compiler knows. */
  readonly take: string
}

const MESSAGE = /API version for '([^']+)'\. '([\w-]+)' is .* Acceptable versions: ([\w, -]+)/

const newestOf = (versions: readonly string[]): string =>
  versions.find((version) => !version.includes('preview')) ?? versions[0] ?? ''

/**
 * What the linter says about old API versions, once per place.
 * @throws Error when the compiler words its message in another way than the pinned one
 */
export const oldVersions = (diagnostics: readonly Diagnostic[]): OldVersion[] => {
  const found = diagnostics
    .filter(({ rule }) => rule === AGE_RULE)
    .map(({ file, line, message }) => {
      const [, type, used, acceptable] = MESSAGE.exec(message) ?? []
      if (type === undefined || used === undefined || acceptable === undefined)
        throw new Error(`${file}:${line}: this message of ${AGE_RULE} cannot be read: ${message}`)
      return { file, line, type, used, take: newestOf(acceptable.trim().split(', ')) }
    })
  return [...new Map(found.map((one) => [`${one.file}:${one.line}:${one.type}`, one])).values()]
}

/** One line for a person: where, what stands there, what to write instead. */
export const describeOldVersion = ({ file, line, type, used, take }: OldVersion, nameOf: (file: string) => string) =>
  `${nameOf(file)}:${line}: ${type}@${used} is too old, take ${take}`
