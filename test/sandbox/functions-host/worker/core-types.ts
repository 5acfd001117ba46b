/** The part of the worker's `@azure/functions-core` module that the library uses, as types. */
export type Level = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'

export type Binding = {
  readonly type: string
  readonly direction: 'in' | 'out'
  readonly route?: string
  readonly methods?: readonly string[]
}

export type FunctionMetadata = {
  readonly name: string
  readonly functionId?: string
  readonly bindings: Readonly<Record<string, Binding>>
}

export type FunctionCallback = (...args: unknown[]) => unknown

export type RegisteredFunction = {
  readonly id: string
  readonly metadata: FunctionMetadata
  readonly callback: FunctionCallback
}

export type RpcValue = { readonly string: string } | { readonly json: string }

export type RpcHttpRequest = {
  readonly url: string
  readonly method: string
  readonly nullableHeaders: RpcMap
  readonly nullableQuery: RpcMap
  readonly nullableParams: RpcMap
  readonly body?: { readonly bytes: Uint8Array }
}

export type RpcMap = Readonly<Record<string, { readonly value: string }>>

export type RpcInvocationRequest = {
  readonly invocationId: string
  readonly functionId: string
  readonly inputData: readonly { readonly name: string; readonly data: InputData }[]
  readonly triggerMetadata: Readonly<Record<string, RpcValue>>
  readonly traceContext: {
    readonly traceParent: string
    readonly traceState: string
    readonly attributes: Readonly<Record<string, string>>
  }
}

/** In stream mode `http` is empty: the request itself travels through the library's proxy server. */
export type InputData = { readonly http: Partial<RpcHttpRequest> } | { readonly json: string }

export type Nullable<T> = { readonly value: T } | null | undefined

export type RpcCookie = {
  readonly name: string
  readonly value: string
  readonly domain?: Nullable<string>
  readonly path?: Nullable<string>
  readonly expires?: Nullable<{ readonly seconds: number }>
  readonly secure?: Nullable<boolean>
  readonly httpOnly?: Nullable<boolean>
  readonly maxAge?: Nullable<number>
  /** `none` means that the attribute is not set; `explicitNone` is SameSite=None. */
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone'
}

export type RpcHttpResponse = {
  readonly statusCode?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly RpcCookie[]
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string }
}

export type RpcInvocationResponse = { readonly returnValue?: { readonly http?: RpcHttpResponse } | null }

export type CoreInvocationContext = {
  readonly invocationId: string
  readonly request: RpcInvocationRequest
  readonly metadata: FunctionMetadata
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined
  log(level: Level, category: string, message: string): void
}

export type InvocationModel = {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>
  getResponse(context: unknown, result: unknown): Promise<RpcInvocationResponse>
}

export type ProgrammingModel = {
  readonly name: string
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>
  getCapabilities?(
    capabilities: Record<string, string>,
  ): Record<string, string | undefined> | Promise<Record<string, string | undefined>>
}

export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log'
export type HookCallback = (context: object) => unknown
