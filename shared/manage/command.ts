import type { z } from 'zod'
import type { EntraCaller } from '../entra/access-token.ts'
import { WireError } from '../http/wire-error.ts'
import type { Audit, EventFields } from '../telemetry/events.ts'

export type CommandContext = {
  readonly administrator: EntraCaller
  readonly correlationId: string
  /** For what a command does to others, an event each; that it was called is written down by the endpoint. */
  readonly audit: Audit
}

export type CommandResult = {
  /** The members of the answer beside `command` and `version`. */
  readonly answer: Readonly<Record<string, unknown>>
  /** What the audit event says of it. */
  readonly noted: Pick<EventFields, 'outcome' | 'count' | 'reason' | 'kind' | 'grantId'>
}

/** One command of `POST /manage`; each is one file in `commands/`. */
export type Command = {
  readonly name: string
  /** @throws WireError for members that the command does not know */
  readonly run: (context: CommandContext, members: Readonly<Record<string, unknown>>) => Promise<CommandResult>
}

/** `input` describes the members beside `command`, and should be strict: what is not understood is refused. */
export function defineCommand<Input extends z.ZodType>(
  name: string,
  input: Input,
  run: (context: CommandContext, input: z.output<Input>) => Promise<CommandResult>,
): Command {
  return {
    name,
    run: async (context, members) => {
      const parsed = input.safeParse(members)
      if (parsed.success) return run(context, parsed.data)
      throw new WireError(400, 'invalid_request', 'A member of the body is not one that this command takes.', {
        cause: parsed.error,
      })
    },
  }
}
