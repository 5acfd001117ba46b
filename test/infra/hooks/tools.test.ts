// Not in a bare npm test: starts programs.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { findTool } from '../../../infra/hooks/tools/find-tool.ts'
import { checkTools, isEnough, MINIMUM_NODE, parseVersion } from '../../../infra/hooks/tools/required-tools.ts'
import { jsonOf, runTool } from '../../../infra/hooks/tools/run-tool.ts'
import { onWindows } from '../../../infra/hooks/tools/windows-command-line.ts'
import { Stop } from '../../../infra/hooks/run/context.ts'
import { guarded } from '../../../infra/hooks/run/run-step.ts'
import { AZ, AZD, createStage, type Stage, type StageOptions } from './stage.ts'

const HOOKS = new URL('../../../infra/hooks/', import.meta.url)
let stage: Stage | undefined
/** Whether a process runs; one that has ended and waits to be reaped does not. */
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
const on = (options: StageOptions): Stage => (stage = createStage(options))
afterEach(() => stage?.close())

describe('JSON of a tool', () => {
  test.each(['{"a":1}', '\uFEFF{"a":1}', '\r\n{"a":1}\r\n'])('%j is read', (stdout) =>
    expect(jsonOf('az', { status: 0, stdout, stderr: '' })).toEqual({ a: 1 }),
  )
  test.each(['', '\uFEFF', 'WARNING: x\n{}', `{"accessToken": "eyJ${'a'.repeat(90)}`])(
    '%j is none, which is said without a token',
    (stdout) => {
      const read = () => jsonOf('az', { status: 0, stdout, stderr: '' })
      expect(read).toThrow('az printed something that is not JSON')
      expect(read).not.toThrow(/eyJ/)
    },
  )
})

describe('a program on Windows', () => {
  const AZ_CMD = 'C:\\Program Files (x86)\\Microsoft SDKs\\Azure\\CLI2\\wbin\\az.cmd'

  test.each([
    ['plain words', ['account', 'show'], '"account" "show"'],
    ['nothing', ['env', 'set', 'A', ''], '"env" "set" "A" ""'],
    ['spaces', ['a b'], '"a b"'],
    ['what would start another program', ['x & calc', 'x|calc', 'x > f', '^x'], '"x & calc" "x|calc" "x > f" "^x"'],
    ['a path that ends in a backslash', ['C:\\a b\\'], '"C:\\a b\\\\"'],
    ['an exclamation mark', ['a!x!'], '"a!x!"'],
    ['a resource id', ['/subscriptions/x/resourceGroups/rg-a (b)'], '"/subscriptions/x/resourceGroups/rg-a (b)"'],
  ])('a batch file gets %s unchanged', (_what, args, expected) => {
    expect(onWindows(AZ_CMD, args, 'D:\\Windows')).toEqual({
      file: 'D:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/v:off', '/s', '/c', `""${AZ_CMD}" ${expected}"`],
      windowsVerbatimArguments: true,
    })
  })

  test.each([['a"b'], ['%PATH%'], ['a\r\ncalc'], ['a\0b'], ['" & calc & "']])(
    'a batch file never gets %j, which quotes do not hold',
    (argument) => {
      expect(() => onWindows('C:\\az.cmd', [argument])).toThrow('cmd.exe would change this argument')
    },
  )

  test('a batch file in a folder that cmd.exe would expand is refused, too', () => {
    expect(() => onWindows('C:\\100%\\az.BAT', [])).toThrow(Stop)
    expect(() => onWindows('C:\\100%\\az.BAT', [])).toThrow('another folder')
    expect(onWindows('C:\\Hey!\\az.BAT', []).args.at(-1)).toBe('""C:\\Hey!\\az.BAT""')
  })

  test('an .exe gets its arguments as they are', () => {
    const started = onWindows('C:\\Program Files\\azd\\azd.exe', ['env', 'set', 'A', '%x% "y"'])
    expect(started).toEqual({
      file: 'C:\\Program Files\\azd\\azd.exe',
      args: ['env', 'set', 'A', '%x% "y"'],
      windowsVerbatimArguments: false,
    })
  })

  test.each([
    ['the first folder of PATH', 'C:\\one;C:\\two', ['C:\\one\\az.cmd', 'C:\\two\\az.cmd'], 'C:\\one\\az.cmd'],
    ['an .exe before a .cmd', 'C:\\one', ['C:\\one\\az.cmd', 'C:\\one\\az.exe'], 'C:\\one\\az.exe'],
    ['a quoted folder', '"C:\\a b";C:\\two', ['C:\\a b\\az.cmd'], 'C:\\a b\\az.cmd'],
    ['a network folder', '\\\\server\\share', ['\\\\server\\share\\az.cmd'], '\\\\server\\share\\az.cmd'],
    ['never the current folder', '.;;bin;C:\\two', ['az.cmd', 'bin\\az.cmd', '.\\az.cmd'], undefined],
    ['never the shell script beside it', 'C:\\one', ['C:\\one\\az'], undefined],
  ])('is found in %s', (_where, path, files, expected) => {
    const found = findTool({ env: { Path: path }, platform: 'win32' }, 'az', (file) => files.includes(file))
    expect(found).toBe(expected)
  })
})

