import { answer } from './answer.ts'

const processEnv = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
)

const { stdout, stderr, exitCode } = answer(process.argv.slice(2), { folder: process.cwd(), processEnv })
process.stdout.write(stdout)
process.stderr.write(stderr)
process.exitCode = exitCode
