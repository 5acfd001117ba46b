import { createAzd } from '../../azd/azd.ts'
import { CONSULTANT } from '../../world/tenant.ts'
import { must, type Scenario } from '../scenario.ts'

/** It has layers, and none of their hooks. */
const VERSION = '1.24.0'

export const oldAzd: Scenario = {
  name: 'old-azd',
  title: 'an azd that is too old is refused before it does anything',
  run: async (world) => {
    const azd = createAzd({
      projectDir: world.project.dir,
      version: VERSION,
      now: Date.now,
      transcript: world.transcript,
      principal: { objectId: CONSULTANT.oid, name: CONSULTANT.upn, type: 'User' },
      cloud: { arm: world.azure.arm, environment: () => ({}), path: [], deployZip: () => Promise.resolve() },
    })
    world.transcript.write(`\n$ azd provision --preview identity\n(azd ${VERSION})\n`)
    const { code, output } = await azd.run(['provision', '--preview', 'identity'])
    must(
      code === 1 && output.includes('requires a version of azd'),
      `azd ${VERSION}, which does not run the hooks of layers, was not refused`,
    )
  },
}