test('a program on POSIX is found in absolute folders of PATH alone', () => {
  const { folder } = on({})
  expect(findTool({ env: { PATH: `.::bin:${folder}` }, platform: 'linux' }, 'az')).toBe(`${folder}/az`)
  expect(findTool({ env: { PATH: `.:bin` }, platform: 'linux' }, 'az')).toBeUndefined()
  expect(findTool({ env: {}, platform: 'linux' }, 'az')).toBeUndefined()
})

test('a program gets its arguments unchanged and no stdin; its notes are kept apart from its reason', async () => {
  const error = 'WARNING: a new version\nERROR: no such thing\n'
  const { context, calls } = on({ azd: { 'env set': { error, status: 3 } } })
  const result = await runTool(context, 'azd', ['env', 'set', 'A', `$(x) 'y' "z"`])
  expect(result).toEqual({ status: 3, stdout: '', stderr: 'no such thing' })
  expect(calls()).toEqual([`azd env set A $(x) 'y' "z"`])
})

test('a program behind a shell script that does not end is ended with all that it started, at once', async () => {
  const { context, folder } = on({})
  const pids = join(folder, 'pids')
  // As az is: a script that starts another program, which inherits our pipes.
  writeFileSync(join(folder, 'az'), `#!/bin/sh\n/bin/sh -c 'echo $$ >> ${pids}; /bin/sleep 60; true'\necho done\n`)
  const startedAt = Date.now()
  // On a busy machine it may be ended before it has started anything.
  for (let ms = 500; !existsSync(pids) && ms <= 8_000; ms *= 2)
    await expect(runTool(context, 'az', ['account', 'show'], ms)).rejects.toThrow(
      `\`az account show\` did not end within ${ms / 1_000} s.`,
    )
  expect(Date.now() - startedAt).toBeLessThan(40_000)
  const pid = Number(readFileSync(pids, 'utf8'))
  for (let left = 500; left > 0 && isAlive(pid); left -= 1) await sleep(20)
  expect(isAlive(pid)).toBe(false)
})

describe('versions', () => {
  test.each([
    ['azd version 1.31.2 (commit abc)', [1, 31, 2]],
    ['git version 2.47.0.windows.2', [2, 47, 0]],
    ['git version 2.39.5 (Apple Git-154)', [2, 39, 5]],
    ['1.32.0-daily.4711', [1, 32, 0]],
    ['no version', undefined],
    [undefined, undefined],
  ])('%s is read as %j', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected)
  })

  test.each([
    [[1, 31, 2], [1, 31, 2], true],
    [[1, 31, 1], [1, 31, 2], false],
    [[1, 32, 0], [1, 31, 2], true],
    [[2, 0, 0], [1, 31, 2], true],
    [[0, 99, 99], [1, 31, 2], false],
  ] as const)('%j against at least %j: %s', (found, least, expected) => {
    expect(isEnough(found, least)).toBe(expected)
  })
})

