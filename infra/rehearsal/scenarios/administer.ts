import { connectAs, countOpportunities } from './people.ts'
import { expectRun, must, type Scenario } from './scenario.ts'

const PERSON = 'priya.nair@harbourpine.example'
const WHY = 'Dynamics is being updated, until 15:00 today.'

export const administer: Scenario = {
  name: 'administer',
  title:
    'an administrator looks at a person’s connections and ends them, looks at clients, keys, reports and words, and switches everything off and on',
  run: async (world) => {
    const client = await connectAs(world, 'sales rep')
    must((await countOpportunities(client)) > 0, 'a sales rep sees nothing')
    await expectRun(world, `npm run admin -- sessions ${PERSON}`, { says: [/^session +client/m] })
    await expectRun(world, `npm run admin -- end ${PERSON}`, { says: [/Ended: [1-9]/] })
    const asked = await countOpportunities(client).then(
      () => 'answered',
      () => 'refused',
    )
    must(asked === 'refused', 'a connection that an administrator ended still answers')
    await expectRun(world, 'npm run admin -- clients', { says: [/^name +kind/m] })
    await expectRun(world, 'npm run admin -- keys', { says: ['current', 'Index key: there'] })
    await expectRun(world, 'npm run admin -- reports', { says: [/^built in, \d+/m] })
    await expectRun(world, 'npm run admin -- terms', { says: [/^built in, \d+: .*\bwin-rate\b/m] })
    await expectRun(world, 'npm run admin -- switch off everything', { code: 2, says: ['--yes'] })
    await expectRun(world, `npm run admin -- switch off everything --message "${WHY}" --yes`, { says: ['To undo:'] })
    await expectRun(world, 'npm run admin -- switches', { says: [WHY] })
    await expectRun(world, 'npm run admin -- switch on everything', { says: ['is on'] })
    await expectRun(world, 'npm run admin -- switch off writes', { says: ['switch on writes'] })
    await expectRun(world, 'npm run admin -- switch on writes', { says: ['is on'] })
    await expectRun(world, 'npm run admin -- switches', { says: ['Everything is on'] })
    await expectRun(world, 'npm run admin -- end all', { code: 2, says: ['--yes'] })
    await expectRun(world, `npm run admin -- purge ${PERSON} --yes`, { says: ['What stays:'] })
  },
}
