// Not in a bare npm test: starts programs that fail; finding the compiler stays, in ../bicep.test.ts.
import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { VERSION } from '../bicep-cli.ts'

const SOURCE = join(import.meta.dirname, '../bicep-cli.ts')
const UNPACKED = `packages/azure.bicep.commandline.linux-x64/${VERSION}`
/**
 * As NuGet does: the file is there, and grows, before the package is said to be unpacked; one process unpacks it, and
 * the others wait for that one.
 */
const DELIVERS = `place="$4/../${UNPACKED}"
mkdir -p "$(dirname "$place")"
if mkdir "$place" 2> /dev/null; then
  mkdir "$place/tools"
  echo half > "$place/tools/bicep"
  sleep 0.4
  echo whole > "$place/tools/bicep"
  echo {} > "$place/.nupkg.metadata"
else
  while [ ! -f "$place/.nupkg.metadata" ]; do sleep 0.05; done
fi`
const FINDS = `const { findBicep } = await import(process.argv[1])
const found = await findBicep()
const { readFileSync } = await import('node:fs')
const text = found.available ? readFileSync(process.argv[2], 'utf8').trim() : ''
process.stdout.write(JSON.stringify({ ...found, text, told: process.env.NO_BICEP }))`
const onLinux = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip

let folder: string
let module: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bicep-cli-'))
  module = join(folder, 'test/infra/bicep-cli.ts')
  await mkdir(dirname(module), { recursive: true })
  await mkdir(join(folder, 'bin'))
  await copyFile(SOURCE, module)
})
afterEach(() => rm(folder, { recursive: true }))

async function dotnetThat(does: string): Promise<void> {
  const file = join(folder, 'bin/dotnet')
  await writeFile(file, `#!/bin/sh\necho "$2" >> "${join(folder, 'asked')}"\n${does}\n`)
  await chmod(file, 0o755)
}

type Found = { readonly available: boolean; readonly why?: string; readonly text: string; readonly told?: string }

async function find(environment: Readonly<Record<string, string>> = {}): Promise<Found> {
  const args = ['--input-type=module', '-e', FINDS, module, join(folder, '.infra-check', UNPACKED, 'tools/bicep')]
  const PATH = `${join(folder, 'bin')}:/bin:/usr/bin`
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, ...environment } })
  return JSON.parse(stdout) as Found
}

const asked = async (): Promise<string[]> => (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')

onLinux(
  'those that ask at once find the whole compiler, each by a project of its own, and later nobody asks',
  async () => {
    await dotnetThat(DELIVERS)
    const first = find()
    while ((await readdir(folder)).length < 4) await new Promise((resolve) => setTimeout(resolve, 20))
    const found = await Promise.all([first, find(), find()])
    expect(found).toEqual(found.map(() => ({ available: true, version: VERSION, text: 'whole' })))
    const projects = await asked()
    expect(new Set(projects).size).toBe(projects.length)
    expect(await find()).toMatchObject({ available: true })
    expect(await asked()).toEqual(projects)
    expect(await readdir(join(folder, '.infra-check'))).toEqual(['packages'])
  },
)

onLinux.each([
  ['error NU1301: no way to the source', 'echo " error NU1301: no way to the source"; exit 1', /NU1301/],
  ['a word that is no error', 'echo Stopped >&2; exit 1', /: Stopped$/],
  ['nothing', 'exit 0', /it ended without a word$/],
])('where `dotnet` says %s, that is said, and what is started by then does not try again', async (_, does, why) => {
  await dotnetThat(does)
  const found = await find()
  expect(found).toMatchObject({ available: false, why: expect.stringMatching(why) as unknown, told: found.why })
  expect(await find({ NO_BICEP: found.told ?? '' })).toEqual(found)
  expect(await asked()).toHaveLength(1)
})

onLinux('what an earlier process missed and is there now is found', async () => {
  await dotnetThat(DELIVERS)
  await find()
  expect(await find({ NO_BICEP: 'was away' })).toMatchObject({ available: true })
})
