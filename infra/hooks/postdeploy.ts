import { required, runHook } from './environment.ts'
import { smokeTest } from './smoke-test.ts'

await runHook(
  async () => {
    const baseUrl = required('PUBLIC_BASE_URL')
    const findings = await smokeTest(baseUrl)
    for (const { what, passed } of findings) console.log(`${passed ? 'ok    ' : 'FAILED'} ${what}`)
    if (findings.some(({ passed }) => !passed))
      throw new Error(`${baseUrl} does not answer as it should: see "Troubleshooting" in infra/README.md`)
    console.log(`\nGive ChatGPT this address: ${baseUrl}/mcp`)
  },
  (error) => (error instanceof Error ? error.message : String(error)),
)
