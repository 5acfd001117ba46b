import { type Desk, Misuse } from '../desk.ts'

/** @throws Misuse unless `--yes` was given or the word is typed, which a script cannot do */
export async function confirm({ options, ask }: Desk, word: string, what: string): Promise<void> {
  if (options.yes) return
  const typed = await ask(`${what} Type ${word} to go on: `)
  if (typed === undefined) throw new Misuse(`${what} Add --yes if that is meant. Nothing was done.`)
  if (typed.trim() !== word) throw new Misuse('Nothing was done.')
}
