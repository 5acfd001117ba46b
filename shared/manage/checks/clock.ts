import { type Answered, NoAnswer } from '../ask.ts'
import { type Check, failed, ok, type Verdict, warning } from '../finding.ts'

/** Whoever answers with a `Date`, by the name that people know. */
export type ClockDeps = { readonly clocks: Readonly<Record<string, () => Promise<Answered>>> }

const HALF_A_SECOND = 500
const WARN_SECONDS = 60
const FAIL_SECONDS = 300

/** How far this server's clock is from those that judge its tokens: Entra allows five minutes, this app one. */
export const clockCheck = ({ clocks }: ClockDeps): Check => ({
  name: 'clock',
  run: async () => {
    const skews = await Promise.all(
      Object.entries(clocks).map(async ([of, read]) => ({ of, seconds: await skew(read) })),
    )
    const known = skews.flatMap(({ of, seconds }) => (seconds === undefined ? [] : [{ of, seconds }]))
    const [worst] = known.sort((left, right) => right.seconds - left.seconds)
    return [worst ? verdictOn(worst) : unknown]
  },
})

/** Seconds, whichever of the two is ahead; a `Date` names the second that has begun. */
async function skew(read: () => Promise<Answered>): Promise<number | undefined> {
  try {
    const { date, at } = await read()
    return date === undefined ? undefined : Math.round(Math.abs(date + HALF_A_SECOND - at) / 1000)
  } catch (error) {
    if (error instanceof NoAnswer) return undefined
    throw error
  }
}

function verdictOn({ of, seconds }: { readonly of: string; readonly seconds: number }): Verdict {
  const found = `This server’s clock and that of ${of} differ by ${seconds} s.`
  if (seconds <= WARN_SECONDS) return ok(found)
  const trouble = {
    code: 'clock-wrong',
    found,
    means: 'Tokens are taken for expired, or for not yet valid; sign-in fails.',
    fix: 'Restart the app: az functionapp restart, with --name FUNCTION_APP_NAME and --resource-group AZURE_RESOURCE_GROUP of “azd env get-values”. If it stays, open a support request in the Azure portal.',
  } as const
  return seconds > FAIL_SECONDS ? failed(trouble) : warning(trouble)
}

const unknown = warning({
  code: 'clock-unknown',
  found: 'Nobody said what time it is.',
  means: 'Neither Entra nor Dynamics 365 answered, so that this server’s clock could not be compared.',
  fix: 'See what the checks entra-credential and dataverse say.',
})
