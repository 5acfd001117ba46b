import { expectRun, type Scenario } from '../scenario.ts'

const HOOKS = [
  'preprovision --layer identity',
  'preprovision --layer entra',
  'postprovision --layer entra',
  'preprovision --layer platform',
  'postprovision --layer platform',
  'postdeploy',
]

export const withoutPackages: Scenario = {
  name: 'without-packages',
  title: 'a clone in which nothing was installed: each hook runs all the same, since it needs Node alone',
  run: (world) =>
    world.project.withoutPackages(async () => {
      for (const hook of HOOKS) await expectRun(world, `azd hooks run ${hook}`)
    }),
}
