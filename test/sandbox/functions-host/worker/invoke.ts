import type { Core } from './core-stub.ts'
import type {
  CoreInvocationContext,
  HookCallback,
  RegisteredFunction,
  RpcInvocationRequest,
  RpcInvocationResponse,
} from './core-types.ts'

type PreInvocation = { inputs: unknown[]; functionCallback: RegisteredFunction['callback'] }
type PostInvocation = { result: unknown; error: unknown }

async function runHooks(hooks: readonly HookCallback[], context: object): Promise<void> {
  for (const hook of hooks) await hook(context)
}

async function settle(run: () => Promise<unknown>): Promise<PostInvocation> {
  try {
    return { result: await run(), error: null }
  } catch (error) {
    return { result: null, error }
  }
}

/**
 * One invocation as the worker runs it: arguments, hooks, handler, hooks, response. A postInvocation hook may
 * replace the error by a result.
 * @throws what the handler threw, unless a hook took it away
 */
export async function invoke(
  core: Core,
  fn: RegisteredFunction,
  request: RpcInvocationRequest,
): Promise<RpcInvocationResponse> {
  if (!core.model) throw new Error('no programming model')
  const coreContext: CoreInvocationContext = {
    invocationId: request.invocationId,
    request,
    metadata: fn.metadata,
    state: undefined,
    log: (level, category, message) => core.log(level, category, `${fn.metadata.name}: ${message}`),
  }
  const model = await core.model.getInvocationModel(coreContext)
  const { context, inputs } = await model.getArguments()
  const shared = { hookData: {}, appHookData: core.appHookData, invocationContext: context }

  coreContext.state = 'preInvocationHooks'
  const pre: PreInvocation = { inputs, functionCallback: fn.callback }
  const preContext = Object.assign(pre, shared)
  await runHooks(core.hooks.preInvocation, preContext)

  coreContext.state = 'invocation'
  const outcome = await settle(() => model.invokeFunction(context, preContext.inputs, preContext.functionCallback))

  coreContext.state = 'postInvocationHooks'
  const postContext = Object.assign(outcome, shared, { inputs: preContext.inputs })
  await runHooks(core.hooks.postInvocation, postContext)
  coreContext.state = undefined

  if (postContext.error !== null && postContext.error !== undefined) throw postContext.error as Error
  return model.getResponse(context, postContext.result)
}
