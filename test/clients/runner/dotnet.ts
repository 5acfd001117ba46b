import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../csharp/csharp-sdk.csproj', import.meta.url))
/** Outside the checkout, and kept: a second build of the same takes no time. */
const ARTIFACTS = join(tmpdir(), 'chatgpt-dynamics-mcp-csharp')
export const PROGRAM = join(ARTIFACTS, 'bin', 'csharp-sdk', 'debug', 'csharp-sdk.dll')

const dotnet = (...args: readonly string[]) => spawnSync('dotnet', args, { encoding: 'utf8' })

/** The version of the package that the project names. */
export const csharpVersion = (): string => /Version="\[([\d.]+)\]"/.exec(readFileSync(PROJECT, 'utf8'))?.[1] ?? ''

/** Builds the C# client. @returns why it cannot be, where no SDK of .NET is installed @throws Error when the build fails */
export function buildCsharp(): string | undefined {
  if (dotnet('--version').status !== 0) return 'no dotnet on this machine'
  const { status, stdout } = dotnet('build', PROJECT, '--artifacts-path', ARTIFACTS, '--nologo', '--verbosity', 'quiet')
  if (status !== 0) throw new Error(`the C# client does not build:\n${stdout}`)
  return undefined
}
