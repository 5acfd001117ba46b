import type { World } from '../world/world.ts'
import { CONSULTANT } from '../world/tenant.ts'
import { connectAs } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

const EXAMPLE = 'infra/terms/example'
const ROLE = 'Storage Table Data Contributor'

type Answer = { readonly interpreted?: readonly string[] }

async function counts(world: World): Promise<string> {
  const { PUBLIC_BASE_URL: base = '' } = await world.env()
  const response = await fetch(`${base}/health`)
  const { terms } = (await response.json()) as { readonly terms?: { readonly own?: number; readonly hidden?: number } }
  return `${terms?.own ?? '?'} own, ${terms?.hidden ?? '?'} hidden`
}

/** What an answer says that a word means. */
async function meaningOf(world: World, word: string): Promise<string> {
  const client = await connectAs(world, 'sales rep')
  const asked = { entity: 'opportunity', select: ['name'], filter: `term eq '${word}'` }
  const { structuredContent } = await client.callTool('query_crm', asked)
  return ((structuredContent as Answer | undefined)?.interpreted ?? []).join(' ')
}

async function mustMean(world: World, { counted, by }: { counted: string; by: string }): Promise<void> {
  await expectRun(world, 'azd deploy')
  const said = await meaningOf(world, 'open pipeline')
  must(said.includes(by), `"open pipeline" means: ${said}`)
  const there = await counts(world)
  must(there === counted, `/health counts ${there}, not ${counted}`)
  world.transcript.write(`\nChatGPT asks for the open pipeline, and is told: ${said}\n`)
}

export const ownWords: Scenario = {
  name: 'own-words',
  title: 'a company puts its own meaning in the place of a built-in word, without a rebuild, and takes it away again',
  run: async (world) => {
    await expectRun(world, `npm run terms -- check ${EXAMPLE}`, { says: ['open-pipeline: good'] })
    await expectRun(world, `npm run terms -- upload ${EXAMPLE}`, { code: 1, says: [ROLE] })
    const scope = (await expectRun(world, 'azd env get-value REPORTS_TABLE_ID')).trim()
    await expectRun(world, `az role assignment create --role "${ROLE}" --assignee ${CONSULTANT.upn} --scope ${scope}`)
    await expectRun(world, `npm run terms -- upload ${EXAMPLE}`, { says: ['2 uploaded'] })
    await expectRun(world, 'npm run terms -- hide won', { code: 1, says: ['hide win-rate, sales-cycle first'] })
    await expectRun(world, 'npm run terms -- hide sales-cycle')
    await expectRun(world, 'npm run terms -- list', { says: ['open-pipeline', 'sales-cycle (hidden)'] })
    await mustMean(world, { counted: '2 own, 1 hidden', by: 'Defined by Sales Operations.' })
    for (const slug of ['large-pipeline', 'open-pipeline', 'sales-cycle'])
      await expectRun(world, `npm run terms -- remove ${slug}`)
    await expectRun(world, 'npm run terms -- list', { neverSays: ['pipeline', 'sales-cycle'] })
    await mustMean(world, { counted: '0 own, 0 hidden', by: 'Built in.' })
  },
}
