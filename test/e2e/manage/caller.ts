import type { Caller } from '../../../infra/hooks/run/caller.ts'

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }
type Main = (args: readonly string[], caller: Caller) => Promise<number>

/** Calls a command line's own function, as its program does with nobody at its terminal. */
export async function callMain(
  main: Main,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const code = await main(args, {
    env: { HOME: process.env.HOME, ...env },
    print: (line) => void (said.stdout += `${line}\n`),
    complain: (line) => void (said.stderr += `${line}\n`),
    ask: () => Promise.resolve(undefined),
    columns: 88,
    colours: false,
  })
  return { code, stdout: said.stdout, stderr: said.stderr }
}
