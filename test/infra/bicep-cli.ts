import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Each run is short: code that is measured for a faster second compilation, and a collector beside the work, never pay.
 * @see https://learn.microsoft.com/dotnet/core/runtime-config/compilation#profile-guided-optimization
 */
const SHORT_RUN = { DOTNET_TieredPGO: '0', DOTNET_gcConcurrent: '0' }
/** The compiler that is pinned; azd brings its own, of its own version. */
export const VERSION = '0.49.2'
const PACKAGE = 'Azure.Bicep.CommandLine.linux-x64'
/** Where everything that the checks fetch or make is kept; ignored by git. */
export const CACHE = join(import.meta.dirname, '../../.infra-check')
const FOLDER = join(CACHE, 'packages', PACKAGE.toLowerCase(), VERSION)
const BINARY = join(FOLDER, 'tools', 'bicep')
/** NuGet writes it when all else of a package is there: another process may be unpacking. */
const UNPACKED = join(FOLDER, '.nupkg.metadata')
/** Of a machine that is busy with all the checks; one that has no way to NuGet is told so before. */
const MOST_RESTORE_MS = 300_000

export type Bicep =
  | { readonly available: true; readonly version: string }
  | { readonly available: false; readonly why: string }
export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

const environment = () => ({ ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1', ...SHORT_RUN })

const run = (command: string, args: readonly string[], timeout: number): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { timeout, env: environment(), maxBuffer: 64 * 1024 * 1024 }
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : 1, stdout, stderr: stderr || (error?.message ?? '') }),
    )
  })

const isPresent = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const PROJECT = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup><PackageDownload Include="${PACKAGE}" Version="[${VERSION}]" /></ItemGroup>
</Project>
`

/** Each process by a project of its own: those of one folder take each other's files. */
const restore = async (): Promise<string | undefined> => {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'restore-'))
  const project = join(folder, 'restore.csproj')
  await writeFile(project, PROJECT)
  const { code, stdout, stderr } = await run(
    'dotnet',
    ['restore', project, '--packages', join(CACHE, 'packages')],
    MOST_RESTORE_MS,
  )
  await rm(folder, { recursive: true, force: true })
  if (code === 0 && (await isPresent(UNPACKED))) return undefined
  if (stderr.includes('ENOENT')) return '`dotnet` is not installed'
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  const reason = said.find((line) => line.includes('error')) ?? said.at(-1) ?? 'it ended without a word'
  return `NuGet did not deliver ${PACKAGE} ${VERSION}: ${reason.trim()}`
}

/** Why an earlier process of the same run did without: what it started need not try again. */
const WHY_NOT = 'NO_BICEP'

const whyNot = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `the package is for linux-x64, this is ${process.platform}-${process.arch}`
  return (await isPresent(UNPACKED)) ? undefined : (process.env[WHY_NOT] ?? (await restore()))
}

/**
 * Finds the Bicep CLI in the cache, or restores it from NuGet through `dotnet`; says why where neither is possible, to
 * the processes that this one starts, too.
 */
export const findBicep = async (): Promise<Bicep> => {
  const why = await whyNot()
  if (why !== undefined) {
    process.env[WHY_NOT] = why
    return { available: false, why }
  }
  await chmod(BINARY, 0o755)
  return { available: true, version: VERSION }
}

/** Runs the Bicep CLI that `findBicep` found. */
export const runBicep = (args: readonly string[]): Promise<Ran> => run(BINARY, args, 120_000)

/** Starts it, for whoever talks to it. */
export const spawnBicep = (args: readonly string[]): ChildProcessWithoutNullStreams =>
  spawn(BINARY, args, { env: environment() })
