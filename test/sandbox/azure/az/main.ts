import { run } from './run.ts'
import { Session } from './session.ts'

const rehearsal = process.env.REHEARSAL_AZ
if (rehearsal === undefined) {
  process.stderr.write('ERROR: this az belongs to the rehearsal, which is not running (REHEARSAL_AZ is not set)\n')
  process.exitCode = 1
} else {
  const { stdout, stderr, exitCode } = await run(process.argv.slice(2), new Session(rehearsal, process.cwd()))
  process.stderr.write(stderr)
  process.stdout.write(stdout)
  process.exitCode = exitCode
}
