import { execFile } from 'node:child_process'
import { access, chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const VERSION = '0.49.2'
const PACKAGE = 'Azure.Bicep.CommandLine.linux-x64'
const CACHE = join(import.meta.dirname, '../../.infra-check')
const BINARY = join(CACHE, 'packages', PACKAGE.toLowerCase(), VERSION, 'tools', 'bicep')

/** Reported for whatever rests on the Microsoft Graph extension when that cannot be restored from its registry. */
const WITHOUT_EXTENSION = new Set(['BCP029', 'BCP062', 'BCP104', 'BCP157', 'BCP190', 'BCP192'])
const NOT_RESTORED = /BCP19[02]/

export type Bicep =
  { readonly available: true; readonly version: string } | { readonly available: false; readonly why: string }
export type Compilation = {
  readonly file: string
  readonly problems: readonly string[]
  /** False when the types of the Graph extension could not be restored, so that its resources were only parsed. */
  readonly complete: boolean
  readonly template: Template | undefined
}
export type Template = { readonly resources: unknown; readonly outputs?: Record<string, unknown> }

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

const run = (command: string, args: readonly string[], timeout: number): Promise<Ran> =>
  new Promise((resolve) => {
    const environment = { ...process.env, DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' }
    const options = { timeout, env: environment, maxBuffer: 64 * 1024 * 1024 }
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

const restore = async (): Promise<string | undefined> => {
  await mkdir(CACHE, { recursive: true })
  const project = join(CACHE, 'restore.csproj')
  await writeFile(project, PROJECT)
  const { code, stdout, stderr } = await run(
    'dotnet',
    ['restore', project, '--packages', join(CACHE, 'packages')],
    60_000,
  )
  if (code === 0 && (await isPresent(BINARY))) return undefined
  if (stderr.includes('ENOENT')) return '`dotnet` is not installed'
  const reason = `${stdout}${stderr}`.split('\n').find((line) => line.includes('error')) ?? stderr
  return `NuGet did not deliver ${PACKAGE} ${VERSION}: ${reason.trim()}`
}

/** Finds the Bicep CLI in the cache, or restores it from NuGet through `dotnet`; says why where neither is possible. */
export const findBicep = async (): Promise<Bicep> => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { available: false, why: `the package is for linux-x64, this is ${process.platform}-${process.arch}` }
  if (!(await isPresent(BINARY))) {
    const why = await restore()
    if (why !== undefined) return { available: false, why }
  }
  await chmod(BINARY, 0o755)
  return { available: true, version: VERSION }
}

/** Builds one entry file, linter included; every warning counts as a problem. */
export const compile = async (
  file: string,
  { restoreExtensions }: { restoreExtensions: boolean },
): Promise<Compilation> => {
  const flags = restoreExtensions ? ['--stdout'] : ['--stdout', '--no-restore']
  const { code, stdout, stderr } = await run(BINARY, ['build', file, ...flags], 60_000)
  const lines = stderr.split('\n').filter((line) => / : (Error|Warning) /.test(line))
  const complete = !lines.some((line) => NOT_RESTORED.test(line))
  const problems = complete
    ? lines
    : lines.filter((line) => !WITHOUT_EXTENSION.has(/ : (?:Error|Warning) ([\w-]+):/.exec(line)?.[1] ?? ''))
  const silent = code !== 0 && lines.length === 0 ? [`${file}: ${stderr.trim() || 'bicep failed'}`] : []
  const template = code === 0 && stdout !== '' ? (JSON.parse(stdout) as Template) : undefined
  return { file, problems: [...problems, ...silent], complete, template }
}
