import { configure, prepare } from './first-run.ts'
import { expectRun, type Scenario, type Story } from './scenario.ts'

type Missing = Omit<Story, 'scenarios'> & {
  readonly title: string
  readonly says: readonly RegExp[]
  readonly providers?: boolean
}

/** One right less than the runbook asks for: the first `azd up` must end with its name. */
const MISSING: readonly Missing[] = [
  {
    name: 'no-right-in-azure',
    title: 'no role on the subscription',
    world: { azureRole: 'none' },
    says: [/AuthorizationFailed/],
    providers: false,
  },
  {
    name: 'may-not-assign-roles',
    title: 'Contributor alone, who may not give the app its rights',
    world: { azureRole: 'contributor' },
    says: [/roleAssignments\/write/],
  },
  {
    name: 'may-not-register-apps',
    title: 'no role in Entra',
    world: { consultantRoles: [] },
    says: [/Authorization_RequestDenied|Insufficient privileges/],
  },
]

const scenarioOf = ({ name, title, says, providers }: Missing): Scenario => ({
  name,
  title: `missing right: ${title}: said by name`,
  run: async (world) => {
    if (providers === false) await configure(world)
    else await prepare(world)
    await expectRun(world, 'azd up', { code: 1, says })
  },
})

export const missingRights: readonly Story[] = MISSING.map((missing) => ({
  name: missing.name,
  world: missing.world,
  scenarios: [scenarioOf(missing)],
}))
