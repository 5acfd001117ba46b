import type { Licensed } from './licences.ts'

const HEAD = `THIRD-PARTY NOTICES

This app holds code of the packages below, or parts of it, in a form made by a
compiler. Each is under its own licence, whose text follows the list.
`
const RULE = `${'-'.repeat(78)}\n`

/** What a package is, in a line, and whose, in the next ones. */
const entry = ({ name, version, licence, copyright }: Licensed): string =>
  [`${name} ${version} (${licence})`, ...copyright.map((holder) => `    ${holder}`)].join('\n')

/** Every package with its version, licence, holders and text; a text that many have in common stands once. */
export function notices(packages: readonly Licensed[]): string {
  const byText = new Map<string, Licensed[]>()
  for (const one of packages) byText.set(one.text, [...(byText.get(one.text) ?? []), one])
  const texts = [...byText].map(
    ([text, those]) => `${RULE}${those.map(({ name, version }) => `${name} ${version}`).join('\n')}\n\n${text}`,
  )
  return `${HEAD}\n${packages.map(entry).join('\n')}\n\n${texts.join('\n')}`
}