describe('the check of tools', () => {
  test('names each with its version', async () => {
    const { context, said } = on({})
    await checkTools(context)
    expect(said()).toBe('  ok       azd 1.31.2\n  ok       az 2.90.0\n  ok       node 24.21.0\n  ok       git 2.43.0')
  })

  test.each<[string, StageOptions, string]>([
    [
      'az missing',
      { az: 'missing' },
      'missing  az (2.60.0 or newer); get it: curl -sL https://aka.ms/InstallAzureCLIDeb',
    ],
    ['git missing', { git: 'missing' }, 'missing  git (2.0.0 or newer); get it: sudo apt-get install git'],
    ['azd old', { azd: { version: { out: { azd: { version: '1.24.0' } } } } }, 'too old  azd 1.24.0 (1.31.2 or newer)'],
    ['az old', { az: { version: { out: { 'azure-cli': '2.40.0' } } } }, 'too old  az 2.40.0 (2.60.0 or newer)'],
    ['node old', { nodeVersion: '20.20.2' }, 'too old  node 20.20.2 (22.18.0 or newer)'],
    ['az broken', { az: { version: { out: 'Traceback', status: 1 } } }, 'broken   az does not say its version'],
  ])('%s: named with how to get it, after all were looked at', async (_what, options, expected) => {
    const { context, said } = on({ az: AZ, azd: AZD, ...options })
    await expect(checkTools(context)).rejects.toThrow(expected)
    expect(said().split('\n')).toHaveLength(4)
  })

  test.each([
    ['win32', 'winget install Microsoft.AzureCLI'],
    ['darwin', 'brew install azure-cli'],
  ] as const)('%s is told its own way', async (platform, expected) => {
    const { context } = on({ az: 'missing', azd: 'missing', git: 'missing' })
    await expect(checkTools({ ...context, platform })).rejects.toThrow(expected)
  })
})

describe('the entries', () => {
  const entries = ['', 'layers/'].flatMap((folder) =>
    readdirSync(new URL(folder, HOOKS))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `${folder}${name}`),
  )
  // Thirty processes that each compile the same files cost more than they do.
  const env = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }
  const run = (entry: string, ...flags: string[]) =>
    promisify(execFile)(process.execPath, [...flags, new URL(entry, HOOKS).pathname], { env, timeout: 5000 })

  test('each names a step that exists', async () => {
    for (const entry of entries) {
      const [, file = '', name = ''] = /start\('(.+?)', '(\w+)'/.exec(readFileSync(new URL(entry, HOOKS), 'utf8')) ?? []
      const step = (await import(new URL(`run/${file}`, HOOKS).href)) as Record<string, unknown>
      expect([entry, typeof step[name]]).toEqual([entry, 'function'])
    }
    expect(entries.length).toBeGreaterThan(7)
  })

  test('a Node that does not run TypeScript is told what to get, whatever its version', async () => {
    const failure = run('layers/identity-preprovision.mjs', '--no-experimental-strip-types')
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`needs Node ${MINIMUM_NODE}`),
    })
  })

  const takesArguments = (entry: string) => readFileSync(new URL(entry, HOOKS), 'utf8').includes('takesArguments: true')
  const NO_ARGUMENTS = entries.filter((entry) => !takesArguments(entry))
  const WRONG = [['--dry-run'], ['now'], ['']]
  // Each process costs as much as all else here: of every entry one, and every wrong argument at some entry.
  test.each(NO_ARGUMENTS.map((entry, at) => [entry, WRONG[at % WRONG.length] ?? []] as const))(
    '%s %j does nothing, and says how it is called',
    async (entry, args) => {
      const failure = promisify(execFile)(process.execPath, [new URL(entry, HOOKS).pathname, ...args], { env })
      await expect(failure).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/Nothing was done: this step takes no arguments\.\n {2}(npm run|azd hooks run) /),
      })
    },
  )

  test.each(entries.filter(takesArguments))('%s, which takes some, does not take --dry-run for one', async (entry) => {
    const failure = promisify(execFile)(process.execPath, [new URL(entry, HOOKS).pathname, '--dry-run'], { env })
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^ {2}npm run /m),
    })
  })

  test.each([...WRONG, ['now', '--dry-run']].map((args) => [args]))('a step is not done with %j', async (args) => {
    const { context } = on({ args })
    const step = guarded(() => Promise.reject(new Error('it was done')), { usage: ['npm run step'] })
    await expect(step(context)).rejects.toThrow('Nothing was done: this step takes no arguments.')
  })

  test.each(entries)('%s --help says how it is called, and does nothing', async (entry) => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [new URL(entry, HOOKS).pathname, '--help', '--dry-run'],
      { env },
    )
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^(npm run|azd hooks run) /), ''])
  })

  test('what stops a step is printed without a stack, and the exit code is 1', async () => {
    const failure = run('layers/entra-postprovision.mjs')
    await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.not.stringContaining('    at ') })
  })
})
