import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DeployedApp, startDeployedApp } from '../../../../test/sandbox/azure/start-deployed-app.ts'
import type { World } from '../../world/world.ts'
import { expectRun, must, type Scenario } from '../scenario.ts'

const EVENT = 'config.invalid'
const WRONG = { BRAND_COLOR: 'as-the-logo' }

/** A second site of the same package and settings, one of them wrong. */
async function startWrong(world: World): Promise<DeployedApp> {
  const running = world.app()
  must(running !== undefined, 'no app runs')
  const { front, identity } = world.azure
  const settings = { ...running.environment, ...WRONG }
  return startDeployedApp({
    dir: join(world.project.dir, 'dist'),
    settings,
    siteName: 'func-with-a-wrong-setting',
    front,
    identity,
  })
}

async function logged(app: DeployedApp): Promise<string | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const line = (await app.host.logs()).find((one) => one.includes(EVENT))
    if (line !== undefined) return line
    await sleep(50)
  }
  return undefined
}

/** The runbook's query takes `parse_json(message).event`: a line of text has none. */
const eventOf = (line: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(line.slice(line.indexOf('{'))) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

export const wrongSetting: Scenario = {
  name: 'wrong-setting',
  title:
    'a setting that the app cannot use: every address answers 503, and the runbook’s query of the log finds its name',
  run: async (world) => {
    await expectRun(world, 'azd package')
    const app = await startWrong(world)
    try {
      const { status } = await fetch(`${app.url}/health`)
      must(status === 503, `with ${Object.keys(WRONG).join()} wrong the app answers ${status}`)
      const line = await logged(app)
      must(line !== undefined, `the log does not hold ${EVENT}`)
      const { event, settings } = eventOf(line)
      must(event === EVENT, `the runbook's query does not find ${EVENT}, which is logged as text: ${line}`)
      must(String(settings).includes('BRAND_COLOR'), `${EVENT} does not name the setting: ${line}`)
      world.transcript.write(`  the log: ${EVENT}, settings: ${String(settings)}\n`)
    } finally {
      await app.stop()
    }
  },
}
