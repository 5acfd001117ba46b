/** The files that name the version, as text. */
export type Told = {
  readonly 'package.json': string
  readonly 'package-lock.json': string
  readonly 'shared/app/version.ts': string
  readonly 'azure.yaml': string
  readonly 'CHANGELOG.md': string
  readonly 'README.md': string
}

const PLACES = {
  'package-lock.json': [/"version": "([^"]*)"/, (version: string) => `"version": "${version}"`],
  'shared/app/version.ts': [/VERSION = '([^']*)'/, (version: string) => `export const VERSION = '${version}'`],
  'azure.yaml': [/template: [\w-]+@(\S*)/, (version: string) => `template: chatgpt-dynamics-mcp@${version}`],
  'CHANGELOG.md': [/^## \[([^\]]*)\]/m, (version: string) => `## [${version}] - Unreleased`],
} as const

const TAG = /^v\d+\.\d+\.\d+$/
const HEADING = /^## \[[^\]]*\] - (.*)$/m

export const versionOf = (told: Told): string => /"version": "([^"]*)"/.exec(told['package.json'])?.[1] ?? ''

/** What contradicts package.json, each with what to write; empty: one version everywhere. */
export function versionFaults(told: Told): string[] {
  const version = versionOf(told)
  return Object.entries(PLACES).flatMap(([file, [pattern, line]]) => {
    const found = pattern.exec(told[file as keyof typeof PLACES])?.[1]
    if (found === version) return []
    return [`${file} says ${found ?? 'no version'}, package.json ${version}: its line must be \`${line(version)}\`.`]
  })
}

/** What keeps the project as it is from being the release of a tag, each with what to do. */
export function tagFaults(tag: string, told: Told, isClean: boolean): string[] {
  const version = versionOf(told)
  const faults: string[] = []
  if (!TAG.test(tag))
    faults.push(`${tag} is no tag of a release: those are \`v\` and three numbers, such as v${version}.`)
  else if (tag !== `v${version}`)
    faults.push(`the tag ${tag} stands on version ${version}: tag this commit v${version}, or \`npm version\` before.`)
  const date = HEADING.exec(told['CHANGELOG.md'])?.[1] ?? ''
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
    faults.push(`CHANGELOG.md says "${date}" of ${version}: write the day of the release, such as 2026-12-01.`)
  if (told['README.md'].includes('has not been released'))
    faults.push('README.md says that this version has not been released: take that out.')
  if (!isClean) faults.push('files have changed since the commit: commit them, or `git stash`.')
  return faults
}
