import type { World } from '../world/world.ts'
import { runbookCommands } from '../documents/runbook.ts'
import { connectAs, countOpportunities } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

const LAYERS = ['identity', 'entra', 'platform']

export const secondRun: Scenario = {
  name: 'second-run',
  title: '`azd up` again: no layer deploys anything, no key is asked for, sessions live on',
  run: async (world) => {
    const client = await connectAs(world, 'sales rep')
    const before = { resources: world.azure.arm.resources().length, grants: world.azure.graph.log.length }
    // Giving the key officer's right back changed a parameter: one deployment more, of nothing.
    await expectRun(world, 'azd provision', { says: [/skipped: both keys exist/] })
    const deployments = world.azure.arm.deployments().length
    await expectRun(world, 'azd up', { says: [/skipped: both keys exist/] })
    must(
      world.azure.arm.deployments().length === deployments,
      'a second `azd up` deployed a layer that had not changed',
    )
    must(world.azure.arm.resources().length === before.resources, 'a second run made or removed resources')
    must((await countOpportunities(client)) > 0, 'a session did not outlive a second run')
  },
}

export const officerGone: Scenario = {
  name: 'officer-gone',
  title: 'nobody may write keys any more: `azd provision` still ends well, at once, and an update still deploys',
  run: async (world) => {
    const { KEY_OFFICER_PRINCIPAL_ID: officer = '' } = await world.env()
    must(officer === '', `somebody is still key officer: ${officer}`)
    const started = performance.now()
    const asked = world.azure.front.requests().filter(({ host }) => host.endsWith('.vault.azure.net')).length
    await expectRun(world, 'azd provision platform --no-state', { says: [/skipped/], neverSays: ['Forbidden'] })
    await expectRun(world, 'azd deploy')
    const now = world.azure.front.requests().filter(({ host }) => host.endsWith('.vault.azure.net'))
    must(performance.now() - started < 120_000, 'the hook waited for a right that nobody has')
    world.transcript.write(`  (the vault was asked ${now.length - asked} times, by the app alone)\n`)
  },
}

export const preview: Scenario = {
  name: 'preview',
  title: 'what would change, layer by layer, as the runbook has it: nothing, after a deployment',
  run: async (world) => {
    const commands = runbookCommands(world.project.dir)
      .map(({ line }) => line)
      .filter((line) => line.includes('--preview'))
    for (const command of commands) await expectRun(world, command, { neverSays: [/^ {2}(Create|Modify|Delete) :/m] })
    const missing = LAYERS.filter((layer) => !commands.includes(`azd provision --preview ${layer}`))
    must(missing.length === 0, `the runbook does not preview: ${missing.join(', ')}`)
  },
}

const admitted = ({ app }: World): string => app()?.environment['LOOPBACK_REDIRECTS'] ?? ''

export const doctorAdmitted: Scenario = {
  name: 'doctor-admitted',
  title: 'the doctor’s own address is let in for a real sign-in, and shut out again',
  run: async (world) => {
    await expectRun(world, 'azd env set LOOPBACK_REDIRECTS /doctor/callback')
    await expectRun(world, 'azd provision platform')
    await expectRun(world, 'azd deploy')
    must(admitted(world) === '/doctor/callback', 'the doctor is not let in after its setting was made')
    await expectRun(world, 'azd env set LOOPBACK_REDIRECTS=')
    await expectRun(world, 'azd provision platform')
    await expectRun(world, 'azd deploy')
    must(admitted(world) === '', 'the doctor is still let in after its setting was taken back')
  },
}

const MASKED = /^"•••@/

export const hiddenFromModels: Scenario = {
  name: 'hidden-from-models',
  title: 'what an administrator hides comes to no model, and an entry that names nothing is told',
  run: async (world) => {
    const { MCP_URL: address = '' } = await world.env()
    await expectRun(world, 'azd env set MODEL_HIDES "contact.mobilephone, *.emailaddress1=mask:domain, hp_salary"')
    await expectRun(world, 'azd provision platform')
    await expectRun(world, 'azd deploy')
    const client = await connectAs(world, 'sales rep')
    const asked = { entity: 'contact', select: ['fullname', 'mobilephone', 'emailaddress1'] }
    const { structuredContent } = await client.callTool('query_crm', asked)
    const { columns = [], rows = [] } = (structuredContent ?? {}) as {
      columns?: { name: string }[]
      rows?: unknown[][]
    }
    const at = columns.findIndex(({ name }) => name === 'emailaddress1')
    const emails = rows.map((row) => JSON.stringify(row[at])).filter((email) => email !== 'null')
    must(!columns.some(({ name }) => name === 'mobilephone'), 'a model is given a column that an administrator hides')
    must(emails.length > 0 && emails.every((email) => MASKED.test(email)), `e-mail addresses: ${emails.join(', ')}`)
    await expectRun(world, `npm run doctor -- ${address} --deep`, { says: ['hp_salary'] })
    // What comes next provisions the platform.
    await expectRun(world, 'azd env set MODEL_HIDES=')
  },
}

export const rotation: Scenario = {
  name: 'rotation',
  title: 'a new sealing key: connections of before and after both work',
  run: async (world) => {
    const before = await connectAs(world, 'sales rep')
    await expectRun(world, 'npm run officer -- take')
    await expectRun(world, 'azd provision platform --no-state')
    await expectRun(world, 'npm run rotate-key')
    await before.refresh()
    must((await countOpportunities(before)) > 0, 'a connection of before the rotation was lost')
    await expectRun(world, 'azd deploy', { says: [/sealing-key is readable: 2 enabled versions/] })
    await before.refresh()
    const after = await connectAs(world, 'sales manager')
    must((await countOpportunities(after)) > 0, 'nobody could connect after the rotation')
    await expectRun(world, 'npm run officer -- give-back')
  },
}
