import { execFileSync } from 'node:child_process'
import { createAzd } from '../azd/azd.ts'
import { runProcess } from '../azd/hooks/run-process.ts'
import { CONSULTANT } from '../world/tenant.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

/** @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const NOT_ON_WINDOWS = /[<>:"|?*\\]|[. ](?:\/|$)|(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\/|$)/i
/** git on Windows without long paths, below C:\Users\<somebody>\source\repos\chatgpt-dynamics-mcp. */
const LONGEST_PATH = 180

function checkNames(files: readonly string[]): void {
  const bad = files.filter((name) => NOT_ON_WINDOWS.test(name) || name.length > LONGEST_PATH)
  must(bad.length === 0, `Windows cannot check out: ${bad.join(', ')}`)
  const seen = new Map<string, string>()
  for (const name of files) {
    const other = seen.get(name.toLowerCase())
    must(other === undefined, `on Windows these are one file: ${other ?? ''} and ${name}`)
    seen.set(name.toLowerCase(), name)
  }
}

/** What azd would start, seen instead of a shell. */
export const windows: Scenario = {
  name: 'windows',
  title: 'on Windows: every file has a name that it takes, and azd runs the same hooks without a shell',
  run: async (world) => {
    const { dir } = world.project
    const listed = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
    checkNames(listed.split('\0').filter(Boolean))
    const started: string[] = []
    const azd = createAzd({
      projectDir: dir,
      platform: 'win32',
      now: Date.now,
      transcript: world.transcript,
      principal: { objectId: CONSULTANT.oid, name: CONSULTANT.upn, type: 'User' },
      cloud: { arm: world.azure.arm, environment: () => ({}), path: [], deployZip: () => Promise.resolve() },
      run: (command, args, options) => {
        started.push([command, ...args].join(' '))
        return args.includes('--version')
          ? runProcess(command, args, options)
          : Promise.resolve({ code: 0, output: '' })
      },
    })
    const hooks = [
      'preprovision --layer identity',
      'preprovision --layer entra',
      'postprovision --layer entra',
      'preprovision --layer platform',
      'postprovision --layer platform',
      'postdeploy',
    ]
    for (const hook of hooks) {
      const { code, output } = await azd.run(['hooks', 'run', ...hook.split(' ')])
      must(code === 0, `azd on Windows does not run ${hook}: ${output}`)
    }
    const programs = started.filter((line) => !line.endsWith(' --version'))
    const shells = programs.filter((line) => !/^node(\.exe)? \S+\.mjs$/.test(line))
    must(shells.length === 0, `a hook needs more than Node on Windows: ${shells.join('; ')}`)
    must(programs.length === hooks.length, `azd on Windows started: ${started.join('; ')}`)
    await expectRun(world, 'azd env list')
  },
}
