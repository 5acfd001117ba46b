import { expectRun, type Scenario } from '../scenario.ts'

const HOOKS = [
  'preprovision --layer identity',
  'postprovision --layer entra',
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
